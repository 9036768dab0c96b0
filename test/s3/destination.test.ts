import { createHash, randomBytes } from 'node:crypto';
import {
	CreateBucketCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { longestCleanup } from '../../nodes/AwsS3/s3/write/afterStop';
import { jsonOf } from '../support/n8n';
import type { Fault, Tamper } from '../support/proxy';
import { refused, startProxy } from '../support/proxy';
import {
	bucketName,
	credentials,
	makeBucket,
	makeUser,
	one,
	refusal,
	s3,
	sdk,
	server,
	unlessMissing,
} from '../support/s3';
import { until } from '../support/until';
import { soon } from '../support/soon';

const MiB = 1024 ** 2;

/** Another user with a bucket. Neither user may read the bucket of the other. */
let other: { destination: object; sdk: S3Client; bucket: string };
let source: string;
beforeAll(async () => {
	source = await makeBucket();
	const { accessKeyId, secretAccessKey } = await makeUser();
	const theirs = new S3Client({
		...{ endpoint: server.endpoint, region: server.region, forcePathStyle: true },
		credentials: { accessKeyId, secretAccessKey },
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	const bucket = bucketName();
	await theirs.send(new CreateBucketCommand({ Bucket: bucket }));
	other = { destination: { ...credentials, accessKeyId, secretAccessKey, bucket }, sdk: theirs, bucket };
	const denied = { name: 'AccessDenied' };
	await expect(theirs.send(new ListObjectsV2Command({ Bucket: source }))).rejects.toMatchObject(denied);
	await expect(sdk.send(new ListObjectsV2Command({ Bucket: bucket }))).rejects.toMatchObject(denied);
});

const put = async (Key: string, Body: string | Buffer, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket: source, Key, Body, ContentLength: Body.length, ...more }));
const pair = (sourceKey: string, destinationKey = sourceKey, more: object = {}) => ({
	...{ destination: 'destinationConnection', sourceBucket: source, sourceKey },
	...{ destinationBucket: '', destinationKey },
	...more,
});
const copy = async (parameters: object, more: object = {}) =>
	await one('object.copy', { ...parameters }, { destination: other.destination, ...more });
const there = async (Key: string) => {
	const { Body } = await other.sdk.send(new GetObjectCommand({ Bucket: other.bucket, Key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const exists = async (Key: string) =>
	(await other.sdk.send(new HeadObjectCommand({ Bucket: other.bucket, Key })).catch(unlessMissing)) !== undefined;
const unfinished = async () =>
	(await other.sdk.send(new ListMultipartUploadsCommand({ Bucket: other.bucket }))).Uploads ?? [];
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** A proxy that applies the faults, in order, to the requests that `isMeant` selects. */
const faulty = async (faults: Array<Fault | Tamper | 'reset'>, isMeant: (line: string) => boolean) => {
	const left = [...faults];
	return await startProxy(server.endpoint, ({ method, url }) =>
		isMeant(`${method} ${url}`) ? (left.shift() ?? 'pass') : 'pass',
	);
};

const isContent = (line: string) => /^GET .*whole/.test(line) && !line.includes('tagging');

describe('to a connection that cannot see the source', () => {
	test('copies content, metadata, headers and tags', async () => {
		const more = { ContentType: 'text/x-mine', CacheControl: 'max-age=1', Metadata: { a: 'b' }, Tagging: 'x=y&z=%20' };
		await put('ä + b.txt', 'content', more);
		expect(await copy(pair('ä + b.txt', 'c/d.txt'))).toMatchObject({ copied: true, key: 'c/d.txt', size: 7 });
		expect(String(await there('c/d.txt'))).toBe('content');
		const head = await other.sdk.send(new HeadObjectCommand({ Bucket: other.bucket, Key: 'c/d.txt' }));
		expect(head).toMatchObject({ ContentType: 'text/x-mine', CacheControl: 'max-age=1', Metadata: { a: 'b' } });
		const { TagSet } = await other.sdk.send(new GetObjectTaggingCommand({ Bucket: other.bucket, Key: 'c/d.txt' }));
		expect(TagSet).toEqual([
			{ Key: 'x', Value: 'y' },
			{ Key: 'z', Value: ' ' },
		]);
	});

	test('metadata and tags in the options replace those of the source', async () => {
		await put('own', 'content', { ContentType: 'text/x-mine', Metadata: { a: 'b' }, Tagging: 'x=y' });
		const options = {
			metadata: { values: [{ name: 'c', value: 'd' }] },
			tags: { values: [{ name: 'e', value: 'f' }] },
		};
		await copy(pair('own', 'own', { options }));
		const head = await other.sdk.send(new HeadObjectCommand({ Bucket: other.bucket, Key: 'own' }));
		expect(head.Metadata).toEqual({ c: 'd' });
		const { TagSet } = await other.sdk.send(new GetObjectTaggingCommand({ Bucket: other.bucket, Key: 'own' }));
		expect(TagSet).toEqual([{ Key: 'e', Value: 'f' }]);
	});

	test('copies many parts with the smallest Memory', async () => {
		const bytes = randomBytes(70 * MiB + 1);
		await put('big', bytes);
		const copied = await copy(pair('big', 'big', { options: { memoryMib: 16 } }));
		expect(copied).toMatchObject({ copied: true, size: bytes.length, parts: 9 });
		expect(sha256(await there('big'))).toBe(sha256(bytes));
		expect(await unfinished()).toEqual([]);
	});

	test('an empty object', async () => {
		await put('empty', '');
		expect(await copy(pair('empty'))).toMatchObject({ copied: true, size: 0 });
		expect(await there('empty')).toHaveLength(0);
	});

	test('If Exists applies to the destination', async () => {
		await put('taken', 'new');
		await other.sdk.send(new PutObjectCommand({ Bucket: other.bucket, Key: 'taken', Body: 'old' }));
		const { message } = await refusal(copy(pair('taken', 'taken', { onConflict: 'fail' })));
		expect(message).toContain("'taken'");
		expect(await copy(pair('taken', 'taken', { onConflict: 'skip' }))).toMatchObject({ copied: false, skipped: true });
		expect(await copy(pair('taken', 'taken', { onConflict: 'rename' }))).toMatchObject({ key: 'taken (2)' });
		expect([String(await there('taken')), String(await there('taken (2)'))]).toEqual(['old', 'new']);
	});

	test.each([
		['small', 100],
		['multipart at the destination', 9 * MiB],
	])('Skip if Same recognizes an earlier copy: %s', async (key, size) => {
		await put(key, randomBytes(size));
		const again = pair(key, key, { onConflict: 'skipIfSame' });
		expect(await copy(again)).toMatchObject({ copied: true });
		expect(await copy(again)).toMatchObject({ copied: false, reason: 'same' });
		const bytes = randomBytes(size);
		await put(key, bytes);
		expect(await copy(again)).toMatchObject({ copied: true });
		expect((await there(key)).equals(bytes)).toBe(true);
	});

	test('a folder, after a dry run', async () => {
		for (const key of ['f/1', 'f/g/2', 'f/', 'f2']) await put(key, 'abc', { StorageClass: 'STANDARD_IA' });
		const parameters = {
			...{ destination: 'destinationConnection', sourceBucket: source, sourceFolder: 'f' },
			...{ destinationBucket: '', destinationFolder: 'f' },
		};
		const { destination } = other;
		const planned = jsonOf(await s3('folder.copy', { ...parameters, options: { dryRun: true } }, { destination }));
		expect(planned.map(({ key, bucket }) => [bucket, key])).toEqual(
			['f/', 'f/1', 'f/g/2'].map((key) => [other.bucket, key]),
		);
		expect(await exists('f/1')).toBe(false);
		expect(await one('folder.copy', parameters, { destination })).toMatchObject({ copied: true, objects: 3, bytes: 9 });
		expect(String(await there('f/g/2'))).toBe('abc');
		const head = await other.sdk.send(new HeadObjectCommand({ Bucket: other.bucket, Key: 'f/1' }));
		expect(head.StorageClass).toBe('STANDARD_IA');
	});

	test('Keep ACL is rejected', async () => {
		await put('acl', 'x');
		const { message } = await refusal(copy(pair('acl', 'acl', { options: { keepAcl: true } })));
		expect(message).toContain("'Keep ACL'");
		expect(await exists('acl')).toBe(false);
	});
});

describe('after a failure nothing is left behind', () => {
	const bytes = randomBytes(20 * MiB);
	beforeAll(async () => {
		await put('whole', bytes);
	});

	test('resumes after the source disconnects', async () => {
		const proxy = await faulty([{ at: 5 * MiB, how: 'reset' }, refused(503, 'SlowDown')], (line) => isContent(line));
		await copy(pair('whole', 'resumed'), { connection: { endpoint: proxy.url } });
		expect(sha256(await there('resumed'))).toBe(sha256(bytes));
	});

	test.each<[string, Tamper[], string]>([
		['the source is lost', Array.from({ length: 40 }, () => ({ at: 0, how: 'reset' })), 'was interrupted'],
		// One of the first 8 MiB: where a busy server seems far away, other connections may read the rest.
		['a byte is flipped', [{ at: MiB, how: 'flip' }], 'was corrupted in transit from S3'],
	])('%s', async (_, faults, words) => {
		const proxy = await faulty(faults, isContent);
		const { message } = await refusal(copy(pair('whole', 'broken'), { connection: { endpoint: proxy.url } }));
		expect(message).toContain(words);
		expect(await exists('broken')).toBe(false);
		expect(await unfinished()).toEqual([]);
	});

	test('the destination refuses a part', async () => {
		const proxy = await faulty([refused(403, 'AccessDenied')], (line) => line.includes('partNumber=2'));
		const destination = { ...other.destination, endpoint: proxy.url };
		const { message } = await refusal(copy(pair('whole', 'refused'), { destination }));
		expect(message).toContain('refused');
		expect(await exists('refused')).toBe(false);
		expect(await unfinished()).toEqual([]);
	});

	test('canceling ends it soon', async () => {
		const stop = new AbortController();
		const proxy = await faulty([{ at: 6 * MiB, how: 'stall' }], isContent);
		const running = refusal(
			copy(pair('whole', 'stopped'), { connection: { endpoint: proxy.url }, cancel: stop.signal }),
		);
		await until(() => proxy.requests.some(({ method, url }) => isContent(`${method} ${url}`)));
		const stopped = performance.now();
		stop.abort();
		expect((await running).message).toBe('The execution was stopped');
		expect(performance.now() - stopped).toBeLessThan(longestCleanup + soon);
		expect(await exists('stopped')).toBe(false);
		expect(await unfinished()).toEqual([]);
	});

	test('the error names an unreachable destination', async () => {
		const destination = { ...other.destination, endpoint: 'http://127.0.0.1:9' };
		const { message } = await refusal(copy(pair('whole', 'nowhere'), { destination }));
		expect(message).toContain('127.0.0.1:9');
	});
});
