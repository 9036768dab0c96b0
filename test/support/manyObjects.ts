import { PutObjectCommand } from '@aws-sdk/client-s3';
import { sdk } from './s3';

const atOnce = 16;

/** Keys below a folder, in the order in which S3 lists them. */
export const keysIn = (folder: string, count: number) =>
	Array.from({ length: count }, (_, index) => `${folder}/${String(index).padStart(5, '0')}`);

/** Puts an object of one byte at each key. A run of our node with as many items would take much longer. */
export const putMany = async (Bucket: string, keys: string[]) => {
	const left = keys.values();
	const puts = Array.from({ length: atOnce }, async () => {
		for (const Key of left) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
	});
	await Promise.all(puts);
};
