import type { Tag } from '@aws-sdk/client-s3';
import { GetObjectTaggingCommand, PutObjectTaggingCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';

/** The tags of an object. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export const tagsOf = async (s3: S3, { bucket, key, versionId }: ObjectAt): Promise<Tag[]> => {
	const command = new GetObjectTaggingCommand({ Bucket: bucket, Key: key, VersionId: versionId });
	return (await s3.send(command)).TagSet ?? [];
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
