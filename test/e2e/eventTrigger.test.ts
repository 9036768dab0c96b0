import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import rest from '../../sandbox/rest.cjs';
import { activeWorkflows } from '../support/activeWorkflows';
import { call, chain, credentialData, ended, major, s3, saveCredential, succeeded } from '../support/e2e';
import { makeTopic, queuesOf, s3Message } from '../support/events';
import { bucketName, makeBucket, sdk } from '../support/s3';
import { until } from '../support/until';

const sqs = queuesOf();

const url = process.env.TEST_N8N ?? '';

interface Saved {
	id: string;
	webhookId: string;
}

/** Saves a workflow that begins with the trigger and then fails if an object is called so, or gives on what it got. */
const save = async (parameters: object, credentials: object): Promise<Saved> => {
	const type = 'awsS3Api';
	const saved = await saveCredential(type, { ...credentialData, ...credentials });
	const webhookId = randomUUID();
	const nodes = [
		{
			...{ id: 't', name: 'Trigger', type: 'n8n-nodes-aws-s3.awsS3EventTrigger', typeVersion: 1, position: [0, 0] },
			...{ parameters, credentials: { awsS3Api: saved }, webhookId },
		},
		{
			...{ id: 'c', name: 'Code', type: 'n8n-nodes-base.code', typeVersion: 2, position: [200, 0] },
			parameters: {
				jsCode: "if ($input.first().json.key === 'bad.txt') throw new Error('This one fails'); return $input.all();",
			},
		},
	];
	const connections = { Trigger: { main: [[{ node: 'Code', type: 'main', index: 0 }]] } };
	const name = expect.getState().currentTestName;
	const settings = { executionOrder: 'v1' };
	const { id } = await call('POST', '/workflows', { name, nodes, connections, settings, tags: [], active: false });
	return { id, webhookId };
};

const n8n = activeWorkflows(call);
const activate = async ({ id }: Saved) => await n8n.activate(id);
const deactivate = async ({ id }: Saved) => await n8n.deactivate(id);

/** The executions of a workflow that have ended, oldest first. */
const executions = async ({ id }: Saved) => {
	const filter = encodeURIComponent(JSON.stringify({ workflowId: id }));
	const { results } = (await call('GET', `/executions?filter=${filter}&limit=100`)) as unknown as {
		results: Array<{ id: string; status: string }>;
	};
	return results.filter(({ status }) => ['success', 'error'].includes(status)).reverse();
};

const keysOf = async (workflow: Saved) => {
	const all = await Promise.all((await executions(workflow)).map(async ({ id }) => await ended(id)));
	return all.flatMap((ran) => ran.items('Trigger').map(({ json }) => json.key));
};

const start = async (queue: string, more: object = {}) => {
	const workflow = await save({ delivery: 'sqs', queue, ...more }, { sqsEndpoint: sqs.endpoint });
	await activate(workflow);
	return workflow;
};

test('a message starts the workflow, once, and is deleted', async () => {
	const bucket = bucketName();
	const queue = await sqs.makeQueue();
	const message = s3Message(bucket, 'a b+ü.txt');
	await sqs.send(queue, message);
	const workflow = await start(queue);
	await until(async () => (await executions(workflow)).length === 1);
	await sqs.send(queue, message);
	await sqs.send(queue, { Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket });
	await sqs.send(queue, s3Message(bucket, 'gone.txt', { eventName: 'ObjectRemoved:Delete' }));
	await until(async () => (await sqs.count(queue)) === 0);
	const [execution] = await executions(workflow);
	const ran = await ended(execution?.id ?? '');
	expect(ran.status).toBe('success');
	expect(ran.items('Code').map(({ json }) => json)).toEqual([
		{
			...{ event: 'created', eventName: 'ObjectCreated:Put', bucket, key: 'a b+ü.txt', size: 3, etag: 'abc' },
			...{ region: 'us-east-1', sequencer: expect.any(String), eventTime: expect.any(String) },
		},
	]);
	expect(await executions(workflow)).toHaveLength(1);
	await deactivate(workflow);
});

