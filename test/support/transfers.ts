import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { sdk } from './s3';

/** All keys of a bucket, in the order of the listing. */
export const keysOf = async (Bucket: string, client: S3Client = sdk): Promise<string[]> => {
	const keys: string[] = [];
	for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, EncodingType: 'url' }))
		keys.push(...Contents.map(({ Key = '' }) => decodeURIComponent(Key.replaceAll('+', ' '))));
	return keys;
};

/** All that is in a bucket: contents by key, in the order of the listing. Nothing may move meanwhile. */
export const contentsOf = async (Bucket: string, client: S3Client = sdk): Promise<Record<string, string>> => {
	const keys = await keysOf(Bucket, client);
	const bodies = await Promise.all(
		keys.map(async (Key) => {
			const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
			return [Key, await text(Body as Readable)] as const;
		}),
	);
	return Object.fromEntries(bodies);
};
