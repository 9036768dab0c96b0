import type { ObjectStorageClass } from '@aws-sdk/client-s3';
import { s3Failure } from '../failure';
import { compareKeys } from '../list/compareKeys';

/** Where the original of an entry is, as far as its key does not say that. */
export interface Original {
	/** The key below the prefix of the source, if it was mapped to another one. */
	key?: string;
	/** The version, if it need not be the current one. */
	versionId?: string;
	/** The number of an item that comes in, from 0. */
	item?: number;
}

/** An object in a listing. Its key is that below the prefix of its side; that of a source is the one at the destination. */
export interface Entry {
	key: string;
	from?: Original;
	/** Bytes. */
	size: number;
	lastModified?: Date;
	etag?: string;
	storageClass?: ObjectStorageClass;
}

/** What is under one key: at the source, at the destination, or at both. */
export interface Pair<E = Entry> {
	key: string;
	source?: E;
	destination?: E;
}

/** Pages of a listing in the order of its keys. */
export type Pages<E = Entry> = AsyncIterable<E[]>;

const outOfOrder = (side: string, key: string, last: string) =>
	s3Failure({
		code: 'ListingOutOfOrder',
		key,
		message: `The listing of the ${side} is not sorted: '${key}' comes after '${last}'`,
	});

/** Reads the entries of a side one by one. Throws for a key that does not come behind the one before it. */
const readerOf = <E extends { key: string }>(pages: Pages<E>, side: 'source' | 'destination') => {
	const iterator = pages[Symbol.asyncIterator]();
	let page: E[] = [];
	let at = 0;
	let last: string | undefined;
	const nextPage = async () => {
		while (at >= page.length) {
			const { value, done } = await iterator.next();
			if (done) return false;
			[page, at] = [value, 0];
		}
		return true;
	};
	return {
		/** Whether the next entry is in memory already. */
		hasMore: () => at < page.length,
		nextPage,
		/** The next entry, if `nextPage` has found one. */
		pull: (): E | undefined => {
			const entry = page[at++];
			if (entry === undefined) return undefined;
			if (last !== undefined && compareKeys(entry.key, last) <= 0) throw outOfOrder(side, entry.key, last);
			last = entry.key;
			return entry;
		},
		close: async () => void (await iterator.return?.()),
	};
};

const nextOf = async <E extends { key: string }>(reader: ReturnType<typeof readerOf<E>>): Promise<E | undefined> =>
	reader.hasMore() || (await reader.nextPage()) ? reader.pull() : undefined;

/** Pairs that are yielded at a time: a promise for each would take longer than the rest of the walk. */
const pairsAtATime = 1000;

/**
 * Walks two listings in lock step and yields what is under each key, in the order of the keys, many at a time. Holds one page of
 * each side. Throws for a listing that is not in order by the UTF-8 bytes of its keys: what only comes later would seem to be missing.
 */
export async function* march<E extends { key: string } = Entry>(
	source: Pages<E>,
	destination: Pages<E>,
	atATime = pairsAtATime,
): AsyncGenerator<Array<Pair<E>>> {
	const readers = [readerOf(source, 'source'), readerOf(destination, 'destination')] as const;
	const [from, to] = readers;
	let pairs: Array<Pair<E>> = [];
	try {
		const firsts = await Promise.all(readers.map(async (reader) => ({ entry: await nextOf(reader) })));
		let [one, other] = firsts.map(({ entry }) => entry);
		while (one || other) {
			const order = one && other ? compareKeys(one.key, other.key) : one ? -1 : 1;
			const pair: Pair<E> = { key: '' };
			if (one && order <= 0) [pair.key, pair.source] = [one.key, one];
			if (other && order >= 0) [pair.key, pair.destination] = [other.key, other];
			pairs.push(pair);
			const isPageEnd = (order <= 0 && !from.hasMore()) || (order >= 0 && !to.hasMore());
			// The next page may break off, and what is known comes before that.
			if (isPageEnd || pairs.length === atATime) {
				yield pairs;
				pairs = [];
			}
			if (order <= 0) one = from.hasMore() ? from.pull() : await nextOf(from);
			if (order >= 0) other = to.hasMore() ? to.pull() : await nextOf(to);
		}
	} finally {
		await Promise.all(readers.map(async ({ close }) => await close()));
	}
}
