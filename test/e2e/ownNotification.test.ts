import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { removalDelay } from '../../nodes/AwsS3/core/eventTrigger/ownNotification';
import rest from '../../sandbox/rest.cjs';
import { activeWorkflows } from '../support/activeWorkflows';
import { call, credentialData, saveCredential } from '../support/e2e';
import { currentNotification, makeTopic, queuesOf, s3Message } from '../support/events';
import { listen } from '../support/listen';
import { ownN8n, restartTimeout } from '../support/restartedN8n';
import { bucketName, makeBucket, sdk } from '../support/s3';
import { until } from '../support/until';

const n8n = activeWorkflows(call);
const url = process.env.TEST_N8N ?? '';

/** A workflow that begins with the trigger. */
const workflowOf = (parameters: object, credential: object, webhookId = randomUUID()) => ({
	name: expect.getState().currentTestName,
	nodes: [
		{
			...{ id: randomUUID(), name: 'Trigger', type: 'n8n-nodes-aws-s3.awsS3EventTrigger', typeVersion: 1 },
			...{ position: [0, 0], parameters, webhookId, credentials: { awsS3Api: credential } },
		},
		{
			...{ id: randomUUID(), name: 'End', type: 'n8n-nodes-base.noOp', typeVersion: 1 },
			...{ position: [200, 0], parameters: {} },
		},
	],
	connections: { Trigger: { main: [[{ node: 'End', type: 'main', index: 0 }]] } },
});

const theirs =
	'<QueueConfiguration><Id>theirs</Id><Queue>arn:aws:sqs:us-east-1:1:q</Queue><Event>s3:ObjectRemoved:*</Event></QueueConfiguration>';

/** A server that has only the notifications of one bucket, and one of somebody else in it. */
const notificationServer = async () => {
	let stored = `<NotificationConfiguration>${theirs}</NotificationConfiguration>`;
	const server = createServer((request, answer) => {
		let body = '';
		request.on('data', (chunk) => (body += chunk));
		request.on('end', () => {
			const isNotification = request.url?.includes('notification');
			if (isNotification && request.method === 'PUT') stored = body;
			answer.setHeader('content-type', 'application/xml');
			answer.statusCode = isNotification ? 200 : 404;
			answer.end(request.method === 'GET' && isNotification ? stored : '');
		});
	});
	const own = () => {
		const ids = [...stored.matchAll(/<Id>([^<]*)</g)].map(([, id]) => id);
		expect(ids).toContain('theirs');
		return ids.filter((id) => id !== 'theirs');
	};
	return { endpoint: `http://${await listen(server)}`, own, stored: () => stored };
};

test(
	'a queue: the entry comes with activation, survives the end of n8n, and goes after deactivation',
	async () => {
		const sqs = queuesOf();
		const queue = bucketName();
		const queueUrl = await sqs.makeQueue(queue);
		const bucket = bucketName();
		const s3 = await notificationServer();
		const begin = await ownN8n();
		let { own, kill, stop, workflows } = await begin();
		try {
			const data = { ...credentialData, endpoint: s3.endpoint, sqsEndpoint: sqs.endpoint };
			const credential = await rest.saveCredential(own, 'awsS3Api', 'awsS3Api', data);
			const options = { setNotification: 'whileActive', onlyBucket: bucket };
			const { id } = await rest.saveWorkflow(own, workflowOf({ delivery: 'sqs', queue, options }, credential));
			await workflows.activate(id);
			expect(s3.own()).toHaveLength(1);
			expect(s3.stored()).toMatch(new RegExp(`<Queue>arn:aws:sqs:[^<]*:${queue}</Queue>`));
			const [before] = s3.own();

			await sqs.send(queueUrl, s3Message(bucket, 'first.txt'));
			await workflows.ranOf(id, 1);

			await stop();
			expect(s3.own()).toEqual([before]);
			({ own, kill, stop, workflows } = await begin());
			// The queue may still give messages to the request of the n8n that has ended, and hide them for a minute.
			await until(async () => {
				await sqs.send(queueUrl, s3Message(bucket, 'later.txt'));
				return (await workflows.executionsOf(id)).length > 1;
			});
			expect(s3.own()).toEqual([before]);

			await workflows.deactivate(id);
			await until(() => s3.own().length === 0, { delay: removalDelay });
		} finally {
			await kill();
		}
	},
	restartTimeout,
);

test('a queue: a test in the editor shows the first message, and sets nothing', async () => {
	const sqs = queuesOf();
	const queue = bucketName();
	await sqs.send(await sqs.makeQueue(queue), s3Message('b', 'first.txt'));
	const s3 = await notificationServer();
	const data = { ...credentialData, endpoint: s3.endpoint, sqsEndpoint: sqs.endpoint };
	const options = { setNotification: 'whileActive', onlyBucket: 'b' };
	const { id } = await rest.saveWorkflow(
		call,
		workflowOf({ delivery: 'sqs', queue, options }, await saveCredential('awsS3Api', data)),
	);
	const workflowData = await call('GET', `/workflows/${id}`);
	const started = await call('POST', `/workflows/${id}/run`, { workflowData, triggerToStartFrom: { name: 'Trigger' } });
	const ran = await rest.ended(call, String(started.executionId));
	expect(ran.items('Trigger').map(({ json }: { json: { key?: string } }) => json.key)).toEqual(['first.txt']);
	expect(s3.own()).toEqual([]);
});

test('a webhook: Ceph calls it as soon as the workflow is active; a new version loses no event', async () => {
	const bucket = await makeBucket();
	const webhookId = randomUUID();
	const topic = await makeTopic(bucketName(), `${url}/webhook/${webhookId}/s3-events`, 'token-of-Ceph');
	const theirs = bucketName();
	await sdk.send(
		new PutBucketNotificationConfigurationCommand({
			Bucket: bucket,
			NotificationConfiguration: {
				TopicConfigurations: [{ Id: theirs, TopicArn: topic, Events: ['s3:ObjectRemoved:*'] }],
			},
		}),
	);
	const idsOf = async () =>
		((await currentNotification(bucket)).TopicConfigurations ?? [])
			.map(({ Id = '' }) => Id)
			.filter((id) => id !== theirs);
	const options = { setNotification: 'whileActive', onlyBucket: bucket, notificationTarget: topic };
	const parameters = { delivery: 'webhook', sender: 'token', token: 'token-of-Ceph', options };
	const credential = await saveCredential('awsS3Api', credentialData);
	const whole = workflowOf(parameters, credential, webhookId);
	const { id } = await rest.saveWorkflow(call, whole);
	await n8n.activate(id);
	const [first] = await idsOf();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'ü 1+1%2F.txt', Body: 'x' }));
	const [ran] = await n8n.ranOf(id, 1);
	expect(ran?.items('Trigger').map(({ json }) => json.key)).toEqual(['ü 1+1%2F.txt']);

	await n8n.deactivate(id);
	await n8n.activate(id);
	await until(async () => (await idsOf()).length === 1 && (await idsOf())[0] !== first);
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'second', Body: 'x' }));
	await n8n.ranOf(id, 2);
	await n8n.deactivate(id);
	await until(async () => (await idsOf()).length === 0, { delay: removalDelay });
	expect((await currentNotification(bucket)).TopicConfigurations).toMatchObject([{ Id: theirs }]);
});
