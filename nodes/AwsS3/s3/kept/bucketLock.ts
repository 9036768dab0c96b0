import type { CopyObjectCommandInput, HeadObjectCommandOutput, ObjectLockRetentionMode } from '@aws-sdk/client-s3';
import { GetObjectLockConfigurationCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { codeOf, isS3Failure, statusOf } from '../failure';

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

/** When the lock ends that a new object gets from its bucket. */
const defaultEnd = ({ days = 0, years = 0 }: BucketLock, now: Date) => {
	const end = new Date(now);
	end.setUTCFullYear(end.getUTCFullYear() + years);
	end.setUTCDate(end.getUTCDate() + days);
	return end;
};

/** Whether what the bucket gives by itself protects as long, and as strictly. */
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

/**
 * The lock of a copy as input for its write: that of the original, unless the destination locks new objects at least as long
 * by itself, which a shorter date would cut short.
 */
export const lockInput = (
	{ retention, isHeld }: NonNullable<ReturnType<typeof lockIn>>,
	bucket: BucketLock,
	now = new Date(),
): Pick<CopyObjectCommandInput, 'ObjectLockMode' | 'ObjectLockRetainUntilDate' | 'ObjectLockLegalHoldStatus'> => ({
	...(isHeld && { ObjectLockLegalHoldStatus: 'ON' }),
	...(retention &&
		!protectsAsMuch(bucket, retention.mode, retention.until, now) && {
			ObjectLockMode: retention.mode,
			ObjectLockRetainUntilDate: retention.until,
		}),
});
