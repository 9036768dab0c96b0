import type { History, Version } from './history';
import { historyFrom } from './history';
import { compareKeys } from './compareKeys';

/** Where the next page begins. */
export interface PageMarker {
	KeyMarker: string;
	VersionIdMarker?: string;
}

/** One page of versions and delete markers, in the order of the response. */
export interface VersionPage {
	entries: Version[];
	/** Undefined on the last page. */
	next?: PageMarker;
}

/** How to gather the histories of many keys. */
interface Gathering {
	/** Whether the server is known to list by key, and newest first. */
	isInOrder: boolean;
	/** Whether to yield histories although a later page may add to them; for reading only. */
	isTolerant?: boolean;
	/** How many entries to hold until the pages have shown their order. */
	maxHeld?: number;
	/** Creates the error for a listing in no known order. */
	refuse: (reason: 'tooMany' | 'twoPlaces', key: string) => Error;
}

/** About 50 MiB. */
const defaultMaxHeld = 100_000;

interface Open {
	entries: Version[];
	pages: number;
	lastPage: number;
}

/**
 * Merges the pages of a version listing into one history per key, whatever the order within a page. Yields keys as soon
 * as the pages have passed them, if the order of the server is known. Otherwise it first waits until the listing shows
 * that versions and delete markers are mixed, and holds a bounded number of entries until then. Throws, before it
 * yields anything uncertain, if a page goes back to keys that were yielded.
 */
export async function* gatherHistories(
	pages: AsyncIterable<VersionPage> | Iterable<VersionPage>,
	{ isInOrder, isTolerant = false, maxHeld = defaultMaxHeld, refuse }: Gathering,
): AsyncGenerator<History> {
	const open = new Map<string, Open>();
	let held = 0;
	let pageNumber = 0;
	let switches = 0;
	let lastIsMarker: boolean | undefined;
	let passed: string | undefined;
	/** A key that came after keys behind it. */
	let backKey: string | undefined;
	const add = (entry: Version) => {
		if (lastIsMarker !== undefined && lastIsMarker !== entry.isDeleteMarker) switches++;
		lastIsMarker = entry.isDeleteMarker;
		if (passed !== undefined && compareKeys(entry.Key, passed) < 0) backKey ??= entry.Key;
		const at = open.get(entry.Key) ?? { entries: [], pages: 0, lastPage: 0 };
		open.set(entry.Key, at);
		if (at.lastPage !== pageNumber) at.pages++;
		at.lastPage = pageNumber;
		at.entries.push(entry);
		held++;
	};
	function* release(isPassed: (key: string) => boolean) {
		const keys = [...open.keys()].filter(isPassed).sort(compareKeys);
		for (const key of keys) {
			const { entries = [], pages: count = 1 } = open.get(key) ?? {};
			open.delete(key);
			held -= entries.length;
			yield historyFrom(key, { entries, pages: count, isInOrder });
		}
	}
	let hasYielded = false;
	for await (const { entries, next } of pages) {
		pageNumber++;
		for (const entry of entries) add(entry);
		if (backKey !== undefined && hasYielded && !isTolerant) throw refuse('twoPlaces', backKey);
		if (!next) break;
		if (passed !== undefined && compareKeys(next.KeyMarker, passed) < 0) backKey ??= next.KeyMarker;
		passed = next.KeyMarker;
		// All versions before all delete markers would change only once.
		const isShown = isInOrder || switches > 1;
		if (isTolerant || (isShown && backKey === undefined)) {
			for (const history of release((key) => compareKeys(key, next.KeyMarker) < 0)) {
				hasYielded = true;
				yield history;
			}
		}
		if (!isInOrder && held > maxHeld) throw refuse('tooMany', next.KeyMarker);
	}
	yield* release(() => true);
}
