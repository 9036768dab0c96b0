import type { Copier, Source } from '../pairs/source';
import type { Pages } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { bucketSource } from './bucketSource';
import { firstOfEachKey } from './mappedSource';
import { byKeys, sortedPages } from './sortedPages';

/**
 * The objects of a side as a report lists them, in any order. The report is of the past: an object that has changed since counts
 * as changed, and a mirror asks the bucket itself before it deletes.
 */
export const inventorySource = (side: Side, copier: Copier, entries: (signal: AbortSignal) => Pages): Source => ({
	...bucketSource(side, copier),
	pages: (signal) => firstOfEachKey(sortedPages(entries(signal), byKeys, { signal })),
});
