import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { rootOf } from '../../nodes/AwsS3/s3/answers/checkAnswer';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listen } from '../support/listen';
import { runNode } from '../support/n8n';
import { processorTime } from '../support/processorTime';
import { refused, startProxy } from '../support/proxy';

const MiB = 1024 ** 2;

test.each([
	['<Tagging><TagSet/></Tagging>', 'Tagging'],
	['<?xml version="1.0"?>\n<!-- a <b> -->\n<ns2:Tagging xmlns:ns2="x">', 'Tagging'],
	['\ufeff  <LegalHold/>', 'LegalHold'],
	['<!DOCTYPE html><html lang="en">', 'html'],
	['{"Version":"2012-10-17"}', '{'],
	['some text', ''],
	['\u0000\u0001', ''],
	['< a', ''],
	['', undefined],
	['<?xml version="1.0"', undefined],
	['<Tagg', undefined],
])('the root of %j is %j', (beginning, root) => {
	expect(rootOf(beginning)).toBe(root);
});

const connectionTo = (host: string) => ({
	endpoint: `http://${host}`,
	region: 'us-east-1',
	accessKeyId: 'key',
	secretAccessKey: 'not-secret',
	forcePathStyle: true,
});

/** Sends what begins so, and then any number of bytes, as fast as they are taken; counts them. */
const startEndless = async (beginning: string, headers: Record<string, string> = {}) => {
	let sent = 0;
	const serve = async (_: IncomingMessage, response: ServerResponse) => {
		response.writeHead(200, headers);
		response.setMaxListeners(0);
		response.write(beginning);
		const more = Buffer.alloc(MiB, ' ');
		while (!response.closed && sent < 400 * MiB) {
			sent += more.length;
			if (!response.write(more)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
		}
		response.end();
	};
	const server = createServer((request, response) => void serve(request, response));
	return { connection: connectionTo(await listen(server)), sent: () => sent };
};

test('Get Attributes does not read the content that a server answers with', async () => {
	const content = { etag: '"a"', 'last-modified': new Date(0).toUTCString(), 'content-type': 'text/plain' };
	const { connection, sent } = await startEndless('content', content);
	// The first run of a process also loads code and makes a client, which takes memory, too.
	const warmUp = await startProxy('http://unused.invalid', () => refused(403, 'AccessDenied'));
	await said(warmUp.url);
	const before = process.memoryUsage().rss;
	const run = runNode({
		parameters: { resource: 'object', operation: 'getAttributes', bucket: 'bucket', key: 'large' },
		credentials: connection,
	});
	await expect(run).rejects.toMatchObject({
		message: `${connection.endpoint} does not support attributes of objects`,
		description: expect.stringContaining('responded with the content of the object'),
	});
	expect(sent()).toBeLessThan(32 * MiB);
	expect(process.memoryUsage().rss - before).toBeLessThan(100 * MiB);
});

test.each([
	['a listing without end', '<ListBucketResult>', /more than 32 MiB/],
	['space without end', '<?xml version="1.0"?>', /nothing/],
])('%s is not read to its end', async (_, beginning, got) => {
	const { connection, sent } = await startEndless(beginning);
	const attempt = connect(connection).send(new ListObjectsV2Command({ Bucket: 'bucket' }));
	await expect(attempt).rejects.toMatchObject({ code: 'UnexpectedAnswer', message: expect.stringMatching(got) });
	expect(sent()).toBeLessThan(64 * MiB);
});

test.each([
	['DELETE', 'object.delete', {}],
	['PUT', 'object.copy', { sourceBucket: 'b-1', sourceKey: 'a', destinationBucket: 'b-1', destinationKey: 'b' }],
	['POST', 'multipartUpload.create', {}],
])('%s without a body says so, and does not sign it, because proxies drop that', async (method, id, more) => {
	let heads = '';
	const server = createTcpServer((socket) => {
		socket.on('error', () => undefined);
		// Without the header, it waits for a body whose length it does not know.
		socket.on('data', (chunk) => {
			heads += String(chunk);
			if (!/^(DELETE|PUT|POST)/.test(String(chunk)) || /content-length: 0\r\n/i.test(String(chunk)))
				socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
		});
	});
	const [resource = '', operation = ''] = id.split('.');
	const run = runNode({
		parameters: { resource, operation, bucket: 'b-1', key: 'a', ...more },
		credentials: connectionTo(await listen(server)),
	});
	await expect(run).rejects.toMatchObject({ httpCode: '403' });
	const own = heads.split('\r\n\r\n').filter((head) => head.startsWith(method));
	expect(own).toHaveLength(1);
	expect(/SignedHeaders=([^,]*)/.exec(own.join())?.[1]).not.toContain('content-length');
});

const get = { resource: 'object', operation: 'getTags', bucket: 'b-1', key: 'a' };

const said = async (endpoint: string, parameters: typeof get = get, more: object = {}) => {
	const run = runNode({ parameters, credentials: { ...connectionTo(''), endpoint, ...more } });
	const error = await run.then(
		() => ({ message: '', description: '' }),
		({ message, description }: { message: string; description: string }) => ({ message, description }),
	);
	return JSON.parse(JSON.stringify(error).replaceAll(endpoint, 'SERVICE'));
};

const page = '<!DOCTYPE html><html><head><title>x</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>';
const html = { 'content-type': 'text/html' };

test.each<[string, Parameters<typeof refused> | [number, string], string, RegExp]>([
	[
		'the fault of a server',
		[500, 'InternalError', 'Disk on fire.'],
		'could not handle the request (InternalError)',
		/S3 says: Disk on fire\./,
	],
	[
		'a feature that it lacks',
		[501, 'NotImplemented', 'No.'],
		'SERVICE does not support tags of objects',
		/S3 says: No\./,
	],
	[
		'an encrypted object',
		[
			400,
			'InvalidRequest',
			'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
		],
		"The object 'a' in bucket 'b-1' is encrypted with a customer-provided key (SSE-C)",
		/'SSE-C Key'/,
	],
	[
		'a version ID that is none',
		[400, 'InvalidArgument', 'Invalid version id specified'],
		"The object 'a' in bucket 'b-1' does not have this version",
		/'Version ID'/,
	],
	[
		'a bucket without locks',
		[400, 'InvalidRequest', 'Bucket is missing Object Lock Configuration'],
		"The bucket 'b-1' has no Object Lock",
		/bucket with 'Object Lock'/,
	],
])('%s is explained', async (_, [status, code, words], message, description) => {
	const proxy = await startProxy('http://unused.invalid', () => refused(status, code, words));
	const answer = await said(proxy.url);
	expect(answer.message).toContain(message);
	expect(answer.description).toMatch(description);
});

test('the page of a proxy is quoted', async () => {
	const proxy = await startProxy('http://unused.invalid', () => ({ status: 502, headers: html, body: page }));
	expect(await said(proxy.url)).toEqual({
		message: 'SERVICE could not handle the request (502)',
		description: expect.stringContaining('S3 says: 502 Bad Gateway nginx'),
	});
});

test('a proxy that takes less than a part is named, with what to change', async () => {
	const proxy = await startProxy('http://unused.invalid', () => ({ status: 413, headers: html, body: page }));
	expect(await said(proxy.url)).toEqual({
		message: 'The request is too large for SERVICE',
		description: expect.stringContaining("such as nginx's client_max_body_size, to at least 16 MiB"),
	});
});

test.each(['<', '<style ', '</style <script '])('a page of nothing but %p does not block n8n', async (tag) => {
	const body = tag.repeat(2 ** 17 / tag.length);
	const proxy = await startProxy('http://unused.invalid', () => ({ status: 403, headers: html, body }));
	expect(await processorTime(async () => await said(proxy.url))).toBeLessThan(2000);
});

test.each([
	['line ends', '\n'],
	['denials', 'explicit deny in a '],
])('a long message of %s does not block n8n', async (_, words) => {
	const message = `x${words.repeat(2 ** 18 / words.length)}x`;
	const proxy = await startProxy('http://unused.invalid', () => refused(403, 'AccessDenied', message));
	expect(await processorTime(async () => await said(proxy.url))).toBeLessThan(2000);
});

test.each([
	['a list', { ...get, operation: 'getAll' }],
	['tags', get],
	[
		'a copy',
		{ ...get, operation: 'copy', sourceBucket: 'b-1', sourceKey: 'x', destinationBucket: 'b-1', destinationKey: 'y' },
	],
])('a website instead of %s: check the address', async (_, parameters) => {
	const proxy = await startProxy('http://unused.invalid', () => ({ status: 200, headers: html, body: page }));
	const { message, description } = await said(proxy.url, parameters);
	expect(message).toBe('SERVICE does not respond like S3');
	expect(description).toContain("Check 'Service URL'");
	expect(message + description).not.toMatch(/\$response|Deserialization/);
});

test('TLS to a plain port', async () => {
	const proxy = await startProxy('http://unused.invalid', () => refused(403, 'AccessDenied'));
	const { message, description } = await said(proxy.url.replace('http', 'https'));
	expect(message).toMatch(/^SERVICE does not use TLS$/);
	expect(description).toContain('http://');
});

test('a bucket in the host name that does not resolve', async () => {
	const { message, description } = await said('http://server.invalid:9', get, { forcePathStyle: false });
	expect(message).toBe('b-1.server.invalid cannot be reached');
	expect(description).toContain("'Force Path Style'");
});

test('an object that has not changed', async () => {
	const proxy = await startProxy('http://unused.invalid', () => ({ status: 304 }));
	const parameters = { ...get, operation: 'download', options: { ifNoneMatch: 'abc' } };
	expect((await said(proxy.url, parameters)).message).toBe("The object 'a' in bucket 'b-1' has not changed");
});
