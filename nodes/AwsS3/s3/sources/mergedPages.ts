/** Pages of entries, each of which is in order, as are all of them together. */
export type Run<T> = AsyncIterable<T[]>;

/** Whether one entry comes before another one: negative, zero or positive. */
export type Order<T> = (one: T, other: T) => number;

/** Entries in a merged page. Each merge of two holds one, so all together are many. */
const pageSize = 100;

/** Reads a run entry by entry, with a promise only where a page ends. */
const readerOf = <T>(run: Run<T>) => {
	const iterator = run[Symbol.asyncIterator]();
	let page: T[] = [];
	let at = 0;
	return {
		hasMore: () => at < page.length,
		pull: (): T | undefined => page[at++],
		nextPage: async (): Promise<T | undefined> => {
			for (;;) {
				const { value, done } = await iterator.next();
				if (done) return undefined;
				[page, at] = [value, 1];
				if (page.length > 0) return page[0];
			}
		},
		close: async () => void (await iterator.return?.()),
	};
};

async function* mergedTwo<T>(one: Run<T>, other: Run<T>, order: Order<T>): AsyncGenerator<T[]> {
	const [left, right] = [readerOf(one), readerOf(other)];
	let page: T[] = [];
	try {
		let a: T | undefined = await left.nextPage();
		let b: T | undefined = await right.nextPage();
		for (;;) {
			if (a !== undefined && (b === undefined || order(a, b) <= 0)) {
				page.push(a);
				a = left.hasMore() ? left.pull() : await left.nextPage();
			} else if (b !== undefined) {
				page.push(b);
				b = right.hasMore() ? right.pull() : await right.nextPage();
			} else break;
			if (page.length < pageSize) continue;
			yield page;
			page = [];
		}
		if (page.length > 0) yield page;
	} finally {
		await Promise.all([left.close(), right.close()]);
	}
}

async function* none(): AsyncGenerator<never> {}

/** Merges runs into one. Holds a few pages of each. Equal entries come in the order of their runs. */
export const mergedPages = <T>(runs: Array<Run<T>>, order: Order<T>): Run<T> => {
	const [first, ...others] = runs;
	if (!first) return none();
	if (others.length === 0) return first;
	const half = Math.ceil(runs.length / 2);
	return mergedTwo(mergedPages(runs.slice(0, half), order), mergedPages(runs.slice(half), order), order);
};
