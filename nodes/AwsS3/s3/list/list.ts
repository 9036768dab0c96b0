import type { ListObjectsV2CommandInput, _Object } from '@aws-sdk/client-s3';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { onRawXml } from '../client/rawXml';
import { s3Failure, wrongAnswer } from '../failure';
import { abortScope } from '../client/client';
import type { Taken } from './listedInXml';
import { takeListed } from './listedInXml';

/** An object in a listing. */
export type Listed = _Object & { Key: string };

/** One page of a listing: objects, and with a delimiter the folders of this level. */
export interface Page {
	objects: Listed[];
	folders: string[];
}

/**
 * Returns a decoder for the keys of a listing. Listings request URL encoding, because XML cannot represent every character
 * of a key; `+` stands for a space.
 */
export const decoderFor = (encoding: string | undefined) => (text: string) =>
	encoding === 'url' && /[%+]/.test(text) ? decodeURIComponent(text.replaceAll('+', ' ')) : text;

/** The key of a page marker. Some servers do not encode it, which shows where it is the last key of the page. */
export const keyInMarker = (marker: string, lastKey: string | undefined, encoding: string | undefined): string =>
	marker === lastKey ? marker : decoderFor(encoding)(marker);

/** Returns a function that throws if it meets the mark of a page again: then the listing would not end. */
export const refuseRepeated = (what: 'marker' | 'token') => {
	const seen = new Set<string>();
	return (...mark: Array<string | undefined>) => {
		const text = mark.join('\0');
		if (seen.has(text)) throw wrongAnswer(`The listing does not end: the server returned the same page ${what} twice`);
		seen.add(text);
	};
};

/** The failure of a listing with objects or versions where none belong: what else it says may not be about them. */
export const misplaced = ({ connection }: S3, operation: string, bucket?: string) =>
	s3Failure({
		...{ code: 'UnexpectedAnswer', operation, lacks: 'lists of objects', got: 'a list in another place' },
		...{ message: 'The server lists objects in an unusual place', connection, bucket },
	});

/** Requests a page. `token` is the next page token, available before the SDK parses the page, which takes as long. */
const requestPage = (s3: S3, input: ListObjectsV2CommandInput) => {
	const command = new ListObjectsV2Command(input);
	let taken: Taken | undefined;
	const xml = new Promise<string>((resolve) =>
		onRawXml(command, (text) => {
			resolve(text);
			taken = takeListed(text, 'Contents');
			return taken?.rest;
		}),
	);
	const page = s3.send(command).then((answer) => {
		const { Contents = [] } = answer;
		if (!taken) return { ...answer, objects: Contents };
		if (Contents.length !== taken.rows) throw misplaced(s3, 'ListObjectsV2', input.Bucket);
		return { ...answer, objects: taken.elements.map(({ listed }) => listed) };
	});
	const noToken = page.then(
		() => '',
		() => '',
	);
	const token = Promise.race([xml, noToken]).then((text) => /<NextContinuationToken>([^<&]+)</.exec(text)?.[1]);
	return { from: input.ContinuationToken, page, token };
};

/**
 * Lists a bucket page by page, ordered by the bytes of the keys. From the second page on, requests the next page ahead.
 * Throws if the server repeats a page token, or gives none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function* listPages(
	s3: S3,
	input: Omit<ListObjectsV2CommandInput, 'EncodingType' | 'ContinuationToken'>,
): AsyncGenerator<Page> {
	const { s3: scoped, stop } = abortScope(s3);
	const requestFrom = (token?: string) =>
		requestPage(scoped, { ...input, EncodingType: 'url', ContinuationToken: token });
	const refuse = refuseRepeated('token');
	let request = requestFrom();
	try {
		for (;;) {
			const nextToken = request.from !== undefined ? await request.token : undefined;
			const ahead = nextToken ? requestFrom(nextToken) : undefined;
			const page = await request.page;
			const decode = decoderFor(page.EncodingType);
			yield {
				objects: page.objects.map((object) => Object.assign(object, { Key: decode(object.Key ?? '') })),
				folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
			};
			if (!page.IsTruncated) return;
			const token = page.NextContinuationToken;
			// What looks complete and is not would be taken for what is missing.
			if (!token)
				throw wrongAnswer('The listing is incomplete: the server announced more pages but returned no page token');
			refuse(token);
			request = ahead?.from === token ? ahead : requestFrom(token);
		}
	} finally {
		stop();
	}
}

/** Lists all objects under a prefix, like `listPages`. */
export async function* listObjects(s3: S3, input: Parameters<typeof listPages>[1]): AsyncGenerator<Listed> {
	for await (const { objects } of listPages(s3, input)) yield* objects;
}

/** Whether a bucket lists an object by exactly this key. Throws if it cannot be listed. */
export const isListed = async (s3: S3, { bucket: Bucket, key }: ObjectAt): Promise<boolean> => {
	// Not one key only: MinIO then answers with the prefix itself.
	for await (const { objects } of listPages(s3, { Bucket, Prefix: key, MaxKeys: 2 })) return objects[0]?.Key === key;
	return false;
};
