import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { InitializeMiddleware } from '@smithy/types';
import { isAws } from '../capabilities';
import type { Connection } from '../connection';
import { s3Failure } from '../failure';

type Metadata = Record<string, string>;

/** Names and values together, in bytes of UTF-8. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const maxBytes = 2048;

const encodedWord = /=\?([^?\s]+)\?([bq])\?([^?\s]*)\?=/gi;

/** Headers keep printable ASCII only, and no spaces around it. What looks like an encoded word would be decoded. */
const isPlain = (value: string) =>
	/^[\x20-\x7e]*$/.test(value) && value.trim() === value && !/=\?[^?]+\?[bq]\?/i.test(value);

/** Encodes the values that a header cannot carry, as Amazon S3 does itself. https://www.rfc-editor.org/rfc/rfc2047 */
export const encodeMetadata = (metadata: Metadata): Metadata =>
	Object.fromEntries(
		Object.entries(metadata).map(([name, value]) => [
			name,
			isPlain(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`,
		]),
	);

/** The headers of metadata, for requests that another client sends. */
export const metadataHeaders = (metadata: Metadata = {}): Record<string, string> =>
	Object.fromEntries(
		Object.entries(encodeMetadata(metadata)).map(([name, value]) => [`x-amz-meta-${name.toLowerCase()}`, value]),
	);

/** The text of bytes; undefined for an unknown charset, and for bytes that are no text in it. */
const textOf = (bytes: Uint8Array, charset: string): string | undefined => {
	try {
		return new TextDecoder(charset, { fatal: true }).decode(bytes);
	} catch {
		return undefined;
	}
};

const quoted = (text: string) =>
	Buffer.from(
		text
			.replaceAll('_', ' ')
			.replace(/=([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
		'latin1',
	);

const decoded = (value: string): string => {
	// Some servers return bytes of UTF-8 as they got them; Node takes each for a letter.
	const text = /[\x80-\xff]/.test(value) ? (textOf(Buffer.from(value, 'latin1'), 'utf-8') ?? value) : value;
	return text
		.replace(/(\?=)\s+(?==\?)/g, '$1')
		.replace(encodedWord, (word, charset: string, kind: string, content: string) => {
			const bytes = kind.toLowerCase() === 'b' ? Buffer.from(content, 'base64') : quoted(content);
			return textOf(bytes, charset) ?? word;
		});
};

/** The original values of metadata: S3 returns values that a header cannot carry in an encoded form. */
export const decodeMetadata = (metadata: Metadata): Metadata =>
	Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name, decoded(value)]));

const checkSize = (connection: Connection, metadata: Metadata) => {
	const bytes = Object.entries(metadata)
		.flat()
		.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
	// Compatible servers have other limits.
	if (bytes <= maxBytes || !isAws(connection)) return;
	throw s3Failure({ code: 'MetadataTooLarge', message: `The metadata has ${bytes} bytes`, connection });
};

const metadataIn = (value: object): Metadata | undefined => {
	const { Metadata: metadata }: { Metadata?: Metadata } = value;
	return metadata;
};

/** Encodes the metadata of requests, and decodes that of answers. Throws for more than Amazon S3 takes. */
export const metadataEncoding =
	(connection: Connection): InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const given = metadataIn(args.input);
		if (given) checkSize(connection, given);
		const result = await next(given ? { ...args, input: { ...args.input, Metadata: encodeMetadata(given) } } : args);
		const got = metadataIn(result.output);
		return got ? { ...result, output: { ...result.output, Metadata: decodeMetadata(got) } } : result;
	};
