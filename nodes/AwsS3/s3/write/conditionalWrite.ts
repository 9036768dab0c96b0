import type { CurrentObject, ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { Capabilities } from '../capabilities';
import { learnRefusal, namespaceOf } from '../capabilities';
import { codeOf, isFatal, isS3Failure, s3Failure, withDetails } from '../failure';
import { alone } from '../flow/keyLock';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';

/** What to do if an object with the same key exists. */
export type OnConflict = 'overwrite' | 'fail' | 'skip' | 'skipIfSame' | 'rename';

/** The requests whose conditions are on the key that they write. */
const writes = /^(PutObject|CopyObject|CompleteMultipartUpload)$/;

/**
 * Whether S3 rejected a write because the key exists, has another ETag, or is being written by another request. False for a
 * condition on what is read or copied.
 */
export const isTaken = (error: unknown): boolean => {
	if (!/^(PreconditionFailed|ConditionalRequestConflict)$/.test(codeOf(error) ?? '')) return false;
	if (!isS3Failure(error)) return true;
	return !error.sourceChanged && writes.test(error.operation ?? '');
};

/**
 * A `catch` handler: returns a skipped result if the key exists. Throws for `fail`, with the key in the details, and
 * throws all other errors.
 */
export const orSkip =
	(key: string, onConflict: OnConflict) =>
	(error: unknown): { key: string; skipped: 'exists' } => {
		if (!isTaken(error)) throw error;
		if (onConflict === 'fail') throw withDetails(error, { takenKey: key });
		return { key, skipped: 'exists' };
	};

/** Whether a run of many objects ends with this failure: one that all others would share, or *Fail* for a taken key. */
export const endsRun = (failure: unknown): boolean =>
	isFatal(failure) || (isS3Failure(failure) && failure.takenKey !== undefined);

/** The requests that have a condition, by the capability of servers that heed it. */
const requestWith = {
	conditionalPut: 'PutObject',
	conditionalCopy: 'CopyObject',
	conditionalComplete: 'CompleteMultipartUpload',
	conditionalDelete: 'DeleteObject',
} as const;

type Condition = keyof typeof requestWith;
type ConditionOfWrite = Exclude<Condition, 'conditionalDelete'>;

/** What S3 answers to a request whose condition does not hold. */
const preconditionFailed = ({ connection }: S3, at: CurrentObject, capability: Condition, message: string) =>
	s3Failure({
		...{ message, code: 'PreconditionFailed', status: 412, connection },
		...{ operation: requestWith[capability], ...at },
	});

/** Throws like S3 for `If-None-Match: *` in a write if the object exists. */
export const throwIfExists = async (s3: S3, at: CurrentObject, capability: ConditionOfWrite) => {
	if (await headObject(s3, at)) throw preconditionFailed(s3, at, capability, 'The object exists');
};

/** Whether another upload to the same key was faster, and the server has stored only that one. */
export const isOvertaken = (error: unknown) =>
	isS3Failure(error) && error.code === 'OperationAborted' && error.operation === 'PutObject';

/** Whether a server does not support a feature of a request that carries the condition; others may fail like that as well. */
const isConditionRejected = (s3: S3, error: unknown) =>
	isS3Failure(error) &&
	(error.status === 501 || error.code === 'NotImplemented') &&
	error.connection === s3.connection &&
	(writes.test(error.operation ?? '') || error.operation === 'DeleteObject');

/** The name of an object among those of all connections. */
export const nameOf = ({ connection }: S3, { bucket, key }: ObjectAt) => `${namespaceOf(connection)} ${bucket} ${key}`;

/** A `catch` handler that writes without a condition if the server rejects it, and throws all other errors. */
const withoutCondition =
	<T>(s3: S3, capability: keyof Capabilities, write: (condition: object) => Promise<T>) =>
	async (error: unknown): Promise<T> => {
		if (!isConditionRejected(s3, error)) throw error;
		const written = await write({});
		// It was the condition, since the same request works without it.
		learnRefusal(s3.connection, capability);
		return written;
	};

/**
 * Writes after a look at the key: with the condition as well if one is given and the server does not reject it. Throws like S3 for
 * a condition if another upload was faster.
 */
const writeAfterLook = async <T>(
	s3: S3,
	at: CurrentObject,
	capability: Condition,
	write: (condition: object) => Promise<T>,
	condition: object | undefined,
): Promise<T> => {
	const written = condition ? write(condition).catch(withoutCondition(s3, capability, write)) : write({});
	return await written.catch((error: unknown) => {
		if (isOvertaken(error)) throw preconditionFailed(s3, at, capability, 'Another program has written the object');
		throw error;
	});
};

/**
 * Runs `write` only if the key is free, and throws otherwise. Relies on `If-None-Match` where the server supports it.
 * Elsewhere it checks the key first, one write of a key at a time, and retries without a rejected condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const ifFree = async <T>(
	s3: S3,
	at: CurrentObject,
	capability: ConditionOfWrite,
	write: (condition: { IfNoneMatch?: '*' }) => Promise<T>,
): Promise<T> => {
	if (s3.capabilities[capability] === 'yes' && !s3.isDryRun) return await write({ IfNoneMatch: '*' });
	return await alone(nameOf(s3, at), s3.signal, async () => {
		await throwIfExists(s3, at, capability);
		const isRejected = s3.capabilities[capability] === 'no';
		return await writeAfterLook(s3, at, capability, write, isRejected ? undefined : { IfNoneMatch: '*' });
	});
};

/**
 * Runs `write` only if the object has this ETag. Relies on `If-Match` where the server supports it; elsewhere it
 * compares the object first, one write of a key at a time. Throws like S3 for another ETag, and if the object does not
 * exist. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const ifMatches = async <T>(
	s3: S3,
	{ etag, ...at }: CurrentObject & { etag: string },
	capability: Condition,
	write: (condition: { IfMatch?: string }) => Promise<T>,
): Promise<T> => {
	if (s3.capabilities[capability] === 'yes') return await write({ IfMatch: etag });
	return await alone(nameOf(s3, at), s3.signal, async () => {
		const existing = await headObject(s3, at);
		if (bareEtag(existing?.ETag) !== bareEtag(etag) || !existing)
			throw preconditionFailed(s3, at, capability, 'The object has a different ETag or does not exist');
		// The look may have revealed what the server makes of the condition: Ceph RGW always rejects it.
		const mayHold = /^(yes|unknown)$/.test(s3.capabilities[capability]);
		return await writeAfterLook(s3, at, capability, write, mayHold ? { IfMatch: etag } : undefined);
	});
};
