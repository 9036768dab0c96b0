/**
 * All bytes of a stream that fits into memory. Node's own `buffer` goes through a Blob, which takes several times as long.
 */
export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> => {
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
};
