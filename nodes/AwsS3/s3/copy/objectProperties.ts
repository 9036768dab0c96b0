import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { ObjectHead } from '../contentIdentity';
import { taggingHeader, tagsOrNone } from '../settings/tagging';
import type { Copy } from './copyRequest';
import { forSource } from './copyRequest';

/** The headers and user metadata of an object, as input for a request that writes one. */
export const headersOf = ({ ExpiresString, ...head }: ObjectHead) => {
	const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType } = head;
	const { Metadata, WebsiteRedirectLocation } = head;
	const content = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType };
	const expires = ExpiresString === undefined ? undefined : new Date(ExpiresString);
	return { ...content, Metadata, WebsiteRedirectLocation, ...(expires && { Expires: expires }) };
};

/** The `x-amz-tagging` header of a copy by upload, once its original is known. Throws if S3 does not return the tags. */
export type Tagging = (head: ObjectHead) => Promise<string | undefined>;

/**
 * Begins to read the tags for a copy by upload. S3 shows the number of tags only to users who may read them, and some
 * servers never show it. So this always reads the tags, instead of losing them silently, unless the server shows their
 * number to all users.
 */
export const taggingFor = (s3: S3, { source, input }: Copy): Tagging => {
	if (input.TaggingDirective === 'REPLACE') return async () => await Promise.resolve(input.Tagging);
	const read = async () => taggingHeader(await tagsOrNone(s3, source)) || undefined;
	if (s3.capabilities.tagCount === 'yes') return async ({ TagCount }) => (TagCount ? await read() : undefined);
	const reading = read();
	// The object itself may fail before.
	reading.catch(() => undefined);
	return async () => await reading;
};

/** What CopyObject copies besides the content, as input for a copy by upload. */
export const carriedOver = async (input: Copy['input'], head: ObjectHead, tagging: Tagging) => ({
	...(input.MetadataDirective !== 'REPLACE' && headersOf(head)),
	Tagging: await tagging(head),
});

/**
 * The input of a copy to which the mark of its writer can be added: S3 either copies the metadata of the source, or takes
 * those of the request. Throws if it has to read the source and S3 refuses.
 */
export const markable = async (s3: S3, { source, input }: Copy): Promise<Copy['input']> => {
	if (s3.writer === undefined || s3.isDryRun || input.MetadataDirective === 'REPLACE') return input;
	const { bucket: Bucket, key: Key, versionId: VersionId } = source;
	const head = await forSource(s3, input).send(new HeadObjectCommand({ Bucket, Key, VersionId }));
	// CopyObject alone would not copy the redirect either.
	const { WebsiteRedirectLocation: _redirect, ...headers } = headersOf(head);
	return {
		...input,
		...headers,
		MetadataDirective: 'REPLACE',
		CopySourceIfMatch: input.CopySourceIfMatch ?? head.ETag,
	};
};
