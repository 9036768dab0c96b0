import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { GetBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { signRequest } from '../../nodes/AwsS3/s3/client/signRequest';
import { kind, sdk, server } from './s3';
import {
	CreateQueueCommand,
	DeleteQueueCommand,
	GetQueueAttributesCommand,
	SQSClient,
	SendMessageCommand,
} from '@aws-sdk/client-sqs';

/** What tests do with the queues of this run. */
export const queuesOf = (text = process.env.TEST_SQS) => {
	if (!text) throw new Error('Start these tests with `npm test e2e`, which starts the queues that they need.');
	const server = JSON.parse(text);
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
	const makeQueue = async (QueueName = `q-${randomUUID()}`) =>
		(await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? '';
	const removeQueue = async (QueueUrl: string) => void (await sqs.send(new DeleteQueueCommand({ QueueUrl })));
	const send = async (QueueUrl: string, message: unknown) => {
		const MessageBody = typeof message === 'string' ? message : JSON.stringify(message);
		await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
	};
	/** Messages in a queue, those at work included. */
	const count = async (QueueUrl: string) => {
		const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
		const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }));
		return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
	};
	return { endpoint: String(endpoint), sqs, makeQueue, removeQueue, send, count };
};

let lastSequencer = 0x60_00_00_00;

/** A message as S3 sends it for an object. */
export const s3Message = (
	bucket: string,
	key: string,
	{ eventName = 'ObjectCreated:Put', sequencer = (lastSequencer++).toString(16) } = {},
) => ({
	Records: [
		{
			...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventName },
			eventTime: new Date().toISOString(),
			responseElements: { 'x-amz-request-id': sequencer },
			s3: {
				bucket: { name: bucket },
				object: { key: encodeURIComponent(key).replaceAll('%20', '+'), size: 3, eTag: 'abc', sequencer },
			},
		},
	],
});

/** Makes a topic of Ceph that posts to a URL; gives its ARN. Ceph has the API of SNS at its own address. */
export const makeTopic = async (name: string, pushEndpoint: string, opaqueData: string) => {
	const attributes = Object.entries({ 'push-endpoint': pushEndpoint, OpaqueData: opaqueData, 'verify-ssl': 'false' });
	const form = new URLSearchParams({ Action: 'CreateTopic', Name: name });
	attributes.forEach(([key, value], index) => {
		form.append(`Attributes.entry.${index + 1}.key`, key);
		form.append(`Attributes.entry.${index + 1}.value`, value);
	});
	const request = {
		...{ method: 'POST', url: `${server.endpoint}/`, query: {}, body: form.toString() },
		headers: { 'content-type': 'application/x-www-form-urlencoded' },
	};
	const end = Date.now() + 30_000;
	for (;;) {
		const { url, headers } = await signRequest(server, request);
		const answer = await fetch(url, { method: 'POST', headers, body: request.body });
		const text = await answer.text();
		const arn = /<TopicArn>([^<]+)</.exec(text)?.[1];
		if (arn) return arn;
		// Ceph answers so where several topics are made at the same time. The name says which one it is.
		const isBusy = answer.status === 409 || answer.status >= 500;
		if (!isBusy || Date.now() > end) throw new Error(`Ceph answered ${answer.status} ${text}`);
		await sleep(250);
	}
};

/** A topic for all tests of a file: Ceph fails to make two at the same time. */
let topic: Promise<string> | undefined;

/** Makes a target for the notifications of a bucket of this run's server, as *Set Notification* names it. */
export const makeTarget = async (name: string) => {
	if (kind === 'ceph') {
		topic ??= makeTopic(name, 'http://localhost:9/', 'token');
		return { sendTo: 'topic', targetArn: await topic };
	}
	if (kind === 'minio') return { sendTo: 'queue', targetArn: 'arn:minio:sqs:us-east-1:N8N:webhook' };
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
	if (kind === 'moto') await sqs.send(new CreateQueueCommand({ QueueName: name }));
	return { sendTo: 'queue', queue: name, targetArn: `arn:aws:sqs:${region}:123456789012:${name}` };
};

/** The notifications of a bucket, as the server has them. */
export const currentNotification = async (Bucket: string): Promise<NotificationConfiguration> => {
	const { $metadata: _unused, ...configuration } = await sdk.send(
		new GetBucketNotificationConfigurationCommand({ Bucket }),
	);
	return configuration;
};