test('what comes while the workflow is not active waits, and starts it afterwards', async () => {
	const bucket = bucketName();
	const queue = await sqs.makeQueue();
	const workflow = await start(queue);
	await deactivate(workflow);
	await sqs.send(queue, s3Message(bucket, 'later.txt'));
	await activate(workflow);
	await until(async () => (await executions(workflow)).length === 1);
	expect(await keysOf(workflow)).toEqual(['later.txt']);
	await deactivate(workflow);
	expect(await sqs.count(queue)).toBe(0);
});

test('an execution that fails is an execution, unless it has to succeed: then the message stays', async () => {
	const bucket = bucketName();
	const [ends, succeeds] = [await sqs.makeQueue(), await sqs.makeQueue()];
	const one = await start(ends);
	const other = await start(succeeds, { options: { removeWhen: 'succeeded' } });
	for (const queue of [ends, succeeds]) await sqs.send(queue, s3Message(bucket, 'bad.txt'));
	await until(async () => (await executions(one)).length === 1 && (await executions(other)).length === 1);
	await until(async () => (await sqs.count(ends)) === 0);
	expect(await sqs.count(succeeds)).toBe(1);
	await deactivate(one);
	await deactivate(other);
});

test('a queue that is gone is reported, and the trigger goes on when it is back', async () => {
	const bucket = bucketName();
	const queue = await sqs.makeQueue();
	const workflow = await start(queue);
	await sqs.send(queue, s3Message(bucket, 'before.txt'));
	await until(async () => (await executions(workflow)).length === 1);
	await sqs.removeQueue(queue);
	if (major > 1) {
		await until(async () => (await executions(workflow)).length === 2);
		const [, failed] = await executions(workflow);
		expect((await ended(failed?.id ?? '')).error?.message).toBe('The queue does not exist');
	}
	await sqs.makeQueue(queue.split('/').at(-1));
	await sqs.send(queue, s3Message(bucket, 'after.txt'));
	await until(async () => (await keysOf(workflow)).includes('after.txt'));
	expect(await keysOf(workflow)).toEqual(['before.txt', 'after.txt']);
	await deactivate(workflow);
});

test('a message that is none of events is reported, and stays', async () => {
	const queue = await sqs.makeQueue();
	const workflow = await start(queue, { options: { maxTries: 1 } });
	await sqs.send(queue, 'hello');
	await sqs.send(queue, s3Message(bucketName(), 'good.txt'));
	await until(async () => (await keysOf(workflow)).includes('good.txt'));
	if (major > 1) {
		await until(async () => (await executions(workflow)).some(({ status }) => status === 'error'));
		const failed = (await executions(workflow)).find(({ status }) => status === 'error');
		expect((await ended(failed?.id ?? '')).error?.message).toMatch(/Could not handle a message in the queue/);
	}
	expect(await sqs.count(queue)).toBe(1);
	await deactivate(workflow);
});

test('a queue that does not exist is named when the workflow is activated', async () => {
	const workflow = await save({ delivery: 'sqs', queue: 'nowhere' }, { sqsEndpoint: sqs.endpoint });
	await expect(activate(workflow)).rejects.toThrow(/The queue does not exist/);
});

const post = async (workflow: Saved, body: object, headers: Record<string, string> = {}) =>
	await rest.answered(`${url}/webhook/${workflow.webhookId}/s3-events`, {
		method: 'POST',
		headers: { 'content-type': 'application/json', ...headers },
		body: JSON.stringify(body),
	});

