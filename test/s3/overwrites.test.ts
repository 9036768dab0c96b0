import { randomBytes } from 'node:crypto';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, keepBinary } from '../support/n8n';
import { makeBucket, s3, sdk } from '../support/s3';
import { zipOf } from '../support/zip';

/**
 * Attempts to overwrite an object in each way that writes one, on whatever server these tests run: what 'If Exists' does not
 * allow must not happen.
 */
const content = async (Bucket: string, Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

const put = async (Bucket: string, Key: string, Body: string | Buffer) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body }));

const file = async (bytes: Buffer): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(bytes) } },
];

type Attempt = (bucket: string, onConflict: string) => Promise<INodeExecutionData[]>;

const old = Buffer.from('old');
const small = Buffer.from('new');
const large = randomBytes(9 * 1024 ** 2);
/** The key that all attempts want. */
const wanted = 'g/a';
const more = { continueOnFail: true };

const attempts: Record<string, Attempt> = {
	'a small upload': async (bucket, onConflict) =>
		await s3('object.upload', { bucket, key: wanted, onConflict }, { ...more, items: await file(small) }),
	'an upload in parts': async (bucket, onConflict) =>
		await s3('object.upload', { bucket, key: wanted, onConflict }, { ...more, items: await file(large) }),
	'a copy': async (bucket, onConflict) => {
		await put(bucket, 'f/a', small);
		const pair = { sourceBucket: bucket, sourceKey: 'f/a', destinationBucket: bucket, destinationKey: wanted };
		return await s3('object.copy', { ...pair, onConflict }, more);
	},
	'a move': async (bucket, onConflict) => {
		await put(bucket, 'f/a', small);
		const pair = { sourceBucket: bucket, sourceKey: 'f/a', destinationBucket: bucket, destinationKey: wanted };
		return await s3('object.move', { ...pair, onConflict }, more);
	},
	'a copy to another connection': async (bucket, onConflict) => {
		await put(bucket, 'f/a', small);
		const pair = { sourceBucket: bucket, sourceKey: 'f/a', destinationBucket: bucket, destinationKey: wanted };
		return await s3('object.copy', { ...pair, destination: 'destinationConnection', onConflict }, more);
	},
	'the copy of a folder': async (bucket, onConflict) => {
		await put(bucket, 'f/a', small);
		const pair = { sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' };
		return await s3('folder.copy', { ...pair, onConflict }, more);
	},
	'a zip': async (bucket, onConflict) => {
		await put(bucket, 'f/a', small);
		return await s3('folder.zip', { bucket, folder: 'f', zipBucket: bucket, zipKey: wanted, onConflict }, more);
	},
	'an unzip': async (bucket, onConflict) => {
		await put(bucket, 'a.zip', await zipOf({ a: 'new' }));
		return await s3('folder.unzip', { bucket, folder: 'g', zipBucket: bucket, zipKey: 'a.zip', onConflict }, more);
	},
};

const keysBelow = async (Bucket: string, Prefix: string) =>
	((await sdk.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents ?? []).map(({ Key }) => Key);

describe.each(Object.entries(attempts))('%s', (_, attempt) => {
	test.each(['fail', 'skip', 'rename'])('with %s loses no object', async (onConflict) => {
		const bucket = await makeBucket();
		await put(bucket, wanted, old);
		const output = jsonOf(await attempt(bucket, onConflict));
		expect(await content(bucket, wanted)).toEqual(old);
		expect(await keysBelow(bucket, 'g/')).toEqual(onConflict === 'rename' ? [wanted, 'g/a (2)'].sort() : [wanted]);
		if (onConflict === 'fail')
			expect(output.at(-1)).toMatchObject({ error: { message: `The object '${wanted}' already exists` } });
	});

	test('with overwrite and skipIfSame replaces other content', async () => {
		for (const onConflict of ['overwrite', 'skipIfSame']) {
			const bucket = await makeBucket();
			await put(bucket, wanted, old);
			await attempt(bucket, onConflict);
			expect(await content(bucket, wanted)).not.toEqual(old);
			expect(await keysBelow(bucket, 'g/')).toEqual([wanted]);
		}
		// On a busy machine, the slowest server has taken almost two minutes.
	}, 300_000);

	test('two at once with fail: one writes, the other says that it did not', async () => {
		const bucket = await makeBucket();
		const outputs = await Promise.all([attempt(bucket, 'fail'), attempt(bucket, 'fail')]);
		const refusals = outputs.flatMap(jsonOf).filter(({ error }) => error);
		expect(refusals).toHaveLength(1);
		expect(await keysBelow(bucket, 'g/')).toEqual([wanted]);
	});
});
