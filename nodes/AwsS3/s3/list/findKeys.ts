import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { decoderFor, listPages } from './list';

/** How many keys a search for a part of a name reads, in pages of S3: some seconds where S3 is far away. */
const searchedKeys = 5000;

const folderOf = (path: string) => path.slice(0, path.lastIndexOf('/') + 1);

/** One page of a listing, which `ContinuationToken` continues. */
const pageOf = async (s3: S3, input: ListObjectsV2CommandInput) => {
	const page = await s3.send(new ListObjectsV2Command({ ...input, EncodingType: 'url' }));
	const decode = decoderFor(page.EncodingType);
	return {
		folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => decode(Prefix)),
		keys: (page.Contents ?? []).map(({ Key = '' }) => decode(Key)),
		token: page.NextContinuationToken,
	};
};

/** The folders and keys of one level whose names begin with a prefix: one page, which `token` continues. */
export const levelOf = async (s3: S3, Bucket: string, Prefix: string, token?: string) =>
	await pageOf(s3, { Bucket, Prefix, MaxKeys: 1000, Delimiter: '/', ContinuationToken: token });

/** One page of all keys that begin with a prefix, also in folders below. */
export const keysFrom = async (s3: S3, Bucket: string, Prefix: string, token?: string) =>
	await pageOf(s3, { Bucket, Prefix, MaxKeys: 100, ContinuationToken: token });

/** The folders that a key lies in, below a prefix. */
const foldersAbove = (key: string, base: string) =>
	[...key.matchAll(/\//g)].map(({ index }) => key.slice(0, index + 1)).filter((folder) => folder.length > base.length);

/**
 * Searches the first keys of a folder for those that have a text in their names, in capitals or not. S3 itself finds keys by
 * their beginning only.
 */
export const findInside = async (s3: S3, Bucket: string, text: string, base: string) => {
	const from = text.startsWith(base) ? folderOf(text) : base;
	const part = (text.startsWith(base) ? text.slice(from.length) : text).toLowerCase();
	const has = (path: string) => path.slice(from.length).toLowerCase().includes(part);
	const folders = new Set<string>();
	const keys: string[] = [];
	let searched = 0;
	for await (const { objects } of listPages(s3, { Bucket, Prefix: from })) {
		for (const { Key } of objects) {
			for (const folder of foldersAbove(Key, from)) if (has(folder)) folders.add(folder);
			if (has(Key) && !Key.endsWith('/')) keys.push(Key);
		}
		searched += objects.length;
		if (searched >= searchedKeys) return { folders: [...folders], keys, searched, isAll: false };
	}
	return { folders: [...folders], keys, searched, isAll: true };
};
