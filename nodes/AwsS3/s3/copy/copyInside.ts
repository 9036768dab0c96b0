import type { Tag } from '@aws-sdk/client-s3';
import { CopyObjectCommand } from '@aws-sdk/client-s3';
import { copySource } from '../address';
import type { S3 } from '../client/client';
import { isS3Failure } from '../failure';
import { putTagsOfCopy, tagsIn, tagsOrNone } from '../settings/tagging';
import type { Copied, Copy } from './copyRequest';
import { copyInParts } from './multipartCopy';
import { markable } from './objectProperties';
import { evenAfterStop } from '../write/afterStop';
import { confirmEncryption } from '../write/confirmWritten';

const isTooLarge = (error: unknown) =>
	isS3Failure(error) &&
	(error.code === 'EntityTooLarge' ||
		(error.code === 'InvalidRequest' && /larger than|maximum allowable/i.test(error.message)));

/**
 * Copies an object inside S3: up to 5 GiB in one request, larger ones in parallel parts after S3 has rejected that
 * request. Throws if S3 rejects the copy.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
export const copy = async (s3: S3, { source, input: asked }: Copy): Promise<Copied> => {
	if (s3.isDryRun) return {};
	const input = await markable(s3, { source, input: asked });
	const tags = s3.capabilities.tagsOnCopy === 'yes' ? [] : await tagsToRepair(s3, { source, input });
	if (tags.length === 0) return await copyContent(s3, { source, input });
	// A copy in place without its tags has lost them permanently.
	return await evenAfterStop(s3, 'giveUp', async (own) => {
		const copied = await copyContent(own, { source, input });
		const { Bucket: bucket = '', Key: key = '' } = input;
		await putTagsOfCopy(own, { bucket, key }, tags);
		return copied;
	});
};

/** Writes the tags of a copy that was found to be there. Only for servers that get them in a separate request. */
export const repairTags = async (s3: S3, { source, input: asked }: Copy) => {
	if (s3.capabilities.tagsOnCopy === 'yes') return;
	const input = await markable(s3, { source, input: asked });
	const tags = await tagsToRepair(s3, { source, input });
	const { Bucket: bucket = '', Key: key = '' } = input;
	if (tags.length > 0) await putTagsOfCopy(s3, { bucket, key }, tags);
};

/** Copies with what the request itself says. */
const copyContent = async (s3: S3, { source, input }: Copy): Promise<Copied> =>
	await s3.send(new CopyObjectCommand({ ...input, CopySource: copySource(source) })).then(
		async ({ CopyObjectResult, VersionId, ...answer }) => {
			await confirmEncryption(s3, input, answer);
			return { ...CopyObjectResult, VersionId };
		},
		async (error) => {
			if (!isTooLarge(error)) throw error;
			return await copyInParts(s3, { source, input });
		},
	);

/** The tags to write after the copy, where the server loses tags if the copy replaces them or the metadata. */
const tagsToRepair = async (s3: S3, { source, input }: Copy): Promise<Tag[]> => {
	if (input.TaggingDirective === 'REPLACE') return tagsIn(input.Tagging);
	return input.MetadataDirective === 'REPLACE' ? await tagsOrNone(s3, source) : [];
};
