import {
	CopyObjectCommand,
	CreateBucketCommand,
	DeleteObjectsCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	PutBucketPolicyCommand,
	PutObjectCommand,
	S3Client,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { HttpRequest } from '@smithy/core/protocols';
import { HttpResponse } from '@smithy/core/protocols';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { compileFunction } from 'node:vm';
import type { Send } from '../../nodes/AwsS3/s3/command';
import { contentSha256, hasHeaders } from '../../nodes/AwsS3/s3/sdk/checksumHeaders';
import { prepareOnce } from '../../nodes/AwsS3/s3/sdk/prepareOnce';

const alias = 'arn:aws:s3:eu-west-1:123456789012:accesspoint/point';
const express = { Bucket: 'fast--use1-az4--x-s3', Key: 'k' };

/** Requests of each kind: with and without body, to several buckets, access points and S3 Express. */
const sendEach = async (send: Send) =>
	await Promise.all([
		send(new PutObjectCommand({ Bucket: 'one', Key: 'a b/ü', Body: Buffer.from('content'), Metadata: { a: 'b' } })),
		send(new PutObjectCommand({ Bucket: 'two', Key: 'k', Body: 'text', ChecksumAlgorithm: 'SHA256' })),
		send(new PutObjectCommand({ Bucket: 'two', Key: 'k', Body: Readable.from(['x']), ContentLength: 1 })),
		send(
			new UploadPartCommand({
				Bucket: 'one',
				Key: 'k',
				UploadId: 'u',
				PartNumber: 1,
				Body: Buffer.alloc(300_000, 'a'),
			}),
		),
		send(new GetObjectCommand({ Bucket: 'one', Key: 'k', Range: 'bytes=0-1' })),
		send(new GetObjectCommand({ Bucket: alias, Key: 'k', ChecksumMode: 'ENABLED' })),
		send(new GetObjectCommand({ Bucket: 'not.a.host', Key: 'k' })),
		send(
			new HeadObjectCommand({
				Bucket: 'two',
				Key: 'k',
				SSECustomerAlgorithm: 'AES256',
				SSECustomerKey: 'k'.repeat(32),
			}),
		),
		send(new CopyObjectCommand({ Bucket: 'two', Key: 'k', CopySource: 'one/k', IfNoneMatch: '*' })),
		send(new DeleteObjectsCommand({ Bucket: 'one', Delete: { Objects: [{ Key: 'k' }] } })),
		send(new ListObjectsV2Command({ Bucket: 'one', Prefix: 'p' })),
		send(new PutBucketPolicyCommand({ Bucket: 'one', Policy: '{}' })),
		send(new CreateBucketCommand({ Bucket: 'new', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } })),
		send(new HeadObjectCommand(express)),
	]);

/** Headers that differ between two requests for the same thing. */
const random = /^(amz-sdk-invocation-id|authorization|x-amz-date)$/;

const bodyOf = async (body: unknown) =>
	body instanceof Readable ? Buffer.concat(await body.toArray()).toString() : String(body ?? '');

const session =
	'<CreateSessionResult><Credentials><AccessKeyId>s</AccessKeyId><SecretAccessKey>s</SecretAccessKey>' +
	'<SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>';

/** The answers that must have a body, by a header or parameter of their requests. */
const answerTo = ({ headers, query }: HttpRequest) => {
	if (query?.session !== undefined) return [session];
	if ('x-amz-copy-source' in headers) return ['<CopyObjectResult/>'];
	return query?.delete === undefined ? [] : ['<DeleteResult/>'];
};

