// The triggers in a real n8n: `node bench/triggers.mjs [delays] [idle] [mains]`, all three without a word.
// delays: from a PUT to the execution, by webhook (MinIO), by queue and by polling every minute (moto).
// idle: the CPU of n8n and the requests of each way while nothing happens.
// mains: two n8n with one database and the same active workflows, as for a moment while one replaces the other.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, request as requestTo } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CreateBucketCommand,
	PutBucketNotificationConfigurationCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as n8n from '../sandbox/n8n.mjs';
import * as rest from '../sandbox/rest.cjs';
import * as minio from '../sandbox/servers/minio.mjs';
import * as moto from '../sandbox/servers/moto.mjs';
import { activate, executionsOf, until } from './activeTrigger.mjs';

const words = process.argv.slice(2);
const isWanted = (part) => words.length === 0 || words.includes(part);
const folder = mkdtempSync(join(tmpdir(), 'triggers-'));
const ends = [];

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

const clientsOf = ({ endpoint, region, accessKeyId, secretAccessKey }) => {
	const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
	return { s3: new S3Client({ ...settings, forcePathStyle: true }), sqs: new SQSClient(settings) };
};

/** Stands before a server and counts what n8n asks it for. */
const counting = async (endpoint) => {
	let count = 0;
	const server = createServer((from, to) => {
		count++;
		const { method, url: path, headers } = from;
		const { hostname, port } = new URL(endpoint);
		const passed = requestTo({ hostname, port, method, path, headers }, (answer) => {
			to.writeHead(answer.statusCode, answer.headers);
			answer.pipe(to);
		});
		passed.on('error', () => to.destroy());
		from.pipe(passed);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	ends.push(async () => server.closeAllConnections() ?? server.close());
	return { endpoint: `http://127.0.0.1:${server.address().port}`, count: () => count };
};

const userFolder = join(folder, 'n8n');
await n8n.addNodes(userFolder, await n8n.pack(folder));
const startN8n = async () => {
	const instance = await n8n.start({ userFolder });
	const call = await rest.signIn(instance.url);
	ends.push(instance.stop);
	return { ...instance, call };
};

const everyMinute = { item: [{ mode: 'everyMinute' }] };

/** The keys of all executions of a workflow, each with its beginning. */
const reported = async (call, workflow) => {
	const all = await executionsOf(call, workflow);
	const each = await Promise.all(
		all.map(async ({ id, startedAt }) => {
			const ran = await rest.ended(call, id);
			return ran.items('Trigger').map(({ json }) => ({ key: json.key, at: new Date(startedAt).getTime() }));
		}),
	);
	return each.flat();
};

const puts = 120;

/** PUTs with so many milliseconds between them, and when the execution of each one began. */
const measureDelays = async (title, call, workflow, s3, pause) => {
	const since = new Map();
	for (let index = 0; index < puts; index++) {
		const Key = `in/${index} ü+.txt`;
		since.set(Key, Date.now());
		await s3.send(new PutObjectCommand({ Bucket: 'events', Key, Body: 'abc' }));
		await sleep(pause);
	}
	await until(async () => (await executionsOf(call, workflow)).length >= puts);
	const found = await reported(call, workflow);
	if (new Set(found.map(({ key }) => key)).size < puts) throw new Error('Some are missing');
	const delays = found.map(({ key, at }) => at - since.get(key)).sort((one, other) => one - other);
	const [median, p99] = [0.5, 0.99].map((part) => `${(quantile(delays, part) / 1000).toFixed(2)} s`);
	console.log(`${title}: ${puts} PUTs, ${found.length} events, from PUT to execution median ${median}, p99 ${p99}`);
};

/** Milliseconds of CPU that a process has used; a tick of Linux is 10 of them. */
const cpuOf = ({ pid }) => {
	const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return (Number(fields[11]) + Number(fields[12])) * 10;
};

const idleMinutes = 3;

const measureIdle = async (title, instance, proxies) => {
	// What starting n8n, and activating a workflow, costs is over then.
	await sleep(30_000);
	const requests = () => proxies.reduce((sum, proxy) => sum + proxy.count(), 0);
	const before = { cpu: cpuOf(instance), requests: requests() };
	await sleep(idleMinutes * 60_000);
	const cpu = (cpuOf(instance) - before.cpu) / idleMinutes;
	const hourly = ((requests() - before.requests) * 60) / idleMinutes;
	console.log(`${title}: ${cpu.toFixed(0)} ms of CPU a minute, ${hourly} requests an hour`);
};

const queueOf = async ({ s3, sqs }, QueueName, Bucket) => {
	const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
	const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
	const QueueConfigurations = [{ QueueArn: Attributes.QueueArn, Events: ['s3:ObjectCreated:*'] }];
	const NotificationConfiguration = { QueueConfigurations };
	await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
	return QueueName;
};

const startMoto = async () => {
	const server = await moto.start({ folder: mkdtempSync(join(folder, 'moto-')) });
	ends.push(server.stop);
	const proxy = await counting(server.endpoint);
	const { region, accessKeyId, secretAccessKey } = server;
	const data = { region, accessKeyId, secretAccessKey, endpoint: proxy.endpoint };
	return { proxy, data, clients: clientsOf(server) };
};

const startMinio = async (instance, { webhookId }) => {
	const more = {
		MINIO_NOTIFY_WEBHOOK_ENABLE_N8N: 'on',
		MINIO_NOTIFY_WEBHOOK_ENDPOINT_N8N: `${instance.url}/webhook/${webhookId}/s3-events`,
		MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_N8N: 'secret',
	};
	const server = await minio.start({ folder: mkdtempSync(join(folder, 'minio-')), more });
	ends.push(server.stop);
	const { s3 } = clientsOf(server);
	await s3.send(new CreateBucketCommand({ Bucket: 'events' }));
	const QueueConfigurations = [{ QueueArn: 'arn:minio:sqs:us-east-1:N8N:webhook', Events: ['s3:ObjectCreated:*'] }];
	const NotificationConfiguration = { QueueConfigurations };
	await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'events', NotificationConfiguration }));
	return s3;
};

