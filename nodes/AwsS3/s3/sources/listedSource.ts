import { isFatal, isStop } from '../failure';
import { adaptiveLimit } from '../flow/concurrencyLimit';
import { pool } from '../flow/pool';
import { headObject, throwIfNoBucket } from '../list/headObject';
import type { Copier, LeaveOut, Source } from '../pairs/source';
import type { Entry, Pages } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt } from '../pairs/sides';
import { bucketSource } from './bucketSource';
import { firstOfEachKey } from './mappedSource';
import { byKeys, sortedPages } from './sortedPages';

/** Entries in a page. */
const pageSize = 1000;

/** Objects that are looked at at the same time. */
const minLooks = 16;
const maxLooks = 64;

/** A key of the list as S3 knows it: with its details, or why there are none. */
interface Found {
	entry: Entry;
	why?: 'missing' | Error;
}

const find = async (side: Side, { key }: Entry, signal: AbortSignal): Promise<Found> => {
	const head = await headObject(endedBy(side, signal).s3, objectAt(side, key)).catch((error: unknown) => {
		if (!(error instanceof Error) || isStop(error) || isFatal(error) || signal.aborted) throw error;
		return error;
	});
	if (head instanceof Error) return { entry: { key, size: 0 }, why: head };
	if (!head) return { entry: { key, size: 0 }, why: 'missing' };
	const { ContentLength: size = 0, LastModified: lastModified, ETag: etag, StorageClass: storageClass } = head;
	return { entry: { key, size, lastModified, etag, storageClass } };
};

async function* entriesIn(pages: Pages): AsyncGenerator<Entry> {
	for await (const page of pages) yield* page;
}

async function* asEntries(keys: AsyncIterable<string[]>): AsyncGenerator<Entry[]> {
	for await (const some of keys) yield some.map((key) => ({ key, size: 0 }));
}

async function* foundPages(
	side: Side,
	keys: AsyncIterable<string[]>,
	signal: AbortSignal,
	{ onMissing, leaveOut }: { onMissing: () => void; leaveOut?: LeaveOut },
): AsyncGenerator<Entry[]> {
	const sorted = firstOfEachKey(sortedPages(asEntries(keys), byKeys, { signal }));
	const settings = { limit: adaptiveLimit(minLooks, maxLooks), signal, inOrder: true };
	let page: Entry[] = [];
	let isThere = false;
	for await (const { entry, why } of pool(entriesIn(sorted), settings, async (one, own) => find(side, one, own))) {
		// S3 answers alike for an object and for a bucket that does not exist.
		if (why === 'missing' && !isThere) await throwIfNoBucket(side.s3.endedBy(signal), side.bucket);
		isThere = true;
		if (why === 'missing') onMissing();
		// Without this failure, the object would seem to be gone, and a mirror would delete its copy.
		if (why instanceof Error && !leaveOut) throw why;
		if (!why) page.push(entry);
		else if (leaveOut?.(entry, why)) break;
		if (page.length < pageSize) continue;
		yield page;
		page = [];
	}
	if (page.length > 0) yield page;
}

/**
 * The objects of a side whose keys are in a list, in any order; `keys` gives them below the prefix of the side. Looks
 * at each object. Leaves out what does not exist as `missing`, and what it may not look at with the failure, which it
 * throws without `leaveOut`. A list with keys that do not exist may have them in another encoding, so a mirror then keeps what the
 * bucket itself has.
 */
export const listedSource = (
	side: Side,
	copier: Copier,
	keys: (signal: AbortSignal) => AsyncIterable<string[]>,
): Source => {
	const whole = bucketSource(side, copier);
	let hasMissing = false;
	const onMissing = () => (hasMissing = true);
	return {
		...whole,
		isReported: true,
		pages: (signal, leaveOut) => foundPages(side, keys(signal), signal, { onMissing, leaveOut }),
		has: async (key, signal) => hasMissing && (await whole.has(key, signal)),
	};
};
