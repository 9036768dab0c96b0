import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { Lock, S3Failure } from '../failure';
import { codeOf, statusOf, withDetails } from '../failure';

/** The lock of an object; undefined if it has none, or if S3 rejects the request. */
const lockOf = async (s3: S3, { bucket, key, versionId }: ObjectAt): Promise<Lock | undefined> => {
	const head = await s3
		.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId }))
		.catch(() => undefined);
	const until = head?.ObjectLockRetainUntilDate;
	const legalHold = head?.ObjectLockLegalHoldStatus === 'ON';
	const isRetained = until !== undefined && until > new Date();
	return legalHold || isRetained ? { mode: head?.ObjectLockMode, until, legalHold } : undefined;
};

const isDenied = (error: unknown) => codeOf(error) === 'AccessDenied' || statusOf(error) === 403;

const messageFor = ({ mode, until, legalHold }: Lock) =>
	[
		...(until ? [`Object Lock protects it in ${mode?.toLowerCase() ?? 'some'} mode until ${until.toISOString()}`] : []),
		...(legalHold ? ['A legal hold protects it until someone removes the hold'] : []),
	].join('. ');

/** Adds the lock of an object to an `AccessDenied` that it caused. Returns other errors unchanged. */
export const withLock = async <E>(s3: S3, at: ObjectAt, error: E): Promise<E | S3Failure> => {
	const lock = isDenied(error) ? await lockOf(s3, at) : undefined;
	return lock ? withDetails(error, { lock, message: messageFor(lock) }) : error;
};

/** A `catch` handler that throws the error, with the lock of the object if that caused it. */
export const explainLock =
	(s3: S3, at: ObjectAt) =>
	async (error: unknown): Promise<never> => {
		throw await withLock(s3, at, error);
	};
