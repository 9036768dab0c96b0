import { compareKeys } from '../list/compareKeys';
import type { LeaveOut, Source } from '../pairs/source';
import type { Entry, Pages } from '../pairs/march';
import type { KeyMap } from './keyMap';
import type { Order } from './mergedPages';
import { byKeys, originalKey, sortedPages } from './sortedPages';

/**
 * The first entry of each key, of entries that are in order. An original that comes twice counts once; other originals of the
 * same key are left out, and reported.
 */
export async function* firstOfEachKey(
	pages: Pages,
	passes: (entry: Entry) => boolean = () => true,
	leaveOut?: LeaveOut,
): AsyncGenerator<Entry[]> {
	let last: Entry | undefined;
	const isFirst = (entry: Entry) => {
		const before = last;
		if (before?.key === entry.key && originalKey(before) === originalKey(entry)) return false;
		last = entry;
		if (before?.key !== entry.key) return true;
		leaveOut?.(entry, passes(entry) ? 'sameKey' : 'filtered');
		return false;
	};
	for await (const page of pages) yield page.filter(isFirst);
}

/** Written out: to spread an entry takes many times the memory, for each of a million keys. */
const mapped = (entry: Entry, map: KeyMap['map']): Entry => ({
	key: map(entry.key),
	from: entry.from ? { ...entry.from, key: originalKey(entry) } : { key: entry.key },
	size: entry.size,
	lastModified: entry.lastModified,
	etag: entry.etag,
	storageClass: entry.storageClass,
});

async function* mappedPages(pages: Pages, map: KeyMap['map']): AsyncGenerator<Entry[]> {
	for await (const page of pages) yield page.map((entry) => mapped(entry, map));
}

/**
 * A source whose keys are mapped. If several originals get one key, copies the first that passes, by the bytes of the
 * original key: in each run the same one.
 */
export const mappedSource = (
	source: Source,
	{ map, keepsOrder, originals }: KeyMap,
	passes: (entry: Entry) => boolean,
): Source => {
	const { has, ...rest } = source;
	const order: Order<Entry> = (one, other) =>
		compareKeys(one.key, other.key) || Number(passes(other)) - Number(passes(one)) || byKeys(one, other);
	return {
		...rest,
		pages: (signal, leaveOut) => {
			const pages = mappedPages(
				source.pages(signal, leaveOut && ((entry, why) => leaveOut(mapped(entry, map), why))),
				map,
			);
			return keepsOrder ? pages : firstOfEachKey(sortedPages(pages, order, { signal }), passes, leaveOut);
		},
		...(has &&
			originals && {
				has: async (key: string, signal: AbortSignal) => {
					for (const original of originals(key)) if (await has(original, signal)) return true;
					return false;
				},
			}),
	};
};
