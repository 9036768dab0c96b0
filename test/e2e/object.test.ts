import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { chain, each, s3, succeeded } from '../support/e2e';
import { credentials, makeBucket, sdk } from '../support/s3';

const MiB = 1024 ** 2;

const hashOf = async (bucket: string, key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
	const hash = createHash('sha256');
	for await (const chunk of Body as Readable) hash.update(chunk);
	return hash.digest('hex');
};

test('text goes up and comes down', async () => {
	const bucket = await makeBucket();
	const ran = succeeded(
		await chain(
			s3('Up', 'object.upload', { bucket, key: 'ü.txt', source: 'text', text: 'grüße 🦀' }),
			s3('Down', 'object.download', { bucket, key: '={{ $json.key }}' }),
			{
				name: 'Text',
				type: 'n8n-nodes-base.extractFromFile',
				parameters: { operation: 'text', destinationKey: 'text', options: {} },
			},
		),
	);
	expect(ran.items('Text')).toEqual([expect.objectContaining({ json: { text: 'grüße 🦀' } })]);
});

test('200 MiB go through n8n byte for byte', async () => {
	const bucket = await makeBucket();
	const hash = createHash('sha256');
	const body = (async function* () {
		for (let sent = 0; sent < 200; sent++) {
			const chunk = randomBytes(MiB);
			hash.update(chunk);
			yield chunk;
		}
	})();
	await upload(connect(credentials), { input: { Bucket: bucket, Key: 'in' }, body, budget: memoryBudget(64 * MiB) });
	const ran = succeeded(
		await chain(
			s3('Down', 'object.download', { bucket, key: 'in' }),
			s3('Up', 'object.upload', { bucket, key: 'out', source: 'binary' }),
		),
	);
	expect(ran.items('Up')[0]?.json).toMatchObject({ size: 200 * MiB, parts: 25 });
	expect(await hashOf(bucket, 'out')).toBe(hash.digest('hex'));
});

test('1,000 items go up and come down', async () => {
	const bucket = await makeBucket();
	const ran = succeeded(
		await chain(
			...each(
				'Numbers',
				Array.from({ length: 1000 }, (_, index) => index),
			),
			s3('Up', 'object.upload', {
				bucket,
				key: '={{ "many/" + $json.entry }}',
				source: 'text',
				text: '={{ "number " + $json.entry }}',
			}),
			s3('Down', 'object.download', { bucket, key: '={{ $json.key }}' }),
			{
				name: 'Text',
				type: 'n8n-nodes-base.extractFromFile',
				parameters: { operation: 'text', destinationKey: 'text', options: {} },
			},
		),
	);
	expect(ran.items('Text').map(({ json }) => json.text)).toEqual(
		Array.from({ length: 1000 }, (_, index) => `number ${index}`),
	);
	expect(ran.items('Down').map(({ pairedItem }) => pairedItem)).toEqual(
		Array.from({ length: 1000 }, (_, item) => ({ item })),
	);
});

test('keys that other nodes lose are stored and read exactly', async () => {
	const bucket = await makeBucket();
	const keys = [
		'a#b.txt',
		'a?b.txt',
		'a%20b.txt',
		'../x.txt',
		'a+b.txt',
		'ü ß 🦀.txt',
		'a//b',
		'trailing/',
		'x'.repeat(1024),
	];
	const ran = succeeded(
		await chain(
			...each('Keys', keys),
			s3('Up', 'object.upload', {
				bucket,
				key: '={{ $json.entry }}',
				source: 'text',
				text: '={{ "of " + $json.entry }}',
			}),
			s3('Down', 'object.download', { bucket, key: { __rl: true, mode: 'key', value: '={{ $json.key }}' } }),
			{
				name: 'Text',
				type: 'n8n-nodes-base.extractFromFile',
				parameters: { operation: 'text', destinationKey: 'text', options: {} },
			},
		),
	);
	expect(ran.items('Text').map(({ json }) => json.text)).toEqual(keys.map((key) => `of ${key}`));
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(Contents.map(({ Key }) => Key).sort()).toEqual([...keys].sort());
});

test('a missing key among ten fails alone with Continue On Fail', async () => {
	const bucket = await makeBucket();
	const numbers = Array.from({ length: 10 }, (_, index) => index);
	const ran = succeeded(
		await chain(
			...each('Numbers', numbers),
			s3('Up', 'object.upload', {
				bucket,
				key: '={{ $json.entry === 3 ? "other" : "k" + $json.entry }}',
				source: 'json',
			}),
			s3('Down', 'object.download', { bucket, key: '={{ "k" + $itemIndex }}' }, { onError: 'continueRegularOutput' }),
		),
	);
	const items = ran.items('Down');
	expect(items).toHaveLength(10);
	expect(items[3]?.json).toMatchObject({
		error: { message: `There is no object 'k3' in bucket '${bucket}'`, code: 'NoSuchKey', httpStatus: 404 },
	});
	expect(items.filter(({ json }) => json.error)).toHaveLength(1);
});

test('a folder of 2,500 objects is deleted', async () => {
	const bucket = await makeBucket();
	const ran = succeeded(
		await chain(
			...each(
				'Numbers',
				Array.from({ length: 2500 }, (_, index) => index),
			),
			s3('Up', 'object.upload', {
				bucket,
				key: '={{ "folder/" + $json.entry }}',
				source: 'text',
				text: 'x',
				options: { concurrency: 32 },
			}),
			{ name: 'One', type: 'n8n-nodes-base.limit', parameters: {} },
			s3('Delete', 'folder.delete', { bucket, folder: 'folder' }),
		),
	);
	expect(ran.items('Delete')[0]?.json).toMatchObject({ deleted: true, objects: 2500 });
	expect((await sdk.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
});

test('the first failure stops the workflow and says what to do', async () => {
	const bucket = await makeBucket();
	const ran = await chain(s3('Down', 'object.download', { bucket, key: 'nowhere' }));
	expect(ran).toMatchObject({
		status: 'error',
		error: {
			message: `There is no object 'nowhere' in bucket '${bucket}'`,
			description: expect.stringContaining("'Key'"),
		},
	});
	await expect(sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'nowhere' }))).rejects.toMatchObject({
		name: 'NotFound',
	});
});
