import type { CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { customAcl, keepAclOf } from '../settings/acl';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conflict';
import { headersOf } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { conditionalCopy } from './conditionalCopy';

/** The properties that a rewrite replaces. */
export type Change = Omit<Partial<CopyObjectCommandInput>, 'Bucket' | 'Key' | 'CopySource'>;

const lockHeadersOf = (head: HeadObjectCommandOutput) => {
	const { ObjectLockRetainUntilDate: until, ObjectLockMode, ObjectLockLegalHoldStatus } = head;
	// S3 rejects a date in the past.
	const isLocked = until !== undefined && until > new Date();
	return { ObjectLockLegalHoldStatus, ...(isLocked && { ObjectLockMode, ObjectLockRetainUntilDate: until }) };
};

/** All properties of an object, as input for a copy, because CopyObject keeps only some of them on its own. */
const allPropertiesOf = (head: HeadObjectCommandOutput): Change => ({
	...headersOf(head),
	MetadataDirective: 'REPLACE',
	TaggingDirective: 'COPY',
	StorageClass: head.StorageClass ?? 'STANDARD',
	ServerSideEncryption: head.ServerSideEncryption,
	SSEKMSKeyId: head.SSEKMSKeyId,
	BucketKeyEnabled: head.BucketKeyEnabled,
	...lockHeadersOf(head),
});

/** A rewrite of one object. */
export interface Rewrite {
	/** The object, or an old version to restore. */
	source: ObjectAt;
	/** The destination, if not the source itself. */
	target?: { bucket: string; key: string };
	/** Returns the properties to change; undefined leaves the object unchanged. */
	change: (head: HeadObjectCommandOutput) => Change | undefined;
	keepAcl?: boolean;
	onConflict?: OnConflict;
}

/**
 * Changes properties of an object by copying it onto itself or to another key, because S3 cannot change it in place. Keeps
 * all other properties. Throws if another request changes the object meanwhile; returns undefined without a change.
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
		...allPropertiesOf(head),
		...changed,
		CopySourceIfMatch: head.ETag,
		CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
		CopySourceSSECustomerKey: SSECustomerKey,
	};
	const to = { Bucket: target.bucket, Key: target.key };
	const copied = await conditionalCopy(s3, { source, input: { ...input, ...to } }, onConflict);
	if (acl && !copied.skipped && !s3.isDryRun) await keepAclOf(s3, { bucket: target.bucket, key: copied.key }, acl);
	return copied;
};
