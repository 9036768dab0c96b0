import type { CopyObjectCommandInput, HeadObjectCommandOutput, ObjectLockRetentionMode } from '@aws-sdk/client-s3';
import {
	GetObjectLockConfigurationCommand,
	PutObjectLegalHoldCommand,
	PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { codeOf, isS3Failure, statusOf, withDetails } from '../failure';
import { headObject } from '../list/headObject';

/** The Object Lock of a bucket, and what it gives to new objects. */
export interface BucketLock {
	isEnabled: boolean;
	mode?: ObjectLockRetentionMode;
	/** How long new objects are kept. */
	days?: number;
	years?: number;
}

const isAbsent = (error: unknown) =>
	(isS3Failure(error) && error.lacks !== undefined) ||
	/^(ObjectLockConfigurationNotFoundError|NoSuchObjectLockConfiguration|NotImplemented|MethodNotAllowed)$/.test(
		codeOf(error) ?? '',
	);

/**
 * Asks for the Object Lock of a bucket. Who may not ask takes it for enabled: S3 refuses the lock of an object otherwise.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectLockConfiguration.html
 */
export const bucketLockOf = async (s3: S3, Bucket: string): Promise<BucketLock> =>
	await s3.send(new GetObjectLockConfigurationCommand({ Bucket })).then(
		({ ObjectLockConfiguration: { ObjectLockEnabled, Rule } = {} }) => {
			const { Mode: mode, Days: days, Years: years } = Rule?.DefaultRetention ?? {};
			return { isEnabled: ObjectLockEnabled === 'Enabled', mode, days, years };
		},
		(error) => {
			if (isAbsent(error)) return { isEnabled: false };
			if (statusOf(error) === 403) return { isEnabled: true };
			throw error;
		},
	);

/** When the lock ends that a new object gets from its bucket, and a minute more, because the copy is made later. */
const defaultEnd = ({ days = 0, years = 0 }: BucketLock, now: Date) => {
	const end = new Date(now);
	end.setUTCFullYear(end.getUTCFullYear() + years);
	end.setUTCDate(end.getUTCDate() + days);
	end.setUTCMinutes(end.getUTCMinutes() + 1);
	return end;
};

/** Whether the default lock of the bucket protects as long, and as strictly. */
const protectsAsMuch = (bucket: BucketLock, mode: string | undefined, until: Date, now: Date) =>
	(bucket.mode === 'COMPLIANCE' || (bucket.mode !== undefined && bucket.mode === mode)) &&
	defaultEnd(bucket, now) >= until;

/** The lock of an object that still protects it; undefined for none. */
export const lockIn = (
	{ ObjectLockMode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: hold }: HeadObjectCommandOutput,
	now = new Date(),
) => {
	// S3 rejects a date in the past.
	const retention = ObjectLockMode && until && until > now ? { mode: ObjectLockMode, until } : undefined;
	return retention || hold === 'ON' ? { retention, isHeld: hold === 'ON' } : undefined;
};

/** The lock that a write asks for. */
type AskedLock = Pick<
	CopyObjectCommandInput,
	'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'
>;

/** Whether an object is locked at least as long, and as strictly, as requested. */
export const isLockedAs = (
	found: ReturnType<typeof lockIn>,
	{ ObjectLockMode, ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus }: AskedLock,
): boolean => {
	if (ObjectLockLegalHoldStatus === 'ON' && !found?.isHeld) return false;
	if (!until) return true;
	const { mode, until: end = new Date(0) } = found?.retention ?? {};
	// Some servers keep whole seconds.
	return (
		end.getTime() >= Math.floor(until.getTime() / 1000) * 1000 && (mode === ObjectLockMode || mode === 'COMPLIANCE')
	);
};

/**
 * The lock of a copy as input for its write: that of the original, or that which the destination gives to new objects where it
 * is at least as long and as strict. It is named, because not every server gives it to a copy.
 */
export const lockInput = (
	{ retention, isHeld }: NonNullable<ReturnType<typeof lockIn>>,
	bucket: BucketLock,
	now = new Date(),
): AskedLock => ({
	...(isHeld && { ObjectLockLegalHoldStatus: 'ON' }),
	...(retention &&
		(protectsAsMuch(bucket, retention.mode, retention.until, now)
			? { ObjectLockMode: bucket.mode, ObjectLockRetainUntilDate: defaultEnd(bucket, now) }
			: { ObjectLockMode: retention.mode, ObjectLockRetainUntilDate: retention.until })),
});

/** Sets the lock of an object. */
export const putLock = async (s3: S3, { bucket, key, versionId }: ObjectAt, asked: AskedLock): Promise<void> => {
	const { ObjectLockMode: Mode, ObjectLockRetainUntilDate: RetainUntilDate, ObjectLockLegalHoldStatus: Status } = asked;
	const at = { Bucket: bucket, Key: key, VersionId: versionId };
	if (Mode) await s3.send(new PutObjectRetentionCommand({ ...at, Retention: { Mode, RetainUntilDate } }));
	if (Status === 'ON') await s3.send(new PutObjectLegalHoldCommand({ ...at, LegalHold: { Status } }));
};

/**
 * Looks whether a copy has the lock that it was written with, and locks it where the server took no notice, as Ceph does in copies.
 * Throws if S3 does not take the lock.
 */
export const confirmLock = async (s3: S3, copy: ObjectAt, locked: AskedLock): Promise<void> => {
	const head = await headObject(s3, copy);
	if (!head || isLockedAs(lockIn(head), locked)) return;
	await putLock(s3, copy, locked).catch((error) => {
		const done = `The object '${copy.key}' in bucket '${copy.bucket}' was written without its lock. Run again with 'Always Copy' to set it. A move keeps the original until then`;
		throw withDetails(error, { done });
	});
};
