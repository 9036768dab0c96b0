import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { statusOf } from '../../s3/failure';
import { tagsOf } from '../../s3/settings/tagging';
import { tagsAsJson } from '../objectFields/tags';

/** Requests for what listings lack that are in flight at the same time. */
export const extrasInParallel = 20;

const ifThere = (error: unknown): undefined => {
	if (statusOf(error) !== 404) throw error;
	return undefined;
};

/** The headers of a listed object; undefined if it was deleted since. */
export const headIfThere = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
): Promise<HeadObjectCommandOutput | undefined> =>
	await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId })).catch(ifThere);

/** The tags of a listed object as JSON; undefined if it was deleted since. */
export const tagsIfThere = async (s3: S3, at: ObjectAt): Promise<Record<string, string> | undefined> =>
	await tagsOf(s3, at).then(tagsAsJson, ifThere);
