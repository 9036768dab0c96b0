import { passing } from '../flow/scavenge';

/**
 * Reads a source in pieces of an exact size, whatever the size of its chunks; the last piece is shorter, or empty. A piece
 * is read into memory that `recycle` has given back, where there is some: 512 MiB pass through the same few buffers.
 */
export const chunker = (source: AsyncIterable<Uint8Array>, expected = 64 * 1024) => {
	const chunks = source[Symbol.asyncIterator]();
	const spare: Buffer[] = [];
	let rest: Uint8Array | undefined;
	const read = async (size: number): Promise<Buffer> => {
		// Not more than will be needed: the engine collects garbage the sooner the more is allocated, used or not.
		let piece = spare.pop() ?? Buffer.allocUnsafeSlow(Math.min(size, Math.max(expected, 1)));
		let filled = 0;
		while (filled < size) {
			if (!rest) {
				const { value, done } = await chunks.next();
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
	return { read, recycle, close: async () => await chunks.return?.() };
};
