import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { hasSameContent, isCopyOf } from '../list/contentIdentity';
import { headObject } from '../list/headObject';
import type { Copier } from '../pairs/source';
import type { Source } from '../pairs/source';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt, originalAt, pagesOf } from '../pairs/sides';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html */
const isReadable = (head: HeadObjectCommandOutput | undefined) => /ongoing-request="false"/.test(head?.Restore ?? '');

/** What can be done with originals that are objects of a side, wherever their entries come from. */
export const originalsIn = (side: Side, copier: Copier): Pick<Source, 'side' | 'look' | 'copy'> => ({
	side,
	look: async (look, { entry, to, copyKey }, signal) => {
		const from = endedBy(side, signal);
		if (look === 'archive') return { isReadable: isReadable(await headObject(from.s3, originalAt(from, entry))) };
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
export const bucketSource = (side: Side, copier: Copier): Source => ({
	...originalsIn(side, copier),
	pages: (signal) => pagesOf(endedBy(side, signal)),
	has: async (key, signal) => (await headObject(endedBy(side, signal).s3, objectAt(side, key))) !== undefined,
});
