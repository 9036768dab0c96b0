import { GetBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { BucketVersioningStatus } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';

/**
 * The versioning of a bucket: `Enabled`, or `Suspended` if it only has earlier versions; undefined if it never had any.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html
 */
export const versioningOf = async (s3: S3, Bucket: string): Promise<BucketVersioningStatus | undefined> =>
	(await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;

/** Whether a bucket keeps versions. */
export const hasVersioning = async (s3: S3, bucket: string): Promise<boolean> =>
	(await versioningOf(s3, bucket)) === 'Enabled';

/** Whether a bucket is known to have never kept versions. False where that may not be asked. */
export const hasNeverKeptVersions = async (s3: S3, bucket: string): Promise<boolean> =>
	await versioningOf(s3, bucket).then(
		(status) => status === undefined,
		(error) => {
			if (statusOf(error) === undefined) throw error;
			return false;
		},
	);
