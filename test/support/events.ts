import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient, SendMessageCommand } from '@aws-sdk/client-sqs';
import * as fauxqs from '../../sandbox/fauxqs.mjs';

/** Starts an SQS, and gives what tests do with it. */
export const startSqs = async () => {
	const { stop, ...server } = await fauxqs.start({});
	const { endpoint, region, accessKeyId, secretAccessKey } = server;
	const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey } });
	const makeQueue = async (name: string) =>
		(await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '5' } }))).QueueUrl ??
		'';
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
	return { server, sqs, makeQueue, send, count, stop };
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
