import type { RestoreTerms } from '../write/requestRestore';
import { requestRestore } from '../write/requestRestore';
import { headObject } from '../list/headObject';
import type { Reason } from '../pairs/decide';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { originalAt } from '../pairs/sides';
import { isArchivedClass, isNeverArchived, isRestored } from '../storageClass';

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
 * Whether an original cannot be read before it is restored, which its class in a listing does not always say.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const isInArchive = async (side: Side, entry: Entry): Promise<boolean> => {
	if (isNeverArchived(entry.storageClass)) return false;
	const head = await headObject(side.s3, originalAt(side, entry));
	return (head?.ArchiveStatus !== undefined || isArchivedClass(head?.StorageClass)) && !isRestored(head ?? {});
};
