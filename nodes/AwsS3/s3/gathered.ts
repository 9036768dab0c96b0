/** Straight into place, so that pieces that wait for the others are none that V8 has to look after. */
const inPlace = async (chunks: AsyncIterable<Uint8Array>, length: number) => {
	const all = Buffer.allocUnsafeSlow(length);
	let filled = 0;
	for await (const chunk of chunks) {
		if (filled + chunk.length > length) throw new Error(`More than the ${length} bytes that were asked for arrived`);
		all.set(chunk, filled);
		filled += chunk.length;
	}
	return all.subarray(0, filled);
};

/**
 * All bytes of a stream that fits into memory; throws if they are more than `length`, where that is known. Node's own
 * `buffer` goes through a Blob, which takes several times as long.
 */
export const gathered = async (chunks: AsyncIterable<Uint8Array>, length?: number): Promise<Buffer> => {
	if (length !== undefined) return await inPlace(chunks, length);
	const all: Uint8Array[] = [];
	for await (const chunk of chunks) all.push(chunk);
	return Buffer.concat(all);
};
