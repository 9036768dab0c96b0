import type { CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { putAcl, customAcl } from '../settings/acl';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conflict';
import { headersOf } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { conditionalCopy } from './conditionalCopy';

/** What a rewritten object is to have instead of what it had. */
export type Change = Omit<Partial<CopyObjectCommandInput>, 'Bucket' | 'Key' | 'CopySource'>;

const lockHeadersOf = (head: HeadObjectCommandOutput) => {
	const { ObjectLockRetainUntilDate: until, ObjectLockMode, ObjectLockLegalHoldStatus } = head;
	// S3 takes no date that is over.
	const isLocked = until !== undefined && until > new Date();
	return { ObjectLockLegalHoldStatus, ...(isLocked && { ObjectLockMode, ObjectLockRetainUntilDate: until }) };
};

/** Everything that an object has besides its content, as a copy takes it. A copy by itself keeps only some of it. */
const everythingOf = (head: HeadObjectCommandOutput): Change => ({
	...headersOf(head),
	MetadataDirective: 'REPLACE',
	TaggingDirective: 'COPY',
	StorageClass: head.StorageClass ?? 'STANDARD',
	ServerSideEncryption: head.ServerSideEncryption,
	SSEKMSKeyId: head.SSEKMSKeyId,
	BucketKeyEnabled: head.BucketKeyEnabled,
	...lockHeadersOf(head),
});

export interface Rewrite {
	/** The object, or an older version of it that is to be the latest. */
	source: ObjectAt;
	/** Where it goes, if not under its own key. */
	target?: { bucket: string; key: string };
	/** What is to change, made of what S3 tells of the object. Undefined leaves the object alone. */
	change: (head: HeadObjectCommandOutput) => Change | undefined;
	keepAcl?: boolean;
	onConflict?: OnConflict;
}

/**
 * Writes an object anew under its own key or another one, with everything that it had but for the change: S3 cannot change an object in
 * place. Nothing is written if somebody else has changed it meanwhile. Gives undefined where nothing was to change.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const replaceObject = async (
	s3: S3,
	{ source, target = source, change, keepAcl = true, onConflict }: Rewrite,
): Promise<ConditionalCopied | undefined> => {
	const { bucket: Bucket, key: Key, versionId: VersionId } = source;
	const head = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
	const changed = change(head);
	if (!changed) return undefined;
	const acl = keepAcl ? await customAcl(s3, source) : undefined;
	const { SSECustomerAlgorithm, SSECustomerKey } = s3.defaults;
	const input = {
		...everythingOf(head),
		...changed,
		CopySourceIfMatch: head.ETag,
		CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
		CopySourceSSECustomerKey: SSECustomerKey,
	};
	const to = { Bucket: target.bucket, Key: target.key };
	const copied = await conditionalCopy(s3, { source, input: { ...input, ...to } }, onConflict);
	if (acl && !copied.skipped && !s3.isDryRun) await putAcl(s3, { bucket: target.bucket, key: copied.key }, acl);
	return copied;
};
