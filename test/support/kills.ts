import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import {
	CreateBucketCommand,
	GetObjectCommand,
	ListMultipartUploadsCommand,
	paginateListObjectsV2,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { readJournalLines } from '../../nodes/AwsS3/s3/job/journal';
import { isOutcome } from '../../nodes/AwsS3/s3/job/journalLines';
import { readState } from '../../nodes/AwsS3/s3/job/state';
import { ageState } from './journals';
import { nextTime } from './nextTime';
import { startProxy } from './proxy';
import { until } from './until';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What to kill, and how often. */
interface Killing {
	sdk: S3Client;
	connection: {
		endpoint: string;
		region: string;
		accessKeyId: string;
		secretAccessKey: string;
		forcePathStyle: boolean;
	};
	/** For the program of the child. */
	folder: string;
	buckets: { source: string; destination: string };
	kills: number;
	/** How many objects of 20 KiB, and how many of 12 MiB, which are uploaded in parts. */
	small: number;
	large: number;
	compare: 'sizeAndTime' | 'always';
	/** A number from 0 up to 1. */
	random: () => number;
}

/** A run of a job between two connections, in a process of its own. */
const program = `
	import * as registry from './nodes/AwsS3/operations';
	import { connect } from './nodes/AwsS3/s3/client/client';
	import { memoryBudget } from './nodes/AwsS3/s3/flow/memoryBudget';
	import { segmentLimits } from './nodes/AwsS3/s3/job/journalWriter';
	// These runs last for a second or two, and others for hours.
	segmentLimits.every = 100;
	const { source, destination, params } = JSON.parse(process.argv[2]);
	const { signal } = new AbortController();
	const context = {
		...{ s3: connect(source, { signal }), destination: connect(destination, { signal }), signal, params },
		...{ n8n: { logger: { info: () => undefined } }, budget: memoryBudget(64 * 1024 ** 2), hint: () => undefined },
		...{ operations: [], items: [], paramsOfItems: [params], item: { json: {} }, itemIndex: 0 },
	};
	const run = async () => {
		for await (const output of registry.transferRun.execute(context)) process.send(output);
	};
	void run().then(() => process.exit(0), ({ message }) => process.send({ message }, () => process.exit(1)));
`;

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const digestsIn = async (client: S3Client, Bucket: string, prefix: string) => {
	const digests: Record<string, string> = {};
	for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix: prefix }))
		for (const { Key = '' } of Contents) {
			if (Key.includes('.n8n-jobs/')) continue;
			const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
			digests[Key.slice(prefix.length)] = digest((await Body?.transformToByteArray()) ?? Buffer.of());
		}
	return digests;
};

const jobName = 'killed';

/**
 * Kills the runs of a job at random moments, each after a random number of writes, and lets a last one complete. Gives what
 * is at both sides, the output of the last run, what the journals say, and the bytes that were sent.
 */
export const killRuns = async (killing: Killing) => {
	const { sdk, connection, folder, buckets, kills, small, large, compare, random } = killing;
	const script = join(folder, 'run.cjs');
	const stdin = { contents: program, resolveDir: process.cwd(), loader: 'ts' as const };
	const options = { bundle: true, platform: 'node' as const, format: 'cjs' as const, target: 'node20' };
	buildSync({ ...options, stdin, logLevel: 'error', outfile: script });
	for (const Bucket of Object.values(buckets)) await sdk.send(new CreateBucketCommand({ Bucket }));
	let size = 0;
	const put = async (Key: string, Body: Buffer) => {
		size += Body.length;
		await sdk.send(new PutObjectCommand({ Bucket: buckets.source, Key: `from/${Key}`, Body }));
	};
	for (let index = 0; index < small; index++) await put(`small/${index}`, randomBytes(20 * KiB));
	for (let index = 0; index < large; index++) await put(`large ${index}`, randomBytes(12 * MiB));
	// Within the second of the original, an ETag that is no digest would not show the copy.
	await nextTime();

	const sent = { bytes: 0, writes: 0, segments: 0 };
	let onWrite: () => void = () => undefined;
	const proxy = await startProxy(connection.endpoint, (request) => {
		const { method, url = '' } = request;
		if (method !== 'PUT') return 'pass';
		if (url.includes('.n8n-jobs')) {
			if (url.includes('.jsonl')) sent.segments++;
			onWrite();
			return 'pass';
		}
		request.on('data', (bytes: Buffer) => (sent.bytes += bytes.length));
		sent.writes++;
		onWrite();
		return 'pass';
	});
	const params = {
		...{ bucket: buckets.source, prefix: 'from/', destinationBucket: buckets.destination, destinationPrefix: 'to/' },
		...{ destination: 'destinationConnection', mode: 'copy', compare, onConflict: 'overwrite', jobName, category: '' },
		...{ source: 'bucket', options: {} },
	};
	const start = () => {
		const argument = JSON.stringify({
			source: connection,
			destination: { ...connection, endpoint: proxy.url },
			params,
		});
		return fork(script, [argument], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
	};
	const ended = async (child: ChildProcess) => {
		const outputs: object[] = [];
		child.on('message', (output: object) => outputs.push(output));
		const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
		return { outputs, isKilled: signal === 'SIGKILL' };
	};
	const stored = async () => {
		const found: string[] = [];
		for await (const { Contents = [] } of paginateListObjectsV2({ client: sdk }, { Bucket: buckets.destination }))
			found.push(...Contents.map(({ Key, ETag }) => `${Key} ${ETag}`));
		return found.join('\n');
	};
	const isCalm = async () => {
		const before = await stored();
		await sleep(500);
		return before === (await stored());
	};
	const mostWrites = Math.max(2, Math.floor((2 * (small + 2 * large)) / (kills + 2)));
	let killed = 0;
	for (let round = 0; round < kills; round++) {
		const lastWrite = sent.writes + 1 + Math.floor(random() * mostWrites);
		// The first one lives until its journal says what it has done, so that there is something to continue from.
		const segments = round === 0 ? 3 : 0;
		const child = start();
		onWrite = () => sent.writes >= lastWrite && sent.segments >= segments && child.kill('SIGKILL');
		if ((await ended(child)).isKilled) killed++;
		onWrite = () => undefined;
		// What was on its way may still arrive.
		await until(isCalm);
		await ageState(sdk, buckets.destination, `to/.n8n-jobs/${jobName}/`);
	}
	const { outputs } = await ended(start());

	const side = { s3: connect(connection), bucket: buckets.destination, prefix: 'to/' };
	const state = await readState(side, jobName);
	const journals = { runs: 0, lines: 0, withTotals: 0 };
	for (const { id } of state?.lastRuns ?? []) {
		journals.runs++;
		for await (const line of readJournalLines(side, jobName, id)) {
			if (isOutcome(line)) journals.lines++;
			if ('totals' in line) journals.withTotals++;
		}
	}
	const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: buckets.destination }));
	return {
		...{ killed, outputs, state, journals, size, sentTwice: sent.bytes - size, unfinishedUploads: Uploads.length },
		source: await digestsIn(sdk, buckets.source, 'from/'),
		destination: await digestsIn(sdk, buckets.destination, 'to/'),
	};
};
