// Events of real servers in a real n8n: from a PUT to MinIO to the execution by webhook, from a PUT to moto to the execution by
// its queue, and many events of MinIO, and many messages of a queue, while n8n is killed and started again.
// `node bench/eventsInN8n.mjs [events]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CreateBucketCommand,
	PutBucketNotificationConfigurationCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient, SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import * as n8n from '../sandbox/n8n.mjs';
import * as rest from '../sandbox/rest.cjs';
import * as minio from '../sandbox/servers/minio.mjs';
import * as moto from '../sandbox/servers/moto.mjs';
import { activate, executionsOf, until } from './activeTrigger.mjs';

const total = Number(process.argv[2] ?? 500);
const folder = mkdtempSync(join(tmpdir(), 'events-in-n8n-'));
const running = [];
const keep = (one) => {
	running.push(one);
	return one;
};

const quantile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];

const clientsOf = ({ endpoint, region, accessKeyId, secretAccessKey }) => {
	const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
	return { s3: new S3Client({ ...settings, forcePathStyle: true }), sqs: new SQSClient(settings) };
};

const userFolder = join(folder, 'n8n');
await n8n.addNodes(userFolder, await n8n.pack(folder));
let instance = await n8n.start({ userFolder });
let call = await rest.signIn(instance.url);

const latency = async (title, workflow, s3) => {
	const delays = [];
	for (let index = 0; index < 100; index++) {
		const at = Date.now();
		await s3.send(new PutObjectCommand({ Bucket: 'events', Key: `in/${index} ü+.txt`, Body: 'abc' }));
		let newest;
		await until(async () => {
			const all = await executionsOf(call, workflow);
			newest = all[0];
			return all.length === index + 1;
		});
		delays.push(new Date(newest.startedAt).getTime() - at);
	}
	delays.sort((one, other) => one - other);
	if (delays.length < 100) throw new Error('Some are missing');
	console.log(`${title}: from PUT to execution, median ${quantile(delays, 0.5)} ms, p99 ${quantile(delays, 0.99)} ms`);
	const [last] = await executionsOf(call, workflow);
	const ran = await rest.ended(call, last.id);
	console.log(JSON.stringify(ran.items('Trigger')[0]?.json));
};

const restart = async () => {
	process.kill(instance.pid, 'SIGKILL');
	await sleep(1000);
	instance = await n8n.start({ userFolder, port: Number(new URL(instance.url).port) });
	call = await rest.signIn(instance.url);
};

/** The keys with which a workflow has run to its end, and how many executions were killed. */
const outcomeOf = async (workflow) => {
	const all = await executionsOf(call, workflow);
	const keys = [];
	for (const { id } of all.filter(({ status }) => status === 'success')) {
		const ran = await rest.ended(call, id);
		keys.push(...ran.items('Trigger').map(({ json }) => json.key));
	}
	return { keys, count: all.length, killed: all.filter(({ status }) => status !== 'success').length };
};

/** Many objects, whose events MinIO keeps in a folder until n8n takes them, while n8n is killed and started again. */
const killWithWebhook = async (workflow, s3) => {
	const before = (await executionsOf(call, workflow)).length;
	const keys = Array.from({ length: total }, (_, index) => `many/${index}`);
	const since = Date.now();
	const left = [...keys];
	const put = async () => {
		for (let Key = left.pop(); Key; Key = left.pop())
			await s3.send(new PutObjectCommand({ Bucket: 'events', Key, Body: 'abc' }));
	};
	const puts = Promise.all([put(), put(), put(), put()]);
	await until(async () => (await executionsOf(call, workflow)).length - before > total / 3);
	await restart();
	await puts;
	const sent = keys.length;
	let last = { count: -1, at: Date.now() };
	// MinIO tries again every few seconds.
	await until(async () => {
		const { length: count } = await executionsOf(call, workflow);
		if (count > last.count) last = { count, at: Date.now() };
		return Date.now() - last.at > 30_000;
	});
	const seconds = Math.round((last.at - since) / 1000);
	const outcome = await outcomeOf(workflow);
	const ran = outcome.keys.filter((key) => key.startsWith('many/'));
	const missing = sent - new Set(ran).size;
	console.log(
		`MinIO, webhook: ${sent} objects, n8n killed once: ${outcome.count - before} executions in ${seconds} s, of which ${outcome.killed} were killed; ${Math.max(0, missing - outcome.killed)} events lost, ${ran.length - new Set(ran).size} repeated`,
	);
	if (missing > outcome.killed) process.exitCode = 1;
};

