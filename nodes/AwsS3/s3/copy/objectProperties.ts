import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { taggingHeader, tagsOf } from '../settings/tagging';
import type { Copy } from './copyRequest';

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
