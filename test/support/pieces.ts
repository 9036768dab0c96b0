/** What comes in pieces, as from the network. */
export async function* inPieces<T>(...pieces: T[]): AsyncGenerator<T> {
	yield* pieces;
}

/** Cuts a text or bytes into pieces of a given length. */
export const cut = <T extends string | Buffer>(whole: T, length: number) =>
	inPieces(
		...Array.from({ length: Math.ceil(whole.length / length) }, (_, index) =>
			whole.slice(index * length, (index + 1) * length),
		),
	) as AsyncGenerator<T>;

/** All that a source gives. */
export const all = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
	const found: T[] = [];
	for await (const one of source) found.push(one);
	return found;
};

/** A source that never ends, and what became of it. */
export const endless = <T>(piece: T) => {
	const seen = { given: 0, isClosed: false };
	async function* source(): AsyncGenerator<T> {
		try {
			for (;;) {
				seen.given++;
				yield piece;
			}
		} finally {
			seen.isClosed = true;
		}
	}
	return { source: source(), seen };
};
