// What transfers cost a real n8n: how late its timers come while 10,000 objects of 1 KiB are copied, and how much memory 5,000
// items with a file of 200 KiB each take on their way to S3. `node bench/transferInN8n.mjs [objects] [items] [KiB]`
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { inParallel, sdkAt } from './floor.mjs';
import { startMeasured } from './measure.mjs';
import { list, ours } from './nodes.mjs';

const [objects = 10_000, items = 5000, kib = 200] = process.argv.slice(2).map(Number);
const scratch = mkdtempSync(join(tmpdir(), 'transfer-in-n8n-'));
const bucket = 'transfer';
const one = (value) => Math.round(value * 10) / 10;

const { server, save, measure, delays, stop } = await startMeasured(scratch);
try {
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const keys = { region, accessKeyId, secretAccessKey, forcePathStyle: true };
	const s3 = sdkAt(server);
	await s3.send(new CreateBucketCommand({ Bucket: bucket }));
	const put = async (Key, bytes) =>
		await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: randomBytes(bytes) }));
	await inParallel(objects, 16, async (index) => await put(`from/${index}`, 1024));
	await put('file', kib * 1024);
	const credentials = {
		awsS3Api: await save('awsS3Api', { ...keys, endpoint }),
		// Another name for the same server: the node takes it for another service, and streams.
		awsS3DestinationApi: await save('awsS3DestinationApi', {
			...keys,
			endpoint: endpoint.replace('127.0.0.1', 'localhost'),
		}),
	};
	const transfer = (parameters) =>
		ours('Transfer', 'transfer.run', { mode: 'copy', destinationBucket: bucket, ...parameters });
	const down = ours('Down', 'object.download', { bucket, key: 'file' });
	const numbers = (count) => Array.from({ length: count }, (_, index) => index);
	const fromItems = (to) =>
		transfer({ source: 'items', keyOfItem: '={{ "file " + $itemIndex }}', destinationPrefix: to });

	const show = async (what, steps, expected) => {
		const { failed, first = {}, times = {}, peak, kept, p99, cpu, forget } = await measure(steps, credentials);
		await forget();
		const copied = first.Transfer?.copied;
		if (failed || copied !== expected)
			throw new Error(`${what}: ${failed ?? `${copied} copied instead of ${expected}`}`);
		const seconds = one((times.Transfer ?? times.Down) / 1000);
		console.log(
			JSON.stringify({
				...{ what, seconds, p99Ms: one(p99), cpuSeconds: one(cpu / 1000) },
				...{ mibAboveIdle: Math.round(peak), mibKept: Math.round(kept) },
			}),
		);
	};

	await show('first run, to warm up', [...list(numbers(100)), down, fromItems('warm/')], 100);
	await delays();
	await sleep(20_000);
	console.log(JSON.stringify({ what: 'idle for 20 s', p99Ms: one((await delays()).p99) }));
	const from = { bucket, prefix: 'from/' };
	await show(
		`${objects} objects of 1 KiB, copied by S3`,
		[transfer({ ...from, destinationPrefix: 'inside/' })],
		objects,
	);
	const streamed = { ...from, destinationPrefix: 'streamed/', destination: 'destinationConnection' };
	await show(`${objects} objects of 1 KiB, through n8n`, [transfer(streamed)], objects);
	await show(`${objects} objects, nothing to do`, [transfer({ ...from, destinationPrefix: 'inside/' })], 0);
	await show(`${items} items downloaded only`, [...list(numbers(items)), down], undefined);
	await show(
		`${items} items of ${kib} KiB (${Math.round((items * kib) / 1024)} MiB), downloaded and transferred`,
		[...list(numbers(items)), down, fromItems('items/')],
		items,
	);
} finally {
	await stop();
	rmSync(scratch, { recursive: true, force: true });
}
