import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { taggingHeader, tagsOrNone } from '../settings/tagging';
import type { Copy } from './copyRequest';

/** The headers and user metadata of an object, as input for a request that writes one. */
export const headersOf = ({ ExpiresString, ...head }: HeadObjectCommandOutput) => {
	const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType } = head;
	const { Metadata, WebsiteRedirectLocation } = head;
	const content = { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType };
	const expires = ExpiresString === undefined ? undefined : new Date(ExpiresString);
	return { ...content, Metadata, WebsiteRedirectLocation, ...(expires && { Expires: expires }) };
};

/** What CopyObject copies besides the content, as input for a copy by upload. Throws if S3 does not return the tags. */
export const carriedOver = async (s3: S3, { source, input }: Copy, head: HeadObjectCommandOutput) => ({
	...(input.MetadataDirective !== 'REPLACE' && headersOf(head)),
	// HeadObject reports the number of tags only with permission, and not on every server. So always read the tags, rather
	// than lose them silently.
	Tagging:
		input.TaggingDirective === 'REPLACE' ? input.Tagging : taggingHeader(await tagsOrNone(s3, source)) || undefined,
});
