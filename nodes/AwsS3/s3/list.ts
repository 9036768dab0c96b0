import type { ListObjectsV2CommandInput, _Object } from '@aws-sdk/client-s3';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3 } from './client';

/** What a listing tells of an object. */
export type Listed = _Object & { Key: string };

/** One page of a listing: objects, and the folders of this level where a delimiter was given. */
export interface Page {
	objects: Listed[];
	folders: string[];
}

/** Keys come percent-encoded, because XML cannot carry every character that a key may have; `+` stands for a space. */
export const decoderFor = (encoding: string | undefined) => (text: string) =>
	encoding === 'url' && /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text;

/**
 * Lists a bucket, page after page, in S3's order (by the bytes of the keys).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function* listPages(
	s3: S3,
	input: Omit<ListObjectsV2CommandInput, 'EncodingType' | 'ContinuationToken'>,
): AsyncGenerator<Page> {
	const seen = new Set<string>();
	let token: string | undefined;
	do {
		const page = await s3.send(new ListObjectsV2Command({ ...input, EncodingType: 'url', ContinuationToken: token }));
		const decode = decoderFor(page.EncodingType);
		yield {
			objects: (page.Contents ?? []).map((object) => ({ ...object, Key: decode(object.Key ?? '') })),
			folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
		};
		token = page.IsTruncated ? page.NextContinuationToken : undefined;
		if (token && seen.has(token))
			throw new Error('The listing does not end: the server gave the same page token twice');
		if (token) seen.add(token);
	} while (token);
}

/** Lists every object under a prefix, one after the other. */
export async function* listObjects(s3: S3, input: Parameters<typeof listPages>[1]): AsyncGenerator<Listed> {
	for await (const { objects } of listPages(s3, input)) yield* objects;
}
