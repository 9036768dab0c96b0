import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { firstInQueue } from '../../nodes/AwsS3/core/eventTrigger/manualTest';
import { listen } from '../support/listen';
import { until } from '../support/until';

const messageOf = (key: string) => {
	const s3 = { bucket: { name: 'b' }, object: { key, sequencer: '1' } };
	const Body = JSON.stringify({ Records: [{ eventName: 'ObjectCreated:Put', s3 }] });
	const MD5OfBody = createHash('md5').update(Body).digest('hex');
	return { MessageId: key, ReceiptHandle: key, Body, MD5OfBody, Attributes: { ApproximateReceiveCount: '1' } };
};

/** A queue with one message, beside an S3 that refuses all. It gives the message once `mayGive` lets it. */
const startQueue = async (mayGive: Promise<unknown> = Promise.resolve()) => {
	const hidden: Array<[handle: unknown, seconds: unknown]> = [];
	let asked = 0;
	const server = createServer((request, response) => {
		const name = String(request.headers['x-amz-target']).split('.')[1];
		if (name === undefined) {
			response.writeHead(403, { 'content-type': 'application/xml' });
			response.end('<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>');
			return;
		}
		response.setHeader('content-type', 'application/x-amz-json-1.0');
		void json(request).then(async (body) => {
			const { ReceiptHandle, VisibilityTimeout } = Object(body);
			if (name === 'ChangeMessageVisibility') hidden.push([ReceiptHandle, VisibilityTimeout]);
			if (name === 'ReceiveMessage' && asked++ === 0) await mayGive;
			response.end(name === 'ReceiveMessage' ? JSON.stringify({ Messages: [messageOf('a')] }) : '{}');
		});
	});
	const endpoint = `http://${await listen(server)}`;
	const look = async (join: string[], signal?: AbortSignal) =>
		await firstInQueue(
			{ region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'secret', endpoint, forcePathStyle: true },
			{ names: new Set(['created']), prefix: '', bucket: '', filters: {}, onlyClean: false, join: new Set(join) },
			{
				queue: { name: 'q', account: '1', region: 'us-east-1', url: 'http://queue.invalid/1/q' },
				...{ removeWhen: 'ended', maxTries: 3, maxExecutions: 1, messagesPerExecution: 1 },
			},
			signal,
		);
	return { look, hidden, asked: () => asked };
};

test('a test in the editor shows the first event, and gives its message back', async () => {
	const { look, hidden } = await startQueue();
	expect(await look([])).toMatchObject([{ json: { event: 'created', key: 'a' } }]);
	expect(hidden).toEqual([['a', 0]]);
});

test('it gives the message back if S3 refuses what it looks at', async () => {
	const { look, hidden } = await startQueue();
	await expect(look(['tags'])).rejects.toMatchObject({ code: 'AccessDenied' });
	expect(hidden).toEqual([['a', 0]]);
});

test('it ends at once if it is stopped, and gives back what the queue sends then', async () => {
	const stop = new AbortController();
	let give = () => {};
	const { look, hidden, asked } = await startQueue(new Promise<void>((resolve) => (give = resolve)));
	const looking = look([], stop.signal);
	await until(() => asked() === 1);
	stop.abort();
	await expect(looking).rejects.toThrow(/abort/);
	give();
	await until(() => hidden.length > 0);
	expect(hidden).toEqual([['a', 0]]);
});