const nowhere = {
	region: 'us-east-1',
	accessKeyId: 'owner',
	secretAccessKey: 'owner-secret',
	endpoint: 'http://127.0.0.1:9',
};
const webhook = { delivery: 'webhook', sender: 'token', token: 'secret' };
const polling = { bucket: 'events', pollTimes: everyMinute };

const delaysAndIdle = async () => {
	const instance = await startN8n();
	const { call } = instance;
	const deactivate = async ({ id }) => await call('POST', `/workflows/${id}/deactivate`);
	if (isWanted('idle')) await measureIdle('no active workflow', instance, []);

	const byWebhook = await activate(call, 'webhook', 'awsS3EventTrigger', webhook, nowhere);
	if (isWanted('idle')) await measureIdle('webhook', instance, []);
	if (isWanted('delays')) {
		const s3 = await startMinio(instance, byWebhook);
		await measureDelays('webhook, MinIO', call, byWebhook, s3, 500);
	}
	await deactivate(byWebhook);

	const { proxy, data, clients } = await startMoto();
	await clients.s3.send(new CreateBucketCommand({ Bucket: 'events' }));
	const queue = await queueOf(clients, 'events', 'events');
	const byQueue = await activate(call, 'queue', 'awsS3EventTrigger', { delivery: 'sqs', queue }, data);
	if (isWanted('idle')) await measureIdle('queue', instance, [proxy]);
	if (isWanted('delays')) await measureDelays('queue, moto', call, byQueue, clients.s3, 500);
	await deactivate(byQueue);
	// A request that waits for messages ends after 20 seconds at the latest.
	await sleep(20_000);

	// The same keys as those of the queue: each of them is another object.
	await clients.s3.send(new CreateBucketCommand({ Bucket: 'thousand' }));
	for (let index = 0; index < 1000; index++)
		await clients.s3.send(new PutObjectCommand({ Bucket: 'thousand', Key: `k${index}`, Body: 'x' }));
	if (isWanted('idle')) {
		const byPolling = await activate(call, 'poll', 'awsS3Trigger', { ...polling, bucket: 'thousand' }, data);
		await measureIdle('polling 1,000 objects every minute', instance, [proxy]);
		await deactivate(byPolling);
	}
	if (isWanted('delays')) {
		const parameters = {
			...polling,
			executions: 'each',
			events: ['created', 'modified'],
			options: { modifiedMeans: 'anyWrite' },
		};
		const byPolling = await activate(call, 'poll each', 'awsS3Trigger', parameters, data);
		await measureDelays('polling every minute, moto', call, byPolling, clients.s3, 1500);
		await deactivate(byPolling);
	}
	await instance.stop();
};

const summary = (title, keys, found) => {
	const distinct = new Set(found);
	const lost = keys.filter((key) => !distinct.has(key)).length;
	console.log(`${title}: ${keys.length} objects, ${lost} lost, ${found.length - distinct.size} repeated`);
	if (lost > 0) process.exitCode = 1;
};

/** Two n8n side by side for three minutes, objects all the time, then the older one ends. */
const mains = async () => {
	const { data, clients } = await startMoto();
	const first = await startN8n();
	const buckets = ['events', 'states', 'queued'];
	for (const Bucket of buckets) await clients.s3.send(new CreateBucketCommand({ Bucket }));
	const queue = await queueOf(clients, 'queue', 'queued');
	const watch = async (bucket, options) =>
		await activate(first.call, `poll ${bucket}`, 'awsS3Trigger', { ...polling, bucket, options }, data);
	const workflows = {
		events: await watch('events', {}),
		// Its state is an object from the first key on.
		states: await watch('states', { maxInline: 1 }),
		queued: await activate(first.call, 'queue', 'awsS3EventTrigger', { delivery: 'sqs', queue }, data),
	};
	const keys = [];
	const write = async (phase, seconds) => {
		for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(3000)) {
			const Key = `${phase}-${keys.length}`;
			keys.push(Key);
			for (const Bucket of buckets) await clients.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
		}
	};
	await write('one', 70);
	const second = await startN8n();
	await write('both', 130);
	await first.stop();
	await write('other', 70);
	const { call } = second;
	for (const [bucket, workflow] of Object.entries(workflows)) {
		let found = [];
		await until(async () => {
			found = (await reported(call, workflow)).map(({ key }) => key);
			return keys.every((key) => found.includes(key));
		}, 120_000).catch(() => undefined);
		for (const phase of ['one', 'both', 'other']) {
			const isOf = (key) => key.startsWith(`${phase}-`);
			summary(`${bucket}, ${phase}`, keys.filter(isOf), found.filter(isOf));
		}
	}
	await second.stop();
};

try {
	if (isWanted('delays') || isWanted('idle')) await delaysAndIdle();
	if (isWanted('mains')) await mains();
} finally {
	for (const end of ends.toReversed()) await end();
	rmSync(folder, { recursive: true, force: true });
}
