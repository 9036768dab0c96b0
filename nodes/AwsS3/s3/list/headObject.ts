import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadBucketCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { codeOf, statusOf } from '../failure';
import { isListed } from './list';

/**
 * The metadata of an object; undefined if it does not exist. Throws all other failures.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const headObject = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
): Promise<HeadObjectCommandOutput | undefined> =>
	await s3
		.send(
			new HeadObjectCommand({
				Bucket: bucket,
				Key: key,
				VersionId: versionId,
				ChecksumMode: s3.capabilities.checksums === 'no' ? undefined : 'ENABLED',
			}),
		)
		.catch(async (error) => {
			if (statusOf(error) === 404) return undefined;
			if (await isMissingThoughDenied(s3, { bucket, key, versionId }, error)) return undefined;
			throw error;
		});

/**
 * Whether an object is missing although the answer is that it may not be looked at. S3 says so of a missing
 * object unless all of the bucket may be listed, and policies often allow to list a prefix only. False for a version, which
 * listings of objects do not show, and where the key may not be listed either.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const isMissingThoughDenied = async (s3: S3, at: ObjectAt, error: unknown): Promise<boolean> => {
	if (at.versionId || !/^(AccessDenied|403)$/.test(codeOf(error) ?? '')) return false;
	return !(await isListed(s3, at).catch(() => true));
};

/** The metadata of an object to explain a failure; undefined also for users who may write, but not look. */
export const headIfAllowed = async (s3: S3, at: ObjectAt): Promise<HeadObjectCommandOutput | undefined> =>
	await headObject(s3, at).catch((error) => {
		if (statusOf(error) === 403) return undefined;
		throw error;
	});

const throwIfMissing = (error: unknown) => {
	if (statusOf(error) === 404) throw error;
};

/** For dry runs, which send no write: throws if the object does not exist, but not if it cannot be read. */
export const throwIfNoObject = async (s3: S3, { bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt) =>
	void (await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId })).catch(throwIfMissing));

/** The same for a bucket. */
export const throwIfNoBucket = async (s3: S3, Bucket: string) =>
	void (await s3.send(new HeadBucketCommand({ Bucket })).catch(throwIfMissing));
