import type { Tag } from '@aws-sdk/client-s3';
import { GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isS3Failure, withDetails } from '../failure';

/** The tags of an object. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const tagsOf = async (s3: S3, { bucket, key, versionId }: ObjectAt): Promise<Tag[]> => {
	const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
	return (await s3.send(command)).TagSet ?? [];
};

/** The tags of an object, to keep them; none if the server has no tags. */
export const tagsOrNone = async (s3: S3, at: ObjectAt): Promise<Tag[]> =>
	await tagsOf(s3, at).catch((error) => {
		if (isS3Failure(error) && error.lacks !== undefined) return [];
		throw error;
	});

/** Replaces the tags of a copy. Throws with the news that the copy is there, if that fails. */
export const putTagsOfCopy = async (s3: S3, copy: ObjectAt, tags: Tag[]) => {
	await putTags(s3, copy, tags).catch((error) => {
		throw withDetails(error, {
			done: `The object '${copy.key}' in bucket '${copy.bucket}' was written without its tags`,
		});
	});
};

/** Replaces all tags of an object. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectTagging.html */
export const putTags = async (s3: S3, { bucket, key, versionId }: ObjectAt, TagSet: Tag[]) => {
	await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId, Tagging: { TagSet } }));
};

/** Encodes tags for the `x-amz-tagging` header. */
export const taggingHeader = (tags: Tag[]) =>
	tags.map(({ Key = '', Value = '' }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`).join('&');

/** Decodes the tags of an `x-amz-tagging` header. */
export const tagsIn = (header = ''): Tag[] => [...new URLSearchParams(header)].map(([Key, Value]) => ({ Key, Value }));