/** A client and what it has sent; its first attempt of each request is answered with a status. */
const recording = (firstStatus = 200) => {
	const sent: object[] = [];
	const seen = new Set<string>();
	const handle = async (request: HttpRequest) => {
		const { method, hostname, path, query, headers } = request;
		const given = Object.entries(headers).filter(([name]) => !random.test(name));
		const [, signed] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
		const [, scope] = /Credential=([^,]+)/.exec(headers.authorization ?? '') ?? [];
		sent.push({
			...{ method, hostname, path, query, signed, scope: scope?.replace(/\/\d{8}\//, '/') },
			...{ headers: Object.fromEntries(given.sort()), body: await bodyOf(request.body) },
		});
		const id = headers['amz-sdk-invocation-id'] ?? '';
		const statusCode = seen.has(id) ? 200 : firstStatus;
		seen.add(id);
		const body = Readable.from(answerTo(request));
		return { response: new HttpResponse({ statusCode, headers: { etag: '"e"' }, body }) };
	};
	const client = new S3Client({
		...{ region: 'eu-west-1', credentials: { accessKeyId: 'key', secretAccessKey: 'secret' }, useArnRegion: true },
		requestHandler: { handle },
	});
	return { client, sent };
};

/** Sends each kind of request twice, several at once, with middleware of commands as `connect` adds it. */
const sendAll = async (client: S3Client) => {
	const names: string[] = [];
	for (const round of ['first', 'second'])
		await sendEach(async (command) => {
			command.middlewareStack.add(
				(next, { commandName }) =>
					async (args) => {
						names.push(`${round} ${commandName}`);
						return await next(args);
					},
				{ step: 'initialize', priority: 'high', name: 'defaults', override: true },
			);
			if (round === 'second') command.middlewareStack.add((next) => next, { step: 'finalizeRequest', name: 'pace' });
			return await client.send(command, { abortSignal: new AbortController().signal });
		});
	return names;
};

const inOrder = (sent: object[]) => sent.map((one) => JSON.stringify(one)).sort();

describe('a prepared client', () => {
	test('sends the requests of the SDK', async () => {
		const plain = recording();
		const prepared = recording();
		prepareOnce(prepared.client);
		const names = await sendAll(plain.client);
		expect(names).toHaveLength(28);
		expect(await sendAll(prepared.client)).toEqual(names);
		// One more for the session of S3 Express.
		expect(plain.sent).toHaveLength(names.length + 1);
		expect(inOrder(prepared.sent)).toEqual(inOrder(plain.sent));
	});

	test('sorts middleware and creates a signer once for the same kind of request', async () => {
		const { client } = recording();
		const sorted = jest.spyOn(client.middlewareStack, 'concat');
		const created = jest.spyOn(client.config, 'signer');
		prepareOnce(client);
		for (const Key of ['a', 'b', 'c']) await client.send(new HeadObjectCommand({ Bucket: 'one', Key }));
		expect(sorted).toHaveBeenCalledTimes(1);
		expect(created).toHaveBeenCalledTimes(1);
		await client.send(new GetObjectCommand({ Bucket: alias, Key: 'k' }));
		expect(sorted).toHaveBeenCalledTimes(2);
	});

	test('runs middleware of the same name where its command puts it', async () => {
		const { client } = recording();
		prepareOnce(client);
		const seen: boolean[] = [];
		const look = (args: object) => void seen.push('request' in args);
		const first = new HeadObjectCommand({ Bucket: 'one', Key: 'k' });
		first.middlewareStack.add((next) => (args) => (look(args), next(args)), { step: 'initialize', name: 'look' });
		await client.send(first);
		const second = new HeadObjectCommand({ Bucket: 'one', Key: 'k' });
		second.middlewareStack.add((next) => (args) => (look(args), next(args)), { step: 'build', name: 'look' });
		await client.send(second);
		expect(seen).toEqual([false, true]);
	});

	test('refuses middleware that it does not know by name', async () => {
		const { client, sent } = recording();
		prepareOnce(client);
		const command = new HeadObjectCommand({ Bucket: 'one', Key: 'k' });
		command.middlewareStack.add((next) => next, { step: 'build' });
		await expect(async () => await client.send(command)).rejects.toThrow('middleware');
		expect(sent).toEqual([]);
	});

	test('signs with the keys of the moment', async () => {
		const { client, sent } = recording();
		let accessKeyId = 'old';
		// The SDK asks again for keys that are about to expire.
		const credentials = async () => ({ accessKeyId, secretAccessKey: 's', expiration: new Date(Date.now() + 1000) });
		Object.assign(client.config, { credentials });
		prepareOnce(client);
		await client.send(new HeadObjectCommand({ Bucket: 'one', Key: 'k' }));
		accessKeyId = 'new';
		await client.send(new HeadObjectCommand({ Bucket: 'one', Key: 'k' }));
		expect(sent).toMatchObject([
			{ scope: 'old/eu-west-1/s3/aws4_request' },
			{ scope: 'new/eu-west-1/s3/aws4_request' },
		]);
	});
});

test('the settings that the SDK copies for each request are quick to copy', () => {
	const { client } = recording();
	setFlagsFromString('--allow-natives-syntax');
	const isQuick = compileFunction('return %HasFastProperties(settings)', ['settings']);
	setFlagsFromString('--no-allow-natives-syntax');
	const before = { ...client.config };
	expect(isQuick(client.config)).toBe(false);
	prepareOnce(client);
	expect(isQuick(client.config)).toBe(true);
	expect(Object.keys(client.config)).toEqual(Object.keys(before));
});

test.each([
	[10, false],
	[300_000, true],
])('the SHA-256 of a body of %d bytes is there before it is signed: %p', async (size, isBefore) => {
	const { client, sent } = recording(503);
	client.middlewareStack.add(contentSha256({}), { step: 'build', priority: 'low', name: 'contentSha256' });
	prepareOnce(client);
	const Body = Buffer.alloc(size, 'a');
	const command = new PutObjectCommand({ Bucket: 'one', Key: 'k', Body });
	const before: boolean[] = [];
	command.middlewareStack.add(
		(next) => async (args) => {
			before.push(hasHeaders(args.request) && 'x-amz-content-sha256' in args.request.headers);
			return await next(args);
		},
		{ step: 'build', priority: 'low', name: 'look' },
	);
	await client.send(command);
	expect(before).toEqual([isBefore]);
	// It is that of the content, also when it is sent again.
	const headers = { 'x-amz-content-sha256': createHash('sha256').update(Body).digest('hex') };
	expect(sent).toMatchObject([{ headers }, { headers }]);
});

test.each([
	['compares the MD5', 'https://nbg1.your-objectstorage.com', true, 'UNSIGNED-PAYLOAD'],
	['compares it, of a request without', 'https://nbg1.your-objectstorage.com', false, undefined],
	['is not known', 'https://s3.example.com', true, undefined],
	['is AWS', undefined, true, undefined],
])(
	'the SHA-256 of a body is left out where another sum is as good: the server %s',
	async (_, endpoint, hasMd5, left) => {
		const { client, sent } = recording();
		client.middlewareStack.add(contentSha256({ endpoint }), { step: 'build', priority: 'low', name: 'contentSha256' });
		const Body = Buffer.from('content');
		const ContentMD5 = hasMd5 ? createHash('md5').update(Body).digest('base64') : undefined;
		await client.send(new PutObjectCommand({ Bucket: 'one', Key: 'k', Body, ContentMD5 }));
		const sum = left ?? createHash('sha256').update(Body).digest('hex');
		expect(sent).toMatchObject([{ headers: { 'x-amz-content-sha256': sum } }]);
		expect(sent).toMatchObject([{ headers: hasMd5 ? { 'content-md5': ContentMD5 } : {} }]);
	},
);
