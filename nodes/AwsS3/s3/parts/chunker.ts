import { abortable } from '../flow/abortable';
import { countPassedOn, freeBuffer, isCounted } from '../flow/bufferMemory';
import type { MemoryBudget } from '../flow/memoryBudget';

const isStream = (source: object): source is { destroy(): void } =>
	'destroy' in source && typeof source.destroy === 'function';

/** A stream of a file makes a new buffer for each chunk, and keeps none. */
const isFileStream = (source: object) => 'bytesRead' in source && 'path' in source;

/** The memory in bytes that a piece begins with, if it is not known how much comes. */
const usualLength = 64 * 1024;

type Memory = Pick<MemoryBudget, 'reuse' | 'recycle'>;

/** A source that is read in pieces of an exact size. */
export type Chunker = ReturnType<typeof chunker>;

/**
 * Reads a source in pieces of an exact size, whatever the size of its chunks; the last piece is shorter, or empty. A piece
 * is read into memory that `recycle` has given back to the budget, where there is some, so all files of an execution use the
 * same few buffers. `length` is that of all pieces in bytes, if it is known.
 */
export const chunker = (source: AsyncIterable<Uint8Array>, budget: Memory, length?: number) => {
	const chunks = source[Symbol.asyncIterator]();
	const isFile = isFileStream(source);
	const countsItself = isCounted(source);
	let chunk: Uint8Array | undefined;
	let used = 0;
	let isWaiting = false;
	/** What is left of the current chunk, or the next one; undefined at the end of the source. */
	const current = async () => {
		if (chunk) return chunk.subarray(used);
		isWaiting = true;
		const { value, done } = await chunks.next().finally(() => (isWaiting = false));
		if (done) return undefined;
		chunk = value;
		used = 0;
		return chunk;
	};
	/** Called once bytes of the current chunk are copied. */
	const leave = (copied: number) => {
		used += copied;
		if (!chunk || used < chunk.length) return;
		if (isFile) freeBuffer(chunk);
		else if (!countsItself) countPassedOn(chunk.length);
		chunk = undefined;
	};
	/** `room` is what the reader has claimed for the piece, in bytes. */
	const read = async (size: number, room = Math.min(size, Math.max(length ?? size, 1))): Promise<Buffer> => {
		// The engine collects garbage the sooner the more is allocated, used or not.
		const first = Math.max(1, length === undefined ? Math.min(room, usualLength) : room);
		let piece = budget.reuse(room, first) ?? Buffer.allocUnsafeSlow(first);
		let filled = 0;
		while (filled < size) {
			const bytes = await current();
			if (!bytes) break;
			if (bytes.length === 0) {
				leave(0);
				continue;
			}
			if (filled === piece.length) {
				// Not `concat`: small buffers of it share their memory with others, and this one is used again.
				const larger = Buffer.allocUnsafeSlow(Math.min(filled < room ? room : size, 4 * piece.length));
				larger.set(piece);
				piece = larger;
			}
			const taken = bytes.subarray(0, Math.min(size, piece.length) - filled);
			piece.set(taken, filled);
			filled += taken.length;
			leave(taken.length);
		}
		return piece.subarray(0, filled);
	};
	/** Passes up to `size` bytes on as they come; each chunk only until the next one is taken. Throws if the signal fires. */
	async function* pass(size: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
		for (let passed = 0; passed < size;) {
			const bytes = await abortable(current(), signal, () => undefined);
			if (!bytes) return;
			const taken = bytes.subarray(0, size - passed);
			yield taken;
			passed += taken.length;
			leave(taken.length);
		}
	}
	const recycle = (piece: Buffer) => budget.recycle(Buffer.from(piece.buffer));
	/** Closes the source. Does not wait for a source that has yet to deliver its next chunk: it may never do so. */
	const close = async () => {
		if (isStream(source)) source.destroy();
		const closed = chunks.return?.();
		if (isWaiting) closed?.catch(() => undefined);
		else await closed;
	};
	return { read, pass, recycle, close };
};
