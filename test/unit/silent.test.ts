import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import type { IExecuteFunctions } from 'n8n-workflow';
import { run } from '../../nodes/AwsS3/core/runner/run';
import * as registry from '../../nodes/AwsS3/operations';
import { longestCleanup } from '../../nodes/AwsS3/s3/write/afterStop';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { listen } from '../support/listen';
import { soon } from '../support/soon';
import { until } from '../support/until';

const MiB = 1024 ** 2;

/** A server that takes every request; `answer` says which ones it answers. */
const silentServer = async (answer: (line: string) => string | number | undefined = () => undefined) => {
	const requests: string[] = [];
	const server = createServer((request, response) => {
		const line = `${request.method} ${request.url}`;
		requests.push(line);
		const body = answer(line);
		const status = typeof body === 'number' ? body : 200;
		request.resume().once('end', () => {
			if (body !== undefined) response.writeHead(status, { etag: '"e"' }).end(status === 200 ? body : undefined);
		});
	});
	return { url: `http://${await listen(server)}`, requests };
};

const keys = { region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b', forcePathStyle: true };

test('a stop ends the wait for the keys of a role', async () => {
	const sts = await silentServer();
	const role = { arn: 'arn:aws:iam::1:role/r', sessionName: 's', duration: 900, endpoint: sts.url };
	const stop = new AbortController();
	const s3 = connect({ ...keys, endpoint: 'http://127.0.0.1:1', role }, { signal: stop.signal });
	const running = s3.send(new HeadBucketCommand({ Bucket: 'b' })).catch((error: unknown) => error);
	await until(() => sts.requests.length > 0);
	const since = performance.now();
	stop.abort();
	expect(await running).toMatchObject({ name: 'AbortError' });
	expect(performance.now() - since).toBeLessThan(soon);
});

test("a stop ends the wait for n8n's credential", async () => {
	const stop = new AbortController();
	const n8n = {
		getInputData: () => [{ json: {} }],
		getNode: () => ({ parameters: {} }),
		continueOnFail: () => false,
		getNodeParameter: (name: string) => (name === 'resource' ? 'object' : 'get'),
		getCredentials: async () => await new Promise(() => undefined),
		getExecutionCancelSignal: () => stop.signal,
	} as unknown as IExecuteFunctions;
	const running = run(n8n, Object.values(registry));
	setTimeout(() => stop.abort(), 20);
	await expect(running).rejects.toThrow('The execution was stopped');
}, 30_000);

test('a limit in time is no stop by the user', async () => {
	const { url } = await silentServer();
	const s3 = connect({ ...keys, endpoint: url }, { signal: AbortSignal.timeout(100) });
	await expect(s3.send(new HeadBucketCommand({ Bucket: 'b' }))).rejects.toMatchObject({ code: 'TimeoutError' });
});

const begun = '<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>';

test('a refused part does not wait for a source that is stuck', async () => {
	const server = await silentServer((line) =>
		line.startsWith('POST ') ? begun : line.startsWith('DELETE ') ? 204 : 403,
	);
	const body = new Readable({ read: () => undefined });
	body.push(Buffer.alloc(9 * MiB));
	const s3 = connect({ ...keys, endpoint: server.url }, { signal: new AbortController().signal });
	const uploading = upload(s3, { input: { Bucket: 'b', Key: 'k' }, body, budget: memoryBudget(32 * MiB) });
	await expect(uploading).rejects.toMatchObject({ status: 403 });
	expect(body.destroyed).toBe(true);
	expect(server.requests.at(-1)).toMatch(/^DELETE .*uploadId=u/);
}, 30_000);

test('a stop does not wait for ever for S3 to abort an upload', async () => {
	const server = await silentServer((line) => (line.startsWith('POST ') ? begun : undefined));
	const stop = new AbortController();
	const s3 = connect({ ...keys, endpoint: server.url }, { signal: stop.signal });
	const body = Readable.from([Buffer.alloc(9 * MiB)]);
	const running = upload(s3, { input: { Bucket: 'b', Key: 'k' }, body, budget: memoryBudget(32 * MiB) });
	const ending = running.catch((error: unknown) => error);
	await until(() => server.requests.some((line) => line.includes('partNumber=')));
	const since = performance.now();
	stop.abort();
	expect(await ending).toMatchObject({ name: 'AbortError' });
	expect(performance.now() - since).toBeLessThan(longestCleanup + soon);
	expect(server.requests.at(-1)).toMatch(/^DELETE .*uploadId=u/);
}, 40_000);
