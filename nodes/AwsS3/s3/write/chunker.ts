import { passing } from '../flow/scavenge';

const isStream = (source: object): source is { destroy(): void } =>
	'destroy' in source && typeof source.destroy === 'function';

/**
 * Reads a source in pieces of an exact size, whatever the size of its chunks; the last piece is shorter, or empty. A piece
 * is read into memory that `recycle` has given back, where there is some: 512 MiB pass through the same few buffers.
 */
export const chunker = (source: AsyncIterable<Uint8Array>, expected = 64 * 1024) => {
	const chunks = source[Symbol.asyncIterator]();
	const spare: Buffer[] = [];
	let rest: Uint8Array | undefined;
	let isWaiting = false;
	const nextChunk = async () => {
		isWaiting = true;
		return await chunks.next().finally(() => (isWaiting = false));
	};
	const read = async (size: number): Promise<Buffer> => {
		// Not more than will be needed: the engine collects garbage the sooner the more is allocated, used or not.
		let piece = spare.pop() ?? Buffer.allocUnsafeSlow(Math.min(size, Math.max(expected, 1)));
		let filled = 0;
		while (filled < size) {
			if (!rest) {
				const { value, done } = await nextChunk();
				if (done) break;
				rest = value;
				passing(value.length);
			}
			if (filled === piece.length) piece = Buffer.concat([piece], Math.min(size, 4 * piece.length));
			const taken = rest.subarray(0, piece.length - filled);
			rest = taken.length < rest.length ? rest.subarray(taken.length) : undefined;
			piece.set(taken, filled);
			filled += taken.length;
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
