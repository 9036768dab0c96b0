import type { S3 } from '../client/client';
import type { ObjectHead } from '../list/contentIdentity';
import { taggingHeader, tagsOrNone } from '../settings/tagging';
import type { Copy } from './copyRequest';

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
