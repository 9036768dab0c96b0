import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listen } from '../support/listen';

const MiB = 1024 ** 2;

/** A server that reads what it gets, and answers each request with the next status. */
const startReceiver = async (...statuses: number[]) => {
	const received: Array<{ body: Buffer; length?: string; encoding?: string }> = [];
	const server = createServer((request, response) => {
		const chunks: Buffer[] = [];
		request.on('data', (chunk: Buffer) => chunks.push(chunk));
		request.on('end', () => {
			const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
			received.push({ body: Buffer.concat(chunks), length, encoding });
			response.writeHead(statuses.shift() ?? 200, { etag: '"e"' }).end();
		});
	});
	const endpoint = `http://${await listen(server)}`;
	const s3 = connect({
		...{ endpoint, region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'not-secret', forcePathStyle: true },
	});
	return { s3, received };
};

const put = (Body: Buffer) => new PutObjectCommand({ Bucket: 'bucket', Key: 'key', Body });

test.each([0, 1, 256 * 1024 - 1, 256 * 1024, 256 * 1024 + 1, 512 * 1024, 5 * MiB + 3])(
	'a body of %i bytes arrives as it is, with its length',
	async (length) => {
		const { s3, received } = await startReceiver();
		const body = randomBytes(length);
		await s3.send(put(body));
		expect(received).toHaveLength(1);
		expect(received[0]).toMatchObject({ length: String(length), encoding: undefined });
		expect(received[0]?.body.equals(body)).toBe(true);
	},
);

test('a body is whole again when the request is repeated', async () => {
	const { s3, received } = await startReceiver(500, 200);
	const body = randomBytes(2 * MiB);
	await s3.send(put(body));
	expect(received.map((one) => one.body.equals(body))).toEqual([true, true]);
});

test('many large bodies at once are not mixed', async () => {
	const { s3, received } = await startReceiver();
	const bodies = Array.from({ length: 12 }, (_, index) => Buffer.alloc(4 * MiB, index));
	await Promise.all(bodies.map(async (body) => await s3.send(put(body))));
	const firsts = received.map(({ body }) => body[0]).sort((one = 0, other = 0) => one - other);
	expect(firsts).toEqual(bodies.map((_, index) => index));
	for (const { body } of received) expect(body.equals(Buffer.alloc(4 * MiB, body[0]))).toBe(true);
});

test('a stop ends a body in the middle', async () => {
	const server = createServer(() => undefined);
	const endpoint = `http://${await listen(server)}`;
	const stop = new AbortController();
	const connection = { endpoint, region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'not-secret' };
	const s3 = connect({ ...connection, forcePathStyle: true }, { signal: stop.signal });
	const sending = s3.send(put(Buffer.alloc(64 * MiB)));
	server.once('request', () => stop.abort());
	await expect(sending).rejects.toMatchObject({ name: 'AbortError' });
});
