import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';

/** The properties of an object; undefined where there is none. */
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
		.catch((error) => {
			if (statusOf(error) === 404) return undefined;
			throw error;
		});
