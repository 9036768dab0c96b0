// `npm run bench`: this node beside the one of n8n, in the same n8n process on the same Ceph RGW, taking turns.
import { randomBytes } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CompleteMultipartUploadCommand,
	CreateBucketCommand,
	CreateMultipartUploadCommand,
	PutObjectCommand,
	S3Client,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as ceph from '../sandbox/ceph.mjs';
import * as n8n from '../sandbox/n8n.mjs';
import * as rest from '../sandbox/rest.cjs';
import { startDelay } from '../sandbox/delay.cjs';
import { peakFromNow, resident } from './memory.mjs';
import { contenders, list, workflow } from './nodes.mjs';

const MiB = 1024 ** 2;
const rounds = Number(process.env.ROUNDS ?? 5);
/** Milliseconds that a round trip to S3 takes, and how often each is measured: the built-in node needs minutes for the long ones. */
const latencies = (process.env.LATENCIES ?? '0,20,100').split(',').map(Number);
const roundsAt = (latency) => (latency === 0 ? rounds : Number(process.env.FAR_ROUNDS ?? 1));
const items = 1000;
const bigSize = Number(process.env.BIG_MIB ?? 512);

const scratch = mkdtempSync(join(tmpdir(), 'bench-'));
// The built-in node puts the bucket into the path only where its name has a dot.
const bucket = 'bench.data';
const running = [];

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

const sdkOf = (server) =>
	new S3Client({
		...server,
		credentials: server,
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
		requestHandler: { httpAgent: { maxSockets: 256, keepAlive: true } },
	});

/** The floor: the SDK in a bare loop. */
const bareLoop = async (sdk, send, inParallel = 16) => {
	const started = performance.now();
	const next = Array.from({ length: items }, (_, index) => index).values();
	await Promise.all(
		Array.from({ length: inParallel }, async () => {
			for (const index of next) await send(sdk, index);
		}),
	);
	return performance.now() - started;
};

const main = async () => {
	console.error('Starting Ceph RGW and n8n...');
	const server = await ceph.start({ folder: join(scratch, 'ceph') });
	running.push(server);
	await n8n.install((step) => console.error(step));
	const userFolder = join(scratch, 'n8n');
	await n8n.addNodes(userFolder, await n8n.pack(scratch));
	const instance = await n8n.start({ userFolder });
	running.push(instance);
	const call = await rest.signIn(instance.url);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const save = async (type, data) => ({
		id: (await call('POST', '/credentials', { name: type, type, data })).id,
		name: type,
	});
	const keys = { region, accessKeyId, secretAccessKey };
	const credentialsAt = async (address) => ({
		awsS3Api: await save('awsS3Api', { ...keys, endpoint: address, forcePathStyle: true }),
		aws: await save('aws', { ...keys, customEndpoints: true, s3Endpoint: address }),
	});
	const near = await credentialsAt(endpoint);
	const sdk = sdkOf({ endpoint, region, accessKeyId, secretAccessKey });
	await sdk.send(new CreateBucketCommand({ Bucket: bucket }));
	const text = randomBytes(512).toString('hex');
	const numbers = Array.from({ length: items }, (_, index) => index);

	/** Runs a workflow; gives milliseconds of its nodes by name, and the peak of n8n's memory above what it held before. */
	const measure = async (name, steps, credentials = near) => {
		const saved = await rest.saveWorkflow(call, workflow(name, steps, credentials));
		const before = resident(instance.pid);
		const peak = peakFromNow(instance.pid);
		const ran = await rest.runWorkflow(call, saved);
		const above = peak() - before;
		if (ran.status !== 'success') return { failed: ran.error?.message ?? ran.status, above };
		const times = Object.fromEntries(Object.entries(ran.runData).map(([node, [run]]) => [node, run.executionTime]));
		return { times, above };
	};

	const results = {};
	const note = (work, who, value) => ((results[work] ??= {})[who] ??= []).push(value);

	const smallObjects = async (latency) => {
		const delay = await startDelay(endpoint, latency);
		const credentials = latency === 0 ? near : await credentialsAt(delay.url);
		const far = sdkOf({ ...keys, endpoint: latency === 0 ? endpoint : delay.url });
		const put = async (s3, index) =>
			await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `floor/${index}`, Body: text }));
		for (let round = 1; round <= roundsAt(latency); round++) {
			console.error(`Small objects at ${latency} ms, round ${round} of ${roundsAt(latency)}`);
			for (const [who, make] of Object.entries(contenders)) {
				const up = await measure(`up ${who}`, [...list(numbers), make.uploadText(bucket, text)], credentials);
				note(`upload at ${latency} ms`, who, up.times?.Work ?? NaN);
				const down = await measure(`down ${who}`, [...list(numbers), make.download(bucket)], credentials);
				note(`download at ${latency} ms`, who, down.times?.Work ?? NaN);
			}
			for (const inParallel of [16, 64, 128])
				note(`upload at ${latency} ms`, `bare SDK, ${inParallel} at a time`, await bareLoop(far, put, inParallel));
		}
		await delay.stop();
	};
	for (const latency of latencies) await smallObjects(latency);

	console.error(`One object of ${bigSize} MiB`);
	await putBig(sdk, bigSize);
	for (const [who, make] of Object.entries(contenders)) {
		await sleep(5000);
		const ran = await measure(`big ${who}`, make.big(bucket, 'big', `copy of ${who}`));
		note('big: peak above idle, MiB', who, ran.above);
		if (ran.times) {
			note('big: download, ms', who, ran.times.Down);
			note('big: upload, ms', who, ran.times.Up);
		} else note('big: failed', who, ran.failed);
	}

	for (const [work, byWho] of Object.entries(results)) {
		const medians = Object.fromEntries(
			Object.entries(byWho).map(([who, values]) => [
				who,
				typeof values[0] === 'number' ? Math.round(median(values)) : values[0],
			]),
		);
		const ratio = medians['built-in node'] / medians['this node'];
		console.log(`${work}: ${JSON.stringify(medians)}${Number.isFinite(ratio) ? `, ${ratio.toFixed(1)} times` : ''}`);
	}
};

/** Puts an object of so many MiB there, in parts of 16 MiB. */
const putBig = async (sdk, size) => {
	const at = { Bucket: bucket, Key: 'big' };
	const { UploadId } = await sdk.send(new CreateMultipartUploadCommand(at));
	const Parts = [];
	for (let number = 1; (number - 1) * 16 < size; number++) {
		const { ETag } = await sdk.send(
			new UploadPartCommand({ ...at, UploadId, PartNumber: number, Body: randomBytes(16 * MiB) }),
		);
		Parts.push({ PartNumber: number, ETag });
	}
	await sdk.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
};

try {
	await main();
} finally {
	for (const one of running.reverse()) await one.stop();
}
