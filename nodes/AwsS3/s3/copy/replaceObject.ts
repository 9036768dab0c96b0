import type { CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { customAcl, keepAclOf } from '../settings/acl';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isAws } from '../capabilities';
import { isS3Failure, statusOf } from '../failure';
import { headObject } from '../list/headObject';
import { evenAfterStop } from '../write/afterStop';
import type { OnConflict } from '../write/conditionalWrite';
import { headersOf } from './objectProperties';
import type { Comparison, ConditionalCopied } from './conditionalCopy';
import { conditionalCopy } from './conditionalCopy';
import { storedAs } from './storedAs';

/** The properties that a rewrite replaces. */
export type NewProperties = Omit<Partial<CopyObjectCommandInput>, 'Bucket' | 'Key' | 'CopySource'>;

const lockHeadersOf = (head: HeadObjectCommandOutput) => {
	const { ObjectLockRetainUntilDate: until, ObjectLockMode, ObjectLockLegalHoldStatus } = head;
	// S3 rejects a date in the past.
	const isLocked = until !== undefined && until > new Date();
	return { ObjectLockLegalHoldStatus, ...(isLocked && { ObjectLockMode, ObjectLockRetainUntilDate: until }) };
};

/** The properties of an object, as input for a copy, because CopyObject keeps only some of them on its own. */
const propertiesOf = (head: HeadObjectCommandOutput): NewProperties => ({
	...headersOf(head),
	MetadataDirective: 'REPLACE',
	TaggingDirective: 'COPY',
	...lockHeadersOf(head),
});

/** A rewrite of one object. */
export interface Rewrite {
	/** The object, or an old version to restore. */
	source: ObjectAt;
	/** The destination, if not the source itself. */
	target?: { bucket: string; key: string };
	/** Returns the properties to change; undefined leaves the object unchanged. */
	change: (head: HeadObjectCommandOutput) => NewProperties | undefined;
	keepAcl?: boolean;
	onConflict?: OnConflict;
	isSame?: Comparison;
}

/** A source to copy, as it was before. */
interface Seen {
	source: ObjectAt;
	head: HeadObjectCommandOutput;
	isInPlace: boolean;
}

/**
 * Copies on condition that the source has not changed. If a server refuses this for an unchanged source, compares the
 * source with separate requests: OpenStack Swift has two ETags for an object that was uploaded in parts. Throws the
 * failure if the source has changed.
 */
const ifUnchanged = async <T>(
	s3: S3,
	{ source, head, isInPlace }: Seen,
	copyIf: (condition: Pick<CopyObjectCommandInput, 'CopySourceIfMatch'>) => Promise<T>,
): Promise<T> => {
	// A version never changes, except that of before versioning.
	if (source.versionId && source.versionId !== 'null') return await copyIf({});
	return await copyIf({ CopySourceIfMatch: head.ETag }).catch(async (error) => {
		const isOfSource =
			statusOf(error) === 412 && isS3Failure(error) && error.takenKey === undefined && error.code !== 'LostAnswer';
		if (!isOfSource || isAws(s3.connection)) throw error;
		const hasChanged = async () => {
			const now = await headObject(s3, source);
			return now?.ETag !== head.ETag || now?.LastModified?.getTime() !== head.LastModified?.getTime();
		};
		if (await hasChanged()) throw error;
		const copied = await copyIf({});
		// In place, the copy itself has changed it.
		if (!isInPlace && !s3.isDryRun && (await hasChanged())) throw error;
		return copied;
	});
};

/**
 * Changes properties of an object by copying it onto itself or to another key, because S3 cannot change it in place.
 * Keeps the others; `storedAs` decides on storage class and encryption. Throws if another request changes the object in
 * between; returns undefined without a change. https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const replaceObject = async (
	s3: S3,
	{ source, target = source, change, keepAcl = true, onConflict, isSame }: Rewrite,
): Promise<ConditionalCopied | undefined> => {
	const { bucket: Bucket, key: Key, versionId: VersionId } = source;
	const head = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
	const changed = change(head);
	if (!changed) return undefined;
	const acl = keepAcl ? await customAcl(s3, source) : undefined;
	const { SSECustomerAlgorithm, SSECustomerKey } = s3.defaults;
	const input = {
		...propertiesOf(head),
		...changed,
		...storedAs(s3, { chosen: changed, original: head, isSameBucket: target.bucket === Bucket }),
		CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
		CopySourceSSECustomerKey: SSECustomerKey,
	};
	const to = { Bucket: target.bucket, Key: target.key };
	const replace = async (own: S3) =>
		await ifUnchanged(
			own,
			{ source, head, isInPlace: target.bucket === Bucket && target.key === Key },
			async (condition) =>
				await conditionalCopy(own, { source, input: { ...input, ...condition, ...to } }, onConflict, isSame),
		);
	if (!acl || s3.isDryRun) return await replace(s3);
	// A copy in place without its ACL has lost it permanently.
	return await evenAfterStop(s3, 'giveUp', async (own) => {
		const copied = await replace(own);
		if (!copied.skipped) await keepAclOf(own, { bucket: target.bucket, key: copied.key }, acl);
		return copied;
	});
};