try {
	const byWebhook = await activate(
		call,
		'MinIO',
		'awsS3EventTrigger',
		{ delivery: 'webhook', sender: 'token', token: 'secret' },
		{
			...{ region: 'us-east-1', accessKeyId: 'owner', secretAccessKey: 'owner-secret', endpoint: 'http://127.0.0.1:9' },
		},
	);
	const hook = {
		MINIO_NOTIFY_WEBHOOK_ENABLE_N8N: 'on',
		MINIO_NOTIFY_WEBHOOK_ENDPOINT_N8N: `${instance.url}/webhook/${byWebhook.webhookId}/s3-events`,
		MINIO_NOTIFY_WEBHOOK_AUTH_TOKEN_N8N: 'secret',
		MINIO_NOTIFY_WEBHOOK_QUEUE_DIR_N8N: join(folder, 'minio-events'),
	};
	const ofMinio = clientsOf(keep(await minio.start({ folder: join(folder, 'minio'), more: hook })));
	await ofMinio.s3.send(new CreateBucketCommand({ Bucket: 'events' }));
	const NotificationConfiguration = {
		QueueConfigurations: [{ QueueArn: 'arn:minio:sqs:us-east-1:N8N:webhook', Events: ['s3:ObjectCreated:*'] }],
	};
	await ofMinio.s3.send(new PutBucketNotificationConfigurationCommand({ Bucket: 'events', NotificationConfiguration }));
	await latency('MinIO, webhook', byWebhook, ofMinio.s3);
	await killWithWebhook(byWebhook, ofMinio.s3);

	const server = keep(await moto.start({ folder: mkdtempSync(join(tmpdir(), 'moto-')) }));
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const { s3, sqs } = clientsOf(server);
	const makeQueue = async (QueueName) => {
		const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName }));
		const AttributeNames = ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
		const ask = async () => (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
		const left = async () => {
			const { ApproximateNumberOfMessages: shown, ApproximateNumberOfMessagesNotVisible: hidden } = await ask();
			return Number(shown) + Number(hidden);
		};
		return { QueueUrl, left, arn: (await ask()).QueueArn };
	};
	const connection = { region, accessKeyId, secretAccessKey, endpoint };
	const queue = await makeQueue('latency');
	await s3.send(new CreateBucketCommand({ Bucket: 'events' }));
	const toQueue = { QueueConfigurations: [{ QueueArn: queue.arn, Events: ['s3:ObjectCreated:*'] }] };
	await s3.send(
		new PutBucketNotificationConfigurationCommand({ Bucket: 'events', NotificationConfiguration: toQueue }),
	);
	const byQueue = await activate(
		call,
		'moto',
		'awsS3EventTrigger',
		{ delivery: 'sqs', queue: queue.QueueUrl },
		connection,
	);
	await latency('moto, queue', byQueue, s3);

	const many = await makeQueue('many');
	const keys = Array.from({ length: total }, (_, index) => `k${index}`);
	const sent = [...keys, ...keys.filter((_, index) => index % 20 === 0)].sort(() => Math.random() - 0.5);
	const message = (key) =>
		JSON.stringify({
			Records: [
				{
					...{ eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString(), awsRegion: 'us-east-1' },
					s3: { bucket: { name: 'b' }, object: { key, size: 1, eTag: 'e', sequencer: key.slice(1).padStart(8, '0') } },
				},
			],
		});
	for (let from = 0; from < sent.length; from += 10) {
		const Entries = sent.slice(from, from + 10).map((key, index) => ({ Id: String(index), MessageBody: message(key) }));
		await sqs.send(new SendMessageBatchCommand({ QueueUrl: many.QueueUrl, Entries }));
	}
	const since = Date.now();
	const workflow = await activate(
		call,
		'many',
		'awsS3EventTrigger',
		{ delivery: 'sqs', queue: many.QueueUrl },
		connection,
	);
	await until(async () => (await executionsOf(call, workflow)).length > total / 3);
	await restart();
	await until(async () => (await many.left()) === 0);
	const seconds = Math.round((Date.now() - since) / 1000);
	const { keys: succeeded, count, killed } = await outcomeOf(workflow);
	const distinct = new Set(succeeded);
	console.log(
		`${sent.length} messages of ${total} events, n8n killed once: ${count} executions in ${seconds} s, of which ${killed} were killed; ${total - distinct.size} events lost, ${succeeded.length - distinct.size} repeated`,
	);
	if (distinct.size !== total) process.exitCode = 1;
} finally {
	await instance.stop();
	for (const one of running) await one.stop();
	rmSync(folder, { recursive: true, force: true });
}
