import type { ListObjectsV2CommandInput, _Object } from '@aws-sdk/client-s3';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { onRawXml } from '../client/rawXml';
import { abortScope } from '../client/abortScope';

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

/** Asks for a page; gives it, and before the SDK has read it, which takes as long as to get it, the token of the next one. */
const ask = (s3: S3, input: ListObjectsV2CommandInput) => {
	const command = new ListObjectsV2Command(input);
	const xml = new Promise<string>((resolve) => onRawXml(command, resolve));
	const page = s3.send(command);
	const isOver = page.then(
		() => '',
		() => '',
	);
	const token = Promise.race([xml, isOver]).then((text) => /<NextContinuationToken>([^<&]+)</.exec(text)?.[1]);
	return { from: input.ContinuationToken, page, token };
};

/**
 * Lists a bucket, page after page, in S3's order (by the bytes of the keys). For whoever takes a second page, the one behind
 * it is on its way while it is read.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function* listPages(
	s3: S3,
	input: Omit<ListObjectsV2CommandInput, 'EncodingType' | 'ContinuationToken'>,
): AsyncGenerator<Page> {
	const { s3: ahead, stop } = abortScope(s3);
	const askFrom = (token?: string) => ask(ahead, { ...input, EncodingType: 'url', ContinuationToken: token });
	const seen = new Set<string>();
	let asked = askFrom();
	try {
		for (;;) {
			const early = seen.size > 0 ? await asked.token : undefined;
			const next = early ? askFrom(early) : undefined;
			const page = await asked.page;
			const decode = decoderFor(page.EncodingType);
			yield {
				objects: (page.Contents ?? []).map((object) => ({ ...object, Key: decode(object.Key ?? '') })),
				folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
			};
			const token = page.IsTruncated ? page.NextContinuationToken : undefined;
			if (!token) return;
			if (seen.has(token)) throw new Error('The listing does not end: the server gave the same page token twice');
			seen.add(token);
			asked = next?.from === token ? next : askFrom(token);
		}
	} finally {
		stop();
	}
}

/** Lists every object under a prefix, one after the other. */
export async function* listObjects(s3: S3, input: Parameters<typeof listPages>[1]): AsyncGenerator<Listed> {
	for await (const { objects } of listPages(s3, input)) yield* objects;
}
