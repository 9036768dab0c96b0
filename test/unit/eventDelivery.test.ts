import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { createServer } from 'node:http';
import type { ITriggerFunctions, IWebhookFunctions, INode } from 'n8n-workflow';
import { AwsS3EventTrigger } from '../../nodes/AwsS3EventTrigger/AwsS3EventTrigger.node';
import { listen } from '../support/listen';
import { until } from '../support/until';

let sequencer = 0x60_00_00_00;

const s3Message = (bucket: string, key: string) => ({
	Records: [
		{
			eventName: 'ObjectCreated:Put',
			s3: { bucket: { name: bucket }, object: { key, sequencer: (sequencer++).toString(16) } },
		},
	],
});

/** What n8n gives a node of the trigger. A function is an expression: it gives another value each time. */
const nodeOf = (parameters: Record<string, unknown>, id: string, sqsEndpoint?: string) => {
	const node: INode = {
		...{ id, name: 'Trigger', type: 'n8n-nodes-aws-s3.awsS3EventTrigger', typeVersion: 1, position: [0, 0] },
		parameters: {},
	};
	return {
		getNode: () => node,
		getTimezone: () => 'Europe/Berlin',
		getMode: () => 'trigger',
		getWorkflow: () => ({ id: 'w', name: 'w', active: true }),
		getCredentials: async () => ({ accessKeyId: 'AKIA', secretAccessKey: 's', region: 'us-east-1', sqsEndpoint }),
		getNodeParameter: (name: string, fallback?: unknown) => {
			const value = parameters[name] ?? fallback;
			return typeof value === 'function' ? value() : value;
		},
	};
};

/** Handles one call of the webhook, as n8n does. Gives the keys that start the workflow, and ends the call when asked to. */
const call = async (n8n: ReturnType<typeof nodeOf>, body: unknown, more: object = {}) => {
	const response = Object.assign(new EventEmitter(), {
		statusCode: 200,
		closed: false,
		status: (code: number) => Object.assign(response, { statusCode: code }),
		json: () => response.end(),
		end: (code = response.statusCode) => {
			response.statusCode = code;
			response.closed = true;
			response.emit('finish');
			response.emit('close');
		},
	});
	const functions = {
		...n8n,
		getHeaderData: () => ({ authorization: 'Bearer secret' }),
		getBodyData: () => body,
		getRequestObject: () => ({}),
		getResponseObject: () => response,
		logger: { warn: () => undefined },
		...more,
	};
	const { workflowData } = await new AwsS3EventTrigger().webhook.call(functions as unknown as IWebhookFunctions);
	const keys = (workflowData ?? []).flat().map(({ json }) => json.key);
	return { keys, response };
};

const byToken = { delivery: 'webhook', sender: 'token', token: 'secret' };

describe('a webhook', () => {
	test('selects by what an expression gives now', async () => {
		let prefix = 'monday/';
		const n8n = nodeOf({ ...byToken, prefix: () => prefix }, 'expression');
		const first = await call(n8n, s3Message('b', 'monday/a'));
		first.response.end();
		prefix = 'tuesday/';
		expect(first.keys).toEqual(['monday/a']);
		expect((await call(n8n, s3Message('b', 'tuesday/a'))).keys).toEqual(['tuesday/a']);
	});

	test('starts the workflow once for an event that comes twice at the same time', async () => {
		const n8n = nodeOf(byToken, 'twice');
		const message = s3Message('b', 'a');
		const first = await call(n8n, message);
		const second = call(n8n, message);
		first.response.end();
		expect([first.keys, (await second).keys]).toEqual([['a'], []]);
	});

	test('starts it for the second one if n8n could not for the first', async () => {
		const n8n = nodeOf(byToken, 'fails');
		const message = s3Message('b', 'a');
		const first = await call(n8n, message);
		const second = call(n8n, message);
		first.response.end(500);
		expect((await second).keys).toEqual(['a']);
	});

	test('an unknown caller who names an address of SNS that gives nothing is refused, and is no failed execution', async () => {
		const topicArn = 'arn:aws:sns:us-east-1:111122223333:topic';
		const message = {
			...{ Type: 'Notification', MessageId: '1', TopicArn: topicArn, Message: '{}', Signature: 'AAAA' },
			...{ Timestamp: new Date().toISOString(), SignatureVersion: '2' },
			SigningCertURL: 'https://sns.us-east-1.amazonaws.com/nothing.pem',
		};
		const httpRequest = async () => await Promise.reject(new Error('getaddrinfo ENOTFOUND'));
		const warnings: string[] = [];
		const { keys, response } = await call(nodeOf({ delivery: 'webhook', topicArn }, 'sns'), message, {
			helpers: { httpRequest },
			logger: { warn: (text: string) => warnings.push(text) },
		});
		expect([keys, response.statusCode]).toEqual([[], 503]);
		expect(warnings).toEqual([expect.stringContaining('sns.us-east-1.amazonaws.com')]);
	});
});

test('a queue selects by what an expression gives now, so that nothing is deleted that is wanted', async () => {
	const messages = ['monday/a', 'tuesday/a', 'monday/b'].map((key, index) => {
		const Body = JSON.stringify(s3Message('b', key));
		const MD5OfBody = createHash('md5').update(Body).digest('hex');
		const Attributes = { ApproximateReceiveCount: '1' };
		return { MessageId: `m${index}`, ReceiptHandle: `h${index}`, Body, MD5OfBody, Attributes };
	});
	const server = createServer((request, response) => {
		const name = String(request.headers['x-amz-target']).split('.')[1];
		response.setHeader('content-type', 'application/x-amz-json-1.0');
		if (name === 'GetQueueUrl') response.end(JSON.stringify({ QueueUrl: 'http://queue.invalid/1/q' }));
		else if (name !== 'ReceiveMessage') response.end('{}');
		else if (messages.length > 0) response.end(JSON.stringify({ Messages: messages.splice(0, 1) }));
		request.resume();
	});
	const endpoint = `http://${await listen(server)}`;
	const started: unknown[] = [];
	let prefix = 'monday/';
	const functions = {
		...nodeOf({ queue: 'q', prefix: () => prefix, options: { maxExecutions: 1 } }, 'queue', endpoint),
		getActivationMode: () => 'activate',
		saveFailedExecution: (error: Error) => started.push(error),
		helpers: {
			createDeferredPromise: () => {
				let resolve = (_: unknown) => {};
				const promise = new Promise((settle) => (resolve = settle));
				return { promise, resolve };
			},
		},
		emit: ([[item]]: [[{ json: object }]], _: unknown, done: { resolve(run: object): void }) => {
			started.push(item.json);
			prefix = 'tuesday/';
			done.resolve({ status: 'success' });
		},
	};
	const { closeFunction } = await new AwsS3EventTrigger().trigger.call(functions as unknown as ITriggerFunctions);
	await until(() => started.length === 2);
	expect(started).toMatchObject([{ key: 'monday/a' }, { key: 'tuesday/a' }]);
	await closeFunction?.();
});
