import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { chain, each, runWorkflow, s3, succeeded } from '../support/e2e';
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
		error: { message: `The object 'k3' in bucket '${bucket}' does not exist`, code: 'NoSuchKey', httpStatus: 404 },
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
			message: `The object 'nowhere' in bucket '${bucket}' does not exist`,
			description: expect.stringContaining("'Key'"),
		},
	});
	await expect(sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'nowhere' }))).rejects.toMatchObject({
		name: 'NotFound',
	});
});

test('rows become one file, and rows of one key stop before anything is written', async () => {
	const bucket = await makeBucket();
	const rows = each(
		'Rows',
		Array.from({ length: 30 }, (_, row) => row),
	);
	const refused = await chain(...rows, s3('Up', 'object.upload', { bucket, key: 'rows.json', source: 'json' }));
	expect(refused.error?.message).toBe(
		"30 items have the same key 'rows.json', so they would overwrite each other. Nothing was written.",
	);
	const parameters = { bucket, key: 'rows.jsonl', source: 'items', itemsFormat: 'jsonLines' };
	const ran = succeeded(
		await chain(
			...rows,
			s3('Up', 'object.upload', parameters),
			s3('Read', 'object.read', { bucket, key: { __rl: true, mode: 'key', value: '={{ $json.key }}' } }),
		),
	);
	expect(ran.items('Up')).toHaveLength(1);
	expect(ran.items('Read').map(({ json }) => json.entry)).toEqual(Array.from({ length: 30 }, (_, row) => row));
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(Contents.map(({ Key }) => Key)).toEqual(['rows.jsonl']);
});

test('a loop that replaces its own object gets a hint', async () => {
	const bucket = await makeBucket();
	const runLoop = async (key: string) => {
		const steps = [
			{ name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} },
			...each('Rows', [1, 2, 3]),
			{ name: 'Loop', type: 'n8n-nodes-base.splitInBatches', typeVersion: 3, parameters: { options: {} } },
			s3('Up', 'object.upload', { bucket, key, source: 'json' }),
		];
		const nodes = steps.map((step, index) => ({
			id: `n${index}`,
			typeVersion: 1,
			position: [index * 200, 0],
			...step,
		}));
		const to = (node: string) => [{ node, type: 'main', index: 0 }];
		const connections = {
			Start: { main: [to('Rows (list)')] },
			'Rows (list)': { main: [to('Rows')] },
			Rows: { main: [to('Loop')] },
			Loop: { main: [[], to('Up')] },
			Up: { main: [to('Loop')] },
		};
		const settings = { executionOrder: 'v1', saveDataSuccessExecution: 'all' };
		const ran = succeeded(await runWorkflow({ name: 'loop', nodes, connections, settings }));
		return (ran.runData.Up ?? []).map(({ hints = [] }) => hints.map(({ message }) => message).join());
	};
	expect(await runLoop('same.json')).toEqual([
		'',
		expect.stringContaining("replaced 'same.json'"),
		expect.stringContaining("replaced 'same.json'"),
	]);
	expect(await runLoop('={{ $json.entry }}.json')).toEqual(['', '', '']);
});
