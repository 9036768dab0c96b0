import type { CompletedPart, CopyObjectCommandInput, HeadObjectCommandOutput, Tag } from '@aws-sdk/client-s3';
import { CopyObjectCommand, HeadObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from './address';
import { copySource } from './address';
import type { S3 } from './client';
import { begun, completed } from './multipart';
import { steady } from './pace';
import { inParallel } from './parallel';
import { putTags, taggingHeader, tagsIn, tagsOf } from './tagging';

const GiB = 1024 ** 3;

/** Parts are copied inside S3, so large ones cost no memory here; 10,000 of them make 5 TiB. */
const copyPartSize = 0.5 * GiB;
const partsInParallel = 16;

export interface Copy {
	source: ObjectAt;
	/** What CopyObject takes, without its source. */
	input: Omit<CopyObjectCommandInput, 'CopySource'>;
}

/** What S3 says of a copy. */
export interface Copied {
	ETag?: string;
	VersionId?: string;
	LastModified?: Date;
	size?: number;
	parts?: number;
}

const isTooLarge = (error: unknown) =>
	error instanceof Error &&
	(error.name === 'EntityTooLarge' ||
		(error.name === 'InvalidRequest' && /larger than|maximum allowable/i.test(error.message)));

/**
 * Copies an object inside S3: in one request up to 5 GiB, in parallel parts above. Only where S3 says that it is too
 * large is its size asked for.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/copy-object.html
 */
export const copy = async (s3: S3, { source, input }: Copy): Promise<Copied> => {
	const tags = s3.connection.endpoint ? await tagsToRepair(s3, { source, input }) : [];
	const copied = await s3.send(new CopyObjectCommand({ ...input, CopySource: copySource(source) })).then(
		({ CopyObjectResult, VersionId }) => ({ ...CopyObjectResult, VersionId }),
		async (error) => {
			if (!isTooLarge(error)) throw error;
			return await copyInParts(s3, { source, input });
		},
	);
	const { Bucket: bucket = '', Key: key = '' } = input;
	if (tags.length > 0) await putTags(s3, { bucket, key }, tags);
	return copied;
};

/** Tags that some compatible servers lose: those that are replaced, and all where the metadata is. */
const tagsToRepair = async (s3: S3, { source, input }: Copy): Promise<Tag[]> => {
	if (input.TaggingDirective === 'REPLACE') return tagsIn(input.Tagging);
	return input.MetadataDirective === 'REPLACE' ? await tagsOf(s3, source) : [];
};

/** The headers and user metadata of an object, as requests that write one take them. */
export const headersOf = ({ ExpiresString, ...head }: HeadObjectCommandOutput) => {
	const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType } = head;
	const { Metadata, WebsiteRedirectLocation } = head;
	const content = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType };
	const expires = ExpiresString === undefined ? undefined : new Date(ExpiresString);
	return { ...content, Metadata, WebsiteRedirectLocation, ...(expires && { Expires: expires }) };
};

/** What one request of S3 would carry over, said for a copy that begins as a new object. */
export const carriedOver = async (s3: S3, { source, input }: Copy, head: HeadObjectCommandOutput) => ({
	...(input.MetadataDirective !== 'REPLACE' && headersOf(head)),
	// HEAD does not count the tags for everybody, nor on every server, and to lose them silently would be the worst.
	Tagging: input.TaggingDirective === 'REPLACE' ? input.Tagging : taggingHeader(await tagsOf(s3, source)) || undefined,
});

/** Copies an object of any size in parts of at least 5 MiB (the last one excepted), keeping or replacing what `input` says. */
export const copyInParts = async (s3: S3, { source, input }: Copy, partSize = copyPartSize): Promise<Copied> => {
	const { Bucket, Key, MetadataDirective: _m, TaggingDirective: _t, IfMatch, IfNoneMatch, ...headers } = input;
	const { CopySourceSSECustomerAlgorithm, CopySourceSSECustomerKey, CopySourceIfMatch, ...rest } = headers;
	const head = await s3.send(
		new HeadObjectCommand({
			Bucket: source.bucket,
			Key: source.key,
			VersionId: source.versionId,
			IfNoneMatch: input.CopySourceIfNoneMatch,
			IfModifiedSince: input.CopySourceIfModifiedSince,
			IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
			SSECustomerAlgorithm: CopySourceSSECustomerAlgorithm,
			SSECustomerKey: CopySourceSSECustomerKey,
		}),
	);
	const size = head.ContentLength ?? 0;
	const carried = await carriedOver(s3, { source, input }, head);
	const UploadId = await begun(s3, { Bucket, Key, ...rest, ...carried });
	const numbers = Array.from({ length: Math.max(1, Math.ceil(size / partSize)) }, (_, index) => index + 1);
	const copyPart = async (number: number, signal: AbortSignal): Promise<CompletedPart> => {
		const from = (number - 1) * partSize;
		const { CopyPartResult } = await s3.endedBy(signal).send(
			new UploadPartCopyCommand({
				Bucket,
				Key,
				UploadId,
				PartNumber: number,
				CopySource: copySource(source),
				CopySourceRange: `bytes=${from}-${Math.min(from + partSize, size) - 1}`,
				// All parts must come from the same source, even if somebody overwrites it meanwhile.
				CopySourceIfMatch: CopySourceIfMatch ?? head.ETag,
				CopySourceSSECustomerAlgorithm,
				CopySourceSSECustomerKey,
			}),
		);
		return { PartNumber: number, ETag: CopyPartResult?.ETag };
	};
	return await completed(s3, { Bucket, Key, UploadId, IfMatch, IfNoneMatch }, false, async () => {
		const parts = await inParallel(numbers, { pace: steady(partsInParallel), signal: s3.signal }, copyPart);
		return { parts, size };
	});
};
