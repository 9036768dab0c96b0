import { isArchivedClass } from '../analysis/hazards';
import type { RestoreTerms } from '../copy/requestRestore';
import { requestRestore } from '../copy/requestRestore';
import { headObject, isRestored } from '../list/headObject';
import type { Reason } from '../pairs/decide';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { originalAt } from '../pairs/sides';

/** Asks for the restore of an archived object, if there are terms for it. A later run can read it. Returns why this one skips it. */
export const restoreOrSkip = async (
	restore: RestoreTerms | undefined,
	side: Side | undefined,
	entry: Entry | undefined,
): Promise<Reason> => {
	if (!restore || !side || !entry) return 'archived';
	await requestRestore(side.s3, originalAt(side, entry), restore);
	return 'restoring';
};

/**
 * Classes whose objects can always be read at once. Those of Intelligent-Tiering may be archived, and so may those of classes
 * that only other servers have. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const neverArchived = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'REDUCED_REDUNDANCY', 'GLACIER_IR', 'EXPRESS_ONEZONE'];

/**
 * Whether an original cannot be read before it is restored, which its class in a listing does not always say.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const isInArchive = async (side: Side, entry: Entry): Promise<boolean> => {
	if (neverArchived.includes(entry.storageClass ?? '')) return false;
	const head = await headObject(side.s3, originalAt(side, entry));
	return (head?.ArchiveStatus !== undefined || isArchivedClass(head?.StorageClass)) && !isRestored(head ?? {});
};
