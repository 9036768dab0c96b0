import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { GetBucketLocationCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { clientIn } from '../../nodes/AwsS3/s3/client/clientCache';
import { listen } from '../support/listen';
import { soon } from '../support/soon';
import { startTls } from '../support/tls';
import { until } from '../support/until';

const location = '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>';

const slowDown = '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>';

/** A server that answers as `answer` says; gives the sockets that are open to it. */
const startServer = async (answer: (bucket: string) => Promise<number>) => {
	const open = new Set<Socket>();
	const server = createServer((request, response) => {
		const [, bucket = ''] = /^\/([^/?]+)/.exec(request.url ?? '') ?? [];
		request.resume().once('end', () => {
			const say = (status: number) =>
				response.writeHead(status, { etag: '"e"' }).end(status === 200 ? location : slowDown);
			void answer(bucket).then(say);
		});
	});
	// This server closes no socket.
	server.keepAliveTimeout = 0;
	server.on('connection', (socket) => {
		open.add(socket.unref());
		socket.once('close', () => open.delete(socket));
	});
	return { endpoint: `http://${await listen(server)}`, open };
};

const connectionTo = (endpoint: string, accessKeyId = 'key') =>
	connect({ accessKeyId, secretAccessKey: 'secret', region: 'us-east-1', endpoint, forcePathStyle: true });

const ask = async (s3: ReturnType<typeof connect>, Bucket = 'bucket') =>
	await s3.send(new GetBucketLocationCommand({ Bucket }));

describe('a client that others have pushed out of the cache', () => {
	/** More than the cache holds. */
	const pushOut = async (endpoint: string) => {
		for (let other = 0; other < 40; other++) await ask(connectionTo(endpoint, `other ${other}`));
	};

	test('leaves no socket open', async () => {
		const mine = await startServer(async () => 200);
		const others = await startServer(async () => 200);
		const s3 = connectionTo(mine.endpoint);
		await ask(s3);
		expect(mine.open.size).toBe(1);
		await pushOut(others.endpoint);
		await until(() => mine.open.size === 0);
		expect(others.open.size).toBeLessThanOrEqual(32);
		await ask(s3);
		expect(mine.open.size).toBe(1);
	});

	test('ends its requests first', async () => {
		let finish = () => {};
		const held = new Promise<void>((resolve) => (finish = resolve));
		const mine = await startServer(async () => await held.then(() => 200));
		const others = await startServer(async () => 200);
		const asking = ask(connectionTo(mine.endpoint));
		await until(() => mine.open.size === 1);
		await pushOut(others.endpoint);
		finish();
		expect(await asking).toMatchObject({ $metadata: { httpStatusCode: 200, attempts: 1 } });
		await until(() => mine.open.size === 0);
	});
});

test('a bucket that is too busy does not slow down another one of the same connection', async () => {
	let refused = 0;
	const { endpoint } = await startServer(async (bucket) => {
		if (bucket !== 'busy') return 200;
		refused++;
		return 503;
	});
	const s3 = connectionTo(endpoint);
	const stop = new AbortController();
	const busy = s3.endedBy(stop.signal);
	const asking = Promise.allSettled(Array.from({ length: 3 }, async () => await ask(busy, 'busy')));
	await until(() => refused > 3);
	const start = performance.now();
	// If they waited for the other bucket, each would take almost a second or more.
	for (let request = 0; request < 20; request++) await ask(s3, 'idle');
	expect(performance.now() - start).toBeLessThan(soon);
	stop.abort();
	await asking;
});

test('a certificate that is to be ignored is ignored for large bodies as well', async () => {
	const { endpoint } = await startServer(async () => 200);
	const { url } = await startTls(endpoint);
	const keys = { accessKeyId: 'key', secretAccessKey: 'secret', region: 'us-east-1', forcePathStyle: true };
	const s3 = connect({ ...keys, endpoint: url, ignoreSslIssues: true });
	const Body = Buffer.alloc(3 * 1024 ** 2);
	expect(await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body }))).toMatchObject({
		$metadata: { httpStatusCode: 200 },
	});
});

test("the SDK's middleware that prepares each output for a log is gone", () => {
	const logs = ({ middlewareStack }: S3Client) => middlewareStack.identify().join().includes('logger');
	const connection = { accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' };
	expect(logs(new S3Client({ region: 'us-east-1' }))).toBe(true);
	expect(logs(clientIn(connection, 'us-east-1'))).toBe(false);
});
