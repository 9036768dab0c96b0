import type { ObjectAt } from '../address';
import { maxKeyBytes } from '../address';
import type { S3 } from '../client/client';
import { learnRefusal } from '../capabilities';
import { serviceUrlOf } from '../connection';
import { codeOf, isFatal, isS3Failure, s3Failure, withDetails } from '../failure';
import { alone } from '../flow/keyLock';
import { listObjects } from '../list/list';
import { bareEtag } from '../list/contentIdentity';
import { headObject } from '../list/headObject';

/** What to do if an object with the same key exists. */
export type OnConflict = 'overwrite' | 'fail' | 'skip' | 'skipIfSame' | 'rename';

/** The requests whose conditions are on the key that they write. */
const writes = /^(PutObject|CopyObject|CompleteMultipartUpload)$/;

/**
 * Whether S3 rejected a write because the key exists, or because another request is writing it. False for a condition on what
 * is read or copied.
 */
export const isTaken = (error: unknown): boolean => {
	if (!/^(PreconditionFailed|ConditionalRequestConflict)$/.test(codeOf(error) ?? '')) return false;
	if (!isS3Failure(error)) return true;
	return !error.sourceChanged && (error.operation === undefined || writes.test(error.operation));
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

/** Throws like S3 for `If-None-Match: *` if the object exists. */
export const throwIfExists = async (s3: S3, at: ObjectAt) => {
	if (!(await headObject(s3, at))) return;
	throw s3Failure({
		message: 'The object exists',
		code: 'PreconditionFailed',
		status: 412,
		connection: s3.connection,
		...at,
	});
};

/** Whether a server does not support a feature of a request that carries the condition; others may fail like that as well. */
const isConditionRejected = (s3: S3, error: unknown) =>
	isS3Failure(error) &&
	(error.status === 501 || error.code === 'NotImplemented') &&
	error.connection === s3.connection &&
	/^(PutObject|CopyObject|CompleteMultipartUpload)$/.test(error.operation ?? '');

/** The name of an object among those of all connections. */
const nameOf = ({ connection }: S3, { bucket, key }: ObjectAt) => `${serviceUrlOf(connection)} ${bucket} ${key}`;

/**
 * Runs `write` only if the key is free, and throws otherwise. Relies on `If-None-Match` where the server supports it.
 * Elsewhere it checks the key first, one write of a key at a time, and retries without a rejected condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const ifFree = async <T>(
	s3: S3,
	at: ObjectAt,
	capability: 'conditionalPut' | 'conditionalCopy' | 'conditionalComplete',
	write: (condition: { IfNoneMatch?: '*' }) => Promise<T>,
): Promise<T> => {
	if (s3.capabilities[capability] === 'yes' && !s3.isDryRun) return await write({ IfNoneMatch: '*' });
	return await alone(nameOf(s3, at), s3.signal, async () => {
		await throwIfExists(s3, at);
		if (s3.capabilities[capability] === 'no') return await write({});
		return await write({ IfNoneMatch: '*' }).catch(async (error) => {
			if (!isConditionRejected(s3, error)) throw error;
			const written = await write({});
			// It was the condition, since the same request works without it.
			learnRefusal(s3.connection, capability);
			return written;
		});
	});
};

/**
 * Runs `write` only if the object has this ETag. Relies on `If-Match` where the server supports it; elsewhere it compares the
 * object first, one write of a key at a time. Throws like S3 for another ETag, and if there is no object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export const ifMatches = async <T>(
	s3: S3,
	{ etag, ...at }: ObjectAt & { etag: string },
	capability: 'conditionalPut' | 'conditionalCopy' | 'conditionalComplete' | 'conditionalDelete',
	write: (condition: { IfMatch?: string }) => Promise<T>,
): Promise<T> => {
	const support = s3.capabilities[capability];
	if (support === 'yes') return await write({ IfMatch: etag });
	return await alone(nameOf(s3, at), s3.signal, async () => {
		const existing = await headObject(s3, at);
		if (bareEtag(existing?.ETag) !== bareEtag(etag) || !existing)
			throw s3Failure({
				message: 'The object has another ETag, or does not exist',
				code: 'PreconditionFailed',
				status: 412,
				connection: s3.connection,
				...at,
			});
		return await write(support === 'unknown' ? { IfMatch: etag } : {});
	});
};

/** Splits `folder/name.ext` into `folder/name` and `.ext`. A name such as `.profile` has no extension. */
const splitExtension = (key: string) => {
	const [, base = key, extension = ''] = /^(.*[^/])(\.[^./]+)$/s.exec(key) ?? [];
	return { base, extension };
};

/** What the numbered names of a key begin with, and the name with a number, such as `report (2).pdf` for 2. */
export const numberedName = (key: string) => {
	const { base, extension } = splitExtension(key);
	return { before: `${base} (`, with: (number: number) => `${base} (${number})${extension}` };
};

/** The number of a key that *Rename* has made of another one, such as 2 for `report (2).pdf`; otherwise undefined. */
export const renamedNumber = (key: string, from: string): number | undefined => {
	const { base, extension } = splitExtension(from);
	const isRenamed = key.startsWith(`${base} (`) && key.endsWith(`)${extension}`);
	const number = isRenamed ? key.slice(base.length + 2, -extension.length - 1) : '';
	return /^\d+$/.test(number) ? Number(number) : undefined;
};

/** The numbers in existing keys such as `report (2).pdf`. */
const takenNumbers = async (s3: S3, { bucket, key }: ObjectAt): Promise<Set<number>> => {
	const taken = new Set<number>();
	// This prefix lists only the numbered keys, not the whole folder.
	for await (const { Key } of listObjects(s3, { Bucket: bucket, Prefix: numberedName(key).before })) {
		const number = renamedNumber(Key, key);
		if (number !== undefined) taken.add(number);
	}
	return taken;
};

async function* freeKeys(s3: S3, at: ObjectAt): AsyncGenerator<string> {
	yield at.key;
	const taken = await takenNumbers(s3, at);
	for (let number = 2; ; number++) if (!taken.has(number)) yield numberedName(at.key).with(number);
}

/** Numbered keys that are being written by this process, so that many items of one name do not all try the same ones. */
const reserved = new Set<string>();

const reserving = async <T>(name: string, write: () => Promise<T>): Promise<T> => {
	reserved.add(name);
	return await write().finally(() => reserved.delete(name));
};

/**
 * Runs `write` with the key, or with the next free key such as `report (2).pdf`, and returns its result. `write` must throw
 * if the key exists, so that parallel writes never share a key. Throws if the next key exceeds S3's limit.
 */
export const withFreeKey = async <T>(s3: S3, at: ObjectAt, write: (key: string) => Promise<T>): Promise<T> => {
	for await (const key of freeKeys(s3, at)) {
		if (Buffer.byteLength(key) > maxKeyBytes) break;
		const name = nameOf(s3, { bucket: at.bucket, key });
		if (key !== at.key && reserved.has(name)) continue;
		const written = await reserving(name, async () => await write(key)).then(
			(result) => ({ result }),
			(error) => {
				if (!isTaken(error)) throw error;
				return undefined;
			},
		);
		if (written) return written.result;
	}
	throw new Error(`There is no free name left beside '${at.key}' that fits into ${maxKeyBytes} bytes`);
};
