import { passing } from './scavenge';

/**
 * All bytes of a stream that fits into memory. Node's own `buffer` goes through a Blob, which takes several times as long.
 */
export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
};

/** The bytes of a stream, put into memory that is there already; throws if they are more than fit into it. */
export const filled = async (room: Buffer, chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
	let size = 0;
	for await (const chunk of chunks) {
		if (size + chunk.length > room.length)
			throw new Error(`More than the ${room.length} bytes that were asked for arrived`);
		room.set(chunk, size);
		size += chunk.length;
		passing(chunk.length);
	}
	return room.subarray(0, size);
};
