import { hasSameContent, isCopyOf } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { isRestored } from '../storageClass';
import type { Pages } from '../pairs/march';
import type { Copier, Source } from '../pairs/source';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt, originalAt, pagesOf } from '../pairs/sides';
import { firstOfEachKey } from './mappedSource';
import { byKeys, sortedPages } from './sortedPages';

/** What can be done with originals that are objects of a side, wherever their entries come from. */
export const originalsIn = (side: Side, copier: Copier): Pick<Source, 'side' | 'look' | 'copy'> => ({
	side,
	look: async (look, { entry, to, copyKey }, signal) => {
		const from = endedBy(side, signal);
		if (look === 'archive')
			return { isReadable: isRestored((await headObject(from.s3, originalAt(from, entry))) ?? {}) };
		const [original, copy] = await Promise.all([
			headObject(from.s3, originalAt(from, entry)),
			headObject(to.s3, objectAt(to, copyKey)),
		]);
		// The conditions of the write detect objects that are gone in between.
		if (!original || !copy) return { isSame: false, isProven: false };
		return { isSame: isCopyOf(original, copy), isProven: hasSameContent(original, copy) };
	},
	copy: async (toCopy, signal) => await copier({ ...toCopy, from: endedBy(side, signal) }),
});

/** All objects of a side as a source. */
export const bucketSource = (side: Side, copier: Copier): Source & Required<Pick<Source, 'has'>> => ({
	...originalsIn(side, copier),
	pages: (signal) => pagesOf(endedBy(side, signal)),
	has: async (key, signal) => (await headObject(endedBy(side, signal).s3, objectAt(side, key))) !== undefined,
});

/**
 * The objects of a side as a report lists them, in any order. The report is of the past: an object that has changed since counts
 * as changed, and a mirror asks the bucket itself before it deletes.
 */
export const inventorySource = (side: Side, copier: Copier, entries: (signal: AbortSignal) => Pages): Source => ({
	...bucketSource(side, copier),
	isReported: true,
	pages: (signal) => firstOfEachKey(sortedPages(entries(signal), byKeys, { signal })),
});
