import { countPassedOn, freeBuffer } from '../flow/bufferMemory';

const isStream = (source: object): source is { destroy(): void } =>
	'destroy' in source && typeof source.destroy === 'function';

/** A stream of a file makes a new buffer for each chunk, and keeps none. */
const isFileStream = (source: object) => 'bytesRead' in source && 'path' in source;

/**
 * Reads a source in pieces of an exact size, whatever the size of its chunks; the last piece is shorter, or empty. A piece
 * is read into memory that `recycle` has given back, where there is some: 512 MiB pass through the same few buffers.
 */
export const chunker = (source: AsyncIterable<Uint8Array>, expected = 64 * 1024) => {
	const chunks = source[Symbol.asyncIterator]();
	const spare: Buffer[] = [];
	const isFile = isFileStream(source);
	let chunk: Uint8Array | undefined;
	let used = 0;
	let isWaiting = false;
	const nextChunk = async () => {
		isWaiting = true;
		return await chunks.next().finally(() => (isWaiting = false));
	};
	/** Called once a chunk is copied. */
	const leave = (copied: Uint8Array) => {
		if (isFile) freeBuffer(copied);
		else countPassedOn(copied.length);
	};
	const read = async (size: number): Promise<Buffer> => {
		// Not more than will be needed: the engine collects garbage the sooner the more is allocated, used or not.
		let piece = spare.pop() ?? Buffer.allocUnsafeSlow(Math.min(size, Math.max(expected, 1)));
		let filled = 0;
		while (filled < size) {
			if (!chunk) {
				const { value, done } = await nextChunk();
				if (done) break;
				chunk = value;
				used = 0;
			}
			if (filled === piece.length) piece = Buffer.concat([piece], Math.min(size, 4 * piece.length));
			const taken = chunk.subarray(used, used + piece.length - filled);
			piece.set(taken, filled);
			filled += taken.length;
			used += taken.length;
			if (used < chunk.length) continue;
			leave(chunk);
			chunk = undefined;
		}
		return piece.subarray(0, filled);
	};
	const recycle = (piece: Buffer) => spare.push(Buffer.from(piece.buffer));
	/** Closes the source. Does not wait for a source that has yet to deliver its next chunk: it may never do so. */
	const close = async () => {
		if (isStream(source)) source.destroy();
		const closed = chunks.return?.();
		if (isWaiting) closed?.catch(() => undefined);
		else await closed;
	};
	return { read, recycle, close };
};
