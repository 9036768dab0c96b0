import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { statusOf } from '../../s3/failure';
import { isMissingThoughDenied } from '../../s3/list/headObject';
import { tagsOf } from '../../s3/settings/tagging';
import { tagsAsJson } from '../objectFields/tags';

/** Objects for which S3 is asked at the same time for what listings lack. */
export const extrasInParallel = 20;

/** A `catch` handler for objects that were deleted since they were listed. */
const ifThere =
	(s3: S3, at: ObjectAt) =>
	async (error: unknown): Promise<undefined> => {
		if (statusOf(error) === 404 || (await isMissingThoughDenied(s3, at, error))) return;
		throw error;
	};

/** The headers of a listed object; undefined if it was deleted since. */
export const headIfThere = async (s3: S3, at: ObjectAt): Promise<HeadObjectCommandOutput | undefined> => {
	const command = new HeadObjectCommand({ Bucket: at.bucket, Key: at.key, VersionId: at.versionId });
	return await s3.send(command).catch(ifThere(s3, at));
};

/** The tags of a listed object as JSON; undefined if it was deleted since. */
export const tagsIfThere = async (s3: S3, at: ObjectAt): Promise<Record<string, string> | undefined> =>
	await tagsOf(s3, at).then(tagsAsJson, ifThere(s3, at));
