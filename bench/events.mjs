// Takes many events out of a queue, with duplicates and out of order, while the process that takes them is killed; then
// measures how fast one event comes, and what waiting costs. `node bench/events.mjs [fauxqs|moto] [events]`
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CreateQueueCommand,
	GetQueueAttributesCommand,
	SQSClient,
	SendMessageBatchCommand,
	SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;
const [kind = 'fauxqs', count = '10000'] = process.argv.slice(2);
const total = Number(count);
const folder = mkdtempSync(join(tmpdir(), 'events-'));
const done = join(folder, 'done');

/** What n8n's part of the trigger does, with a file in the place of executions. */
const worker = async () => {
	const contents = `
		import { appendFileSync } from 'node:fs';
		import { setTimeout as sleep } from 'node:timers/promises';
		import { messageHandler } from './nodes/AwsS3/s3/events/handleMessages';
		import { startQueueLoop } from './nodes/AwsS3/s3/events/queueLoop';
		import { queueOf } from './nodes/AwsS3/s3/events/queue';
		import { seenEvents } from './nodes/AwsS3/s3/events/seenEvents';
		import { connectToQueue } from './nodes/AwsS3/s3/events/sqs';
		const { connection, url, done } = JSON.parse(process.argv[2]);
		const queue = queueOf(url, connection);
		const run = async (events) => {
			await sleep(5);
			for (const { key } of events) appendFileSync(done, key + ' ' + Date.now() + '\\n');
			return true;
		};
		const receiver = { select: async (events) => events, run, onPoison: console.error, removeWhen: 'ended', maxTries: 3 };
		const stop = new AbortController();
		await startQueueLoop({
			...{ handle: messageHandler(receiver, seenEvents()), maxExecutions: 20, messagesPerExecution: 1, failsAtStart: true, signal: stop.signal },
			connect: async () => await connectToQueue(connection, queue, stop.signal),
			onFault: console.error,
		});
		const start = process.cpuUsage();
		process.on('message', () => process.send({ ...process.cpuUsage(start), rss: process.memoryUsage.rss() }));
	`;
	const outfile = join(folder, 'worker.mjs');
	const banner = { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" };
	await build({
		stdin: { contents, resolveDir: root, loader: 'ts' },
		outfile,
		bundle: true,
		platform: 'node',
		format: 'esm',
		banner,
	});
	return outfile;
};

const lines = () => (existsSync(done) ? readFileSync(done, 'utf8').split('\n').filter(Boolean) : []);

const until = async (isSo, limit = 600_000) => {
	for (const since = Date.now(); !(await isSo()); await sleep(100))
		if (Date.now() - since > limit) throw new Error('This takes too long');
};

const shuffled = (list) => {
	// The same order in each run.
	let seed = 42;
	const random = () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
	return list
		.map((value) => [random(), value])
		.sort(([one], [other]) => one - other)
		.map(([, value]) => value);
};

const message = (key, sequencer) =>
	JSON.stringify({
		Records: [
			{
				...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventName: 'ObjectCreated:Put' },
				eventTime: new Date().toISOString(),
				s3: {
					bucket: { name: 'b' },
					object: { key, size: 3, eTag: 'abc', sequencer: sequencer.toString(16).padStart(16, '0') },
				},
			},
		],
	});

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

const { start } = await import(`../sandbox/servers/${kind}.mjs`);
const server = await start({ folder });
const { endpoint, region, accessKeyId, secretAccessKey } = server;
const children = [];
process.once('exit', () => {
	for (const child of children) child.kill('SIGKILL');
	rmSync(folder, { recursive: true, force: true });
});
try {
	const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
	const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }));
	const url = `${endpoint}${new URL(QueueUrl).pathname}`;
	const left = async () => {
		const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
		const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
		return AttributeNames.reduce((sum, name) => sum + Number(Attributes[name]), 0);
	};

	const keys = Array.from({ length: total }, (_, index) => [`k${index}`, index + 1]);
	const duplicates = keys.filter((_, index) => index % 20 === 0);
	const sent = shuffled([...keys, ...duplicates]);
	for (let from = 0; from < sent.length; from += 10) {
		const Entries = sent
			.slice(from, from + 10)
			.map(([key, sequencer], index) => ({ Id: String(index), MessageBody: message(key, sequencer) }));
		await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
	}
	console.log(`${kind}: ${sent.length} messages of ${total} events are in the queue`);

	const file = await worker();
	const connection = { accessKeyId, secretAccessKey, region, endpoint };
	const startWorker = () => {
		const child = spawn(process.execPath, [file, JSON.stringify({ connection, url, done })], {
			stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
		});
		children.push(child);
		return child;
	};
	const since = Date.now();
	const first = startWorker();
	await until(() => lines().length >= total / 3);
	first.kill('SIGKILL');
	console.log(`killed after ${lines().length} executions`);
	const second = startWorker();
	await until(async () => (await left()) === 0);
	const executed = lines().map((line) => line.split(' ')[0]);
	const distinct = new Set(executed);
	const seconds = (Date.now() - since) / 1000;
	console.log(
		`${executed.length} executions in ${seconds.toFixed(0)} s: ${total - distinct.size} lost, ${executed.length - distinct.size} repeated`,
	);
	if (distinct.size !== total) process.exitCode = 1;

	const delays = [];
	for (let index = 0; index < 100; index++) {
		const before = lines().length;
		const at = Date.now();
		await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: message(`late${index}`, total + index + 1) }));
		await until(() => lines().length > before);
		delays.push(Number(lines().at(-1).split(' ')[1]) - at);
	}
	delays.sort((one, other) => one - other);
	console.log(
		`from the message to the execution: median ${quantile(delays, 0.5)} ms, p99 ${quantile(delays, 0.99)} ms`,
	);

	const usage = async () => {
		second.send('usage');
		const [answer] = await once(second, 'message');
		return answer;
	};
	const before = await usage();
	await sleep(60_000);
	const after = await usage();
	const ms = (after.user + after.system - before.user - before.system) / 1000;
	console.log(
		`a minute of waiting: ${ms.toFixed(0)} ms of CPU, ${(after.rss / 1024 ** 2).toFixed(0)} MiB; 180 requests an hour`,
	);
} finally {
	for (const child of children) child.kill('SIGKILL');
	await server.stop();
}
