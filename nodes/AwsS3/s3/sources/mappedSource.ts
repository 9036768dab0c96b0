import { compareKeys } from '../list/keyOrder';
import type { LeaveOut, Source } from '../sync/look';
import type { Entry, Pages } from '../sync/march';
import type { KeyMap } from './keyMap';
import type { Order } from './mergedPages';
import { byKeys, originalKey, sortedPages } from './sortedPages';

/** Who is told of originals that are left out, and which of them count. */
interface Others {
	passes?: (entry: Entry) => boolean;
	leaveOut?: LeaveOut;
	/** Whether the first is left out as well where others get its key. */
	isMove?: boolean;
}

/**
 * The first entry of each key, of entries that are in order. An original that comes twice counts once; other originals of the
 * same key are left out, and reported. In a move all of them are: once the first is gone, the next would take its place, and
 * replace its copy.
 */
export async function* firstOfEachKey(
	pages: Pages,
	{ passes = () => true, leaveOut, isMove = false }: Others = {},
): AsyncGenerator<Entry[]> {
	let last: Entry | undefined;
	/** The first of the key that has come last, until the next key shows that it is the only one. */
	let held: Entry | undefined;
	const leaveOutOther = (entry: Entry) => {
		leaveOut?.(entry, passes(entry) ? 'sameKey' : 'filtered');
		if (!isMove || !held || !passes(entry)) return;
		leaveOut?.(held, 'sameKey');
		held = undefined;
	};
	for await (const page of pages) {
		const firsts: Entry[] = [];
		for (const entry of page) {
			const before = last;
			if (before?.key === entry.key && originalKey(before) === originalKey(entry)) continue;
			last = entry;
			if (before?.key === entry.key) {
				leaveOutOther(entry);
				continue;
			}
			if (held) firsts.push(held);
			held = entry;
		}
		yield firsts;
	}
	if (held) yield [held];
}

const mapped = (entry: Entry, map: KeyMap['map']): Entry => ({
	...entry,
	key: map(entry.key),
	from: { ...entry.from, key: originalKey(entry) },
});

async function* mappedPages(pages: Pages, map: KeyMap['map']): AsyncGenerator<Entry[]> {
	for await (const page of pages) yield page.map((entry) => mapped(entry, map));
}

/**
 * A source whose keys are mapped. Where several originals get one key, the first that passes is copied, by the bytes of its own
 * key: in each run the same one. A move leaves all of them.
 */
export const mappedSource = (
	source: Source,
	{ map, keepsOrder, originals }: KeyMap,
	passes: (entry: Entry) => boolean,
	isMove = false,
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
			return keepsOrder ? pages : firstOfEachKey(sortedPages(pages, order, { signal }), { passes, leaveOut, isMove });
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