test('a webhook takes events with the token, and nothing else', async () => {
	const bucket = bucketName();
	const workflow = await save({ delivery: 'webhook', sender: 'token', token: 'secret' }, {});
	await activate(workflow);
	const message = s3Message(bucket, 'new.txt');
	const answers = [
		await post(workflow, message),
		await post(workflow, message, { authorization: 'Bearer wrong' }),
		await post(workflow, { hello: 'world' }, { authorization: 'Bearer secret' }),
		await post(workflow, message, { authorization: 'Bearer secret' }),
		await post(workflow, message, { authorization: 'secret' }),
		// As Ceph 16 calls its JSON.
		await post(workflow, s3Message(bucket, 'form.txt'), {
			authorization: 'secret',
			'content-type': 'application/x-www-form-urlencoded',
		}),
	];
	expect(answers.map(({ status }) => status)).toEqual([403, 403, 400, 200, 200, 200]);
	const texts = await Promise.all(answers.slice(3).map(async (one) => await one.json()));
	expect(texts).toEqual([{ message: 'Started' }, { message: 'Nothing to do' }, { message: 'Started' }]);
	await until(async () => (await executions(workflow)).length === 2);
	expect((await keysOf(workflow)).sort()).toEqual(['form.txt', 'new.txt']);
	await deactivate(workflow);
	expect((await post(workflow, message, { authorization: 'Bearer secret' })).status).toBe(404);
});

test('a webhook for SNS takes no message without a signature of SNS', async () => {
	const workflow = await save({ delivery: 'webhook', topicArn: 'arn:aws:sns:us-east-1:111122223333:topic' }, {});
	await activate(workflow);
	const message = {
		...{ Type: 'Notification', MessageId: '1', TopicArn: 'arn:aws:sns:us-east-1:111122223333:topic' },
		...{ Message: JSON.stringify(s3Message('b', 'k')), Timestamp: new Date().toISOString(), SignatureVersion: '2' },
		...{ Signature: 'AAAA', SigningCertURL: `${url}/cert.pem` },
	};
	expect((await post(workflow, message)).status).toBe(403);
	expect(await executions(workflow)).toEqual([]);
	await deactivate(workflow);
});

test('a node with a queue has no webhook', async () => {
	const queue = await sqs.makeQueue();
	const workflow = await start(queue);
	expect((await post(workflow, s3Message('b', 'k'))).status).toBe(404);
	await deactivate(workflow);
});

test('a test in the editor shows the first message, and leaves it in the queue', async () => {
	const queue = await sqs.makeQueue();
	await sqs.send(queue, s3Message(bucketName(), 'first.txt'));
	const workflow = await save({ delivery: 'sqs', queue }, { sqsEndpoint: sqs.endpoint });
	const whole = await call('GET', `/workflows/${workflow.id}`);
	const { executionId } = await call('POST', `/workflows/${workflow.id}/run`, {
		workflowData: whole,
		triggerToStartFrom: { name: 'Trigger' },
	});
	const ran = await ended(String(executionId));
	expect(ran.items('Trigger').map(({ json }) => json.key)).toEqual(['first.txt']);
	expect(await sqs.count(queue)).toBe(1);
});

test('Ceph posts its own events, after bucketSetting.setNotification has told it to', async () => {
	const workflow = await save(
		{ delivery: 'webhook', sender: 'token', token: 'token-of-Ceph', events: ['created', 'deleted'] },
		{},
	);
	await activate(workflow);
	const topic = bucketName();
	const targetArn = await makeTopic(topic, `${url}/webhook/${workflow.webhookId}/s3-events`, 'token-of-Ceph');
	const bucket = await makeBucket();
	const set = { bucket, change: 'set', sendTo: 'topic', targetArn, events: ['created', 'deleted'], entryId: topic };
	succeeded(await chain(s3('Set', 'bucketSetting.setNotification', set)));
	const key = 'a b+c&d%20ü.txt';
	const { VersionId } = await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'abc' }));
	await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, VersionId }));
	await until(async () => (await executions(workflow)).length === 2);
	expect((await keysOf(workflow)).sort()).toEqual([key, key]);
	await deactivate(workflow);
});
