import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';

/**
 * Whether objects of a class have to be restored before they can be read.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/archived-objects.html
 */
export const isArchivedClass = (storageClass: string | undefined): boolean =>
	storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';

const neverArchived = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'REDUCED_REDUNDANCY', 'GLACIER_IR', 'EXPRESS_ONEZONE'];

/**
 * Whether objects of a class can always be read at once. Those of Intelligent-Tiering may be archived, and so may those of
 * classes that only other servers have. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
export const isNeverArchived = (storageClass: string | undefined): boolean =>
	neverArchived.includes(storageClass ?? '');

/** Whether only directory buckets, Outposts, Snow devices, file systems or backups have a class. */
export const isOfOtherStores = (storageClass: string): boolean =>
	/^(EXPRESS_|OUTPOSTS|SNOW|FSX_|AWS_BACKUP_)/.test(storageClass);

/** Whether a restore is running, and how long its copy stays. */
interface RestoreState {
	ongoing: boolean;
	/** When the restored copy ends, as ISO text; undefined if there is none. */
	expiresAt?: string;
}

/**
 * Parses `x-amz-restore`, such as `ongoing-request="false", expiry-date="Fri, 21 Dec 2012 00:00:00 GMT"`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html#API_HeadObject_ResponseSyntax
 */
export const restoreStateOf = (restore = ''): RestoreState => {
	const expiry = new Date(/expiry-date="([^"]+)"/.exec(restore)?.[1] ?? '');
	const isDate = !Number.isNaN(expiry.getTime());
	return {
		ongoing: /ongoing-request="true"/.test(restore),
		...(isDate && { expiresAt: expiry.toISOString() }),
	};
};

/** Whether an archived object has a restored copy, which can be read. */
export const isRestored = ({ Restore = '' }: Pick<HeadObjectCommandOutput, 'Restore'>): boolean =>
	Restore !== '' && !restoreStateOf(Restore).ongoing;
