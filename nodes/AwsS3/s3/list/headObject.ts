import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { codeOf, statusOf } from '../failure';
import { decoderFor } from './list';

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
			if (isDenied(error) && (await isMissing(s3, { bucket, key }))) return undefined;
			throw error;
		});

/** Whether keys that S3 knows lack a permission. */
export const isDenied = (error: unknown) => /^(AccessDenied|403)$/.test(codeOf(error) ?? '');

/**
 * Whether a listing shows that there is no such object; false also where listing is refused. S3 refuses to look at a missing
 * object unless all of the bucket may be listed, and policies often allow to list a prefix only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const isMissing = async (s3: S3, { bucket: Bucket, key }: ObjectAt): Promise<boolean> =>
	// Not one key only: MinIO then answers with the prefix itself.
	await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key, MaxKeys: 2, EncodingType: 'url' })).then(
		({ Contents: [first] = [], EncodingType }) => decoderFor(EncodingType)(first?.Key ?? '') !== key,
		() => false,
	);

/** The same for who wants to know more of a failure: undefined also for users who may write, but not look. */
export const headIfAllowed = async (s3: S3, at: ObjectAt): Promise<HeadObjectCommandOutput | undefined> =>
	await headObject(s3, at).catch((error) => {
		if (statusOf(error) === 403) return undefined;
		throw error;
	});

const throwIfMissing = (error: unknown) => {
	if (statusOf(error) === 404) throw error;
};

/** For dry runs, which do not get as far: throws if there is no such object. Not if it cannot be looked at. */
export const throwIfNoObject = async (s3: S3, { bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt) =>
	void (await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId })).catch(throwIfMissing));

/** The same for a bucket. */
export const throwIfNoBucket = async (s3: S3, Bucket: string) =>
	void (await s3.send(new HeadBucketCommand({ Bucket })).catch(throwIfMissing));
