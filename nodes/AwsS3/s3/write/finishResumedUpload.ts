import type { HeadObjectCommandOutput, PutObjectCommandInput } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isS3Failure, s3Failure, withDetails } from '../failure';
import { headObject } from '../list/headObject';
import { putTagsOfCopy, tagsIn } from '../settings/tagging';
import { encryptionFault } from './confirmWritten';
import { isLockedAs, lockIn, putLock } from '../settings/objectLock';

/** What an upload requests, besides the content. */
type Asked = Partial<Omit<PutObjectCommandInput, 'Body' | 'Bucket' | 'Key'>>;

/** What S3 returns about the encryption of an object. */
type Answer = Pick<HeadObjectCommandOutput, 'ServerSideEncryption' | 'SSECustomerAlgorithm' | 'SSEKMSKeyId'>;

/** What a resumed upload keeps of its first attempt, although the node requests something else. */
export type Kept = 'storage class' | 'metadata' | 'headers';

/** The KMS key that a write requests, as far as answers can be compared with it: they have no aliases. */
const keyAskedFor = ({ defaults }: S3, { ServerSideEncryption, SSECustomerAlgorithm, SSEKMSKeyId }: Asked) => {
	const isChosen = ServerSideEncryption ?? SSECustomerAlgorithm ?? defaults.SSECustomerAlgorithm;
	const key = isChosen ? SSEKMSKeyId : defaults.SSEKMSKeyId;
	return key && !/(^|:)alias\//.test(key) ? key : undefined;
};

/** The ID of a KMS key, which may be given as an ARN. */
const keyIdOf = (key: string) => key.split('/').at(-1);

const throwIfOtherEncryption = (s3: S3, at: ObjectAt, asked: Asked, answers: Array<Answer | undefined>) => {
	const key = keyAskedFor(s3, asked);
	const isConfirmedBy = (answer: Answer = {}) => {
		if (encryptionFault(s3, asked, answer)) return false;
		return key === undefined || keyIdOf(answer.SSEKMSKeyId ?? '') === keyIdOf(key);
	};
	if (answers.some(isConfirmedBy)) return;
	throw s3Failure({
		code: 'ResumedOtherEncryption',
		message: `The upload of '${at.key}' continued an interrupted one that was started with other encryption`,
		connection: s3.connection,
		...at,
	});
};

const lock = async (s3: S3, at: ObjectAt, asked: Asked, head?: HeadObjectCommandOutput) => {
	if (!asked.ObjectLockMode && asked.ObjectLockLegalHoldStatus !== 'ON') return;
	if (head && isLockedAs(lockIn(head), asked)) return;
	await putLock(s3, at, asked).catch((error) => {
		const done = `The object '${at.key}' in bucket '${at.bucket}' was stored without the requested lock`;
		throw withDetails(error, { done });
	});
};

const isWithoutTags = (error: unknown) => isS3Failure(error) && error.lacks !== undefined;

const headers = [
	'ContentType',
	'CacheControl',
	'ContentDisposition',
	'ContentEncoding',
	'ContentLanguage',
	'WebsiteRedirectLocation',
] as const;

const keptIn = (s3: S3, asked: Asked, head: HeadObjectCommandOutput): Kept[] => {
	const { StorageClass = s3.defaults.StorageClass, Metadata = {} } = asked;
	const stored = new Map(Object.entries(head.Metadata ?? {}));
	const kept: Record<Kept, boolean> = {
		'storage class': StorageClass !== undefined && StorageClass !== (head.StorageClass ?? 'STANDARD'),
		metadata: Object.entries(Metadata).some(([name, value]) => stored.get(name.toLowerCase()) !== value),
		headers: headers.some((name) => asked[name] !== undefined && asked[name] !== head[name]),
	};
	const all: Kept[] = ['storage class', 'metadata', 'headers'];
	return all.filter((what) => kept[what]);
};

/**
 * Gives the object of a resumed upload what this attempt requests: S3 gives it only what the first attempt requested. Sets the lock
 * and the tags, for which a user who may write them needs no other permission. Throws for other encryption, before it locks the
 * object. Returns what is different and stays; nothing for users who may not look at the object.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export const finishResumed = async (
	s3: S3,
	at: ObjectAt,
	asked: Asked,
	stored: Answer & { VersionId?: string },
): Promise<Kept[]> => {
	// To look at a version, or to tag it, would need more permissions.
	const head = await headObject(s3, at).catch(() => undefined);
	throwIfOtherEncryption(s3, at, asked, [stored, head]);
	await lock(s3, { ...at, versionId: stored.VersionId }, asked, head);
	if (asked.Tagging)
		await putTagsOfCopy(s3, at, tagsIn(asked.Tagging)).catch((error) => {
			// The look after the write tells that.
			if (!isWithoutTags(error)) throw error;
		});
	return head ? keptIn(s3, asked, head) : [];
};
