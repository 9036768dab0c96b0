// Both triggers in n8n's queue mode: the main process listens and polls, a worker executes, and is killed in the middle.
// Needs the Debian package redis-server. `node bench/queueMode.mjs [events]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as n8n from '../sandbox/n8n.mjs';
import { freePort } from '../sandbox/ports.mjs';
import * as program from '../sandbox/program.mjs';
import * as rest from '../sandbox/rest.cjs';
import * as moto from '../sandbox/servers/moto.mjs';
import { activate, executionsOf, until } from './activeTrigger.mjs';

const total = Number(process.argv[2] ?? 60);
const folder = mkdtempSync(join(tmpdir(), 'queue-mode-'));
const userFolder = join(folder, 'n8n');
const ends = [() => rmSync(folder, { recursive: true, force: true })];

const redisPort = await freePort();
const redis = program.start('redis-server', ['--port', String(redisPort), '--save', '', '--dir', folder], {
	stdio: 'ignore',
});
ends.push(async () => await program.stop(redis));

const queueMode = {
	EXECUTIONS_MODE: 'queue',
	QUEUE_BULL_REDIS_HOST: '127.0.0.1',
	QUEUE_BULL_REDIS_PORT: String(redisPort),
	N8N_ENCRYPTION_KEY: 'of-a-bench',
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	// A killed worker is noticed sooner than after two minutes.
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
};

const startWorker = async () => {
	const { PATH, HOME } = process.env;
	const env = {
		PATH,
		HOME,
		...queueMode,
		N8N_USER_FOLDER: userFolder,
		N8N_RUNNERS_BROKER_PORT: String(await freePort()),
	};
	const options = { cwd: userFolder, env, stdio: ['ignore', 'pipe', 'inherit'] };
	const child = program.start(n8n.nodeFor(), [n8n.beside('n8n', 'bin', 'n8n'), 'worker'], options);
	await new Promise((ready, failed) => {
		child.stdout.on('data', (chunk) => String(chunk).includes('n8n worker is now ready') && ready());
		child.once('exit', () => failed(new Error('The worker ended before it was ready')));
	});
	return child;
};

const report = async (call, title, workflow, keys) => {
	const statuses = {};
	const ran = [];
	for (const { id, status } of await executionsOf(call, workflow)) {
		statuses[status] = (statuses[status] ?? 0) + 1;
		if (status !== 'success') continue;
		const { items } = await rest.ended(call, id);
		ran.push(...items('Trigger').map(({ json }) => json.key));
	}
	const distinct = new Set(ran);
	const lost = keys.filter((key) => !distinct.has(key)).length;
	console.log(
		`${title}: ${keys.length} events, ${JSON.stringify(statuses)} executions, ${lost} without a successful one, ${ran.length - distinct.size} repeated`,
	);
	if (lost > 0) process.exitCode = 1;
};

try {
	await n8n.addNodes(userFolder, await n8n.pack(folder));
	const main = await n8n.start({ userFolder, more: queueMode });
	ends.push(main.stop);
	const call = await rest.signIn(main.url);
	let worker = await startWorker();
	ends.push(async () => await program.stop(worker, 'SIGTERM'));

	const server = await moto.start({ folder: mkdtempSync(join(tmpdir(), 'moto-')) });
	ends.push(server.stop);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const settings = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
	const s3 = new S3Client({ ...settings, forcePathStyle: true });
	const sqs = new SQSClient(settings);
	await s3.send(new CreateBucketCommand({ Bucket: 'events' }));
	const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'events' }));

	const data = { region, accessKeyId, secretAccessKey, endpoint };
	const queueParameters = { delivery: 'sqs', queue: QueueUrl, options: { removeWhen: 'succeeded' } };
	const queued = await activate(call, 'queue', 'awsS3EventTrigger', queueParameters, data);
	const pollTimes = { item: [{ mode: 'everyMinute' }] };
	const polled = await activate(call, 'poll', 'awsS3Trigger', { bucket: 'events', pollTimes }, data);

	const keys = Array.from({ length: total }, (_, index) => `k${index}`);
	const message = (key) => ({
		Records: [
			{
				...{ eventName: 'ObjectCreated:Put', eventTime: new Date().toISOString(), awsRegion: region },
				s3: { bucket: { name: 'events' }, object: { key, size: 1, eTag: 'e' } },
			},
		],
	});
	const sendAll = async () => {
		for (const key of keys) {
			await s3.send(new PutObjectCommand({ Bucket: 'events', Key: key, Body: 'x' }));
			await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(message(key)) }));
		}
	};
	const sending = sendAll();
	await until(async () => (await executionsOf(call, queued)).length > total / 3);
	await program.stop(worker);
	worker = await startWorker();
	await sending;

	const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'];
	const isEmpty = async () => {
		const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }));
		return Object.values(Attributes).every((count) => count === '0');
	};
	const isIdle = async (workflow) => {
		const all = await executionsOf(call, workflow);
		return all.length > 0 && all.every(({ status }) => status !== 'running' && status !== 'new');
	};
	await until(async () => (await isEmpty()) && (await isIdle(queued)) && (await isIdle(polled)));
	await report(call, 'Queue', queued, keys);
	await report(call, 'Polling', polled, keys);
} finally {
	for (const end of ends.reverse()) await end();
}
