import { conditionalCopy } from '../copy/conditionalCopy';
import { storedAs } from '../copy/storedAs';
import type { RestoreTerms } from '../write/requestRestore';
import { codeOf } from '../failure';
import type { Reason } from '../pairs/decide';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { objectAt } from '../pairs/sides';
import { restoreOrSkip } from './archived';
import { etagOf } from './changedMeanwhile';

/** What a run keeps of what it overwrites or deletes, and what it does with archived objects. */
export interface Backup {
	to: Side;
	/** Where it is copied to before, in the bucket of the destination. */
	backupPrefix?: string;
	/** How archived objects of both sides are restored; without it they are skipped. */
	restore?: RestoreTerms;
}

/**
 * Copies an object that the change overwrites or deletes to the backup, under a free name. Returns why it cannot yet, if that
 * object is archived.
 */
export const backUp = async ({ to, backupPrefix, restore }: Backup, entry: Entry): Promise<Reason | undefined> => {
	if (backupPrefix === undefined) return undefined;
	const original = { StorageClass: entry.storageClass };
	const input = {
		...storedAs(to.s3, { chosen: {}, original, isSameBucket: true }),
		...{ Bucket: to.bucket, Key: backupPrefix + entry.key, CopySourceIfMatch: etagOf(entry) },
	};
	return await conditionalCopy(to.s3, { source: objectAt(to, entry.key), input }, 'rename').then(
		() => undefined,
		async (error) => {
			if (codeOf(error) !== 'InvalidObjectState') throw error;
			return await restoreOrSkip(restore, to, entry);
		},
	);
};
