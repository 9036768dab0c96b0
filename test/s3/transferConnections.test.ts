import { until } from '../support/until';
import { randomBytes } from 'node:crypto';
import {
	CreateBucketCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { allow, bucketName, credentials, makeBucket, makeUser, one, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const MiB = 1024 ** 2;

/** A source of ours, and another user with a bucket who may not read it. */
const setUp = async () => {
	const user = await makeUser();
	const { accessKeyId, secretAccessKey } = user;
	const client = new S3Client({
		...{ endpoint: server.endpoint, region: server.region, forcePathStyle: true },
		credentials: { accessKeyId, secretAccessKey },
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	const [bucket, destinationBucket] = [await makeBucket(), bucketName()];
	await client.send(new CreateBucketCommand({ Bucket: destinationBucket }));
	const put = async (Key: string, Body: string | Buffer, more: object = {}) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
	const parameters = {
		...{ destination: 'destinationConnection', bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' },
	};
	/** Runs it through a proxy that sees the requests of both connections. */
	const run = async (more: object = {}, operation: 'transfer.run' | 'transfer.plan' = 'transfer.run') => {
		const proxy = await startProxy(server.endpoint);
		const endpoint = proxy.url;
		const settings = {
			connection: { endpoint },
			destination: { ...credentials, accessKeyId, secretAccessKey, endpoint },
		};
		const [summary = {}] = jsonOf(await s3(operation, { ...parameters, ...more }, settings));
		const isContent = /^GET \/[^?]*\/from\/[^?]+(\?x-id=GetObject)?$/;
		return { summary, read: proxy.taken().filter((line) => isContent.test(line)) };
	};
	return {
		user,
		client,
		bucket,
		destinationBucket,
		put,
		run,
		there: async () => await contentsOf(destinationBucket, client),
	};
};

test('streams to a connection that cannot see the source: content, metadata, headers, tags; then only what differs', async () => {
	const { run, put, there, client, destinationBucket } = await setUp();
	await put('from/a', 'one', { Metadata: { m: 'n' }, ContentType: 'text/x', Tagging: 'k=v' });
	await put('from/b/😀', 'two');
	const big = randomBytes(4.5 * MiB).toString('hex');
	await put('from/big', big);
	// Within one second the ETags decide, and the copy in parts has another one.
	const second = Math.floor(Date.now() / 1000);
	await until(() => Math.floor(Date.now() / 1000) > second);
	const { summary, read } = await run();
	expect(summary).toMatchObject({ done: true, copied: 3 });
	expect(read.length).toBeGreaterThanOrEqual(3);
	const at = { Bucket: destinationBucket, Key: 'to/a' };
	expect(await client.send(new HeadObjectCommand(at))).toMatchObject({ Metadata: { m: 'n' }, ContentType: 'text/x' });
	expect((await client.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
	const { 'to/big': large, ...small } = await there();
	expect(small).toEqual({ 'to/a': 'one', 'to/b/😀': 'two' });
	expect(large === big).toBe(true);
	expect(await run()).toMatchObject({ summary: { done: true, copied: 0, reasons: { same: 3 } }, read: [] });
	await put('from/a', 'ONE');
	expect((await run()).summary).toMatchObject({ copied: 1, overwritten: 1 });
	expect(await there()).toMatchObject({ 'to/a': 'ONE', 'to/b/😀': 'two' });
});

test('S3 copies by itself where the keys of the destination may read the source', async () => {
	const { run, put, there, user, bucket } = await setUp();
	for (const key of ['a', 'b', 'c']) await put(`from/${key}`, key);
	await allow(bucket, user.name, [
		{ Action: ['s3:GetObject', 's3:GetObjectTagging'], Resource: [`arn:aws:s3:::${bucket}/*`] },
	]);
	expect(await run()).toMatchObject({ summary: { done: true, copied: 3 }, read: [] });
	expect(await there()).toEqual({ 'to/a': 'a', 'to/b': 'b', 'to/c': 'c' });
});

test('what a policy leaves out is streamed', async () => {
	const { run, put, there, user, bucket } = await setUp();
	for (const key of ['a', 'b', 'c']) await put(`from/${key}`, key);
	await allow(bucket, user.name, [
		{ Action: ['s3:GetObject', 's3:GetObjectTagging'], Resource: [`arn:aws:s3:::${bucket}/from/a`] },
	]);
	const { summary, read } = await run();
	expect(summary).toMatchObject({ done: true, copied: 3 });
	expect(read.some((line) => line.includes('/from/a'))).toBe(read.length === 3);
	expect(await there()).toEqual({ 'to/a': 'a', 'to/b': 'b', 'to/c': 'c' });
});

test('a mirror deletes at the destination with its own keys, and a move at the source with those of the source', async () => {
	const { run, put, there, client, bucket, destinationBucket } = await setUp();
	for (const key of ['a', 'b', 'c']) await put(`from/${key}`, key);
	await run();
	await client.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'to/x', Body: 'x' }));
	const options = { backupPrefix: 'old/' };
	expect((await run({ mode: 'mirror', options })).summary).toMatchObject({ done: true, copied: 0, deleted: 1 });
	expect(await there()).toEqual({ 'old/x': 'x', 'to/a': 'a', 'to/b': 'b', 'to/c': 'c' });
	await put('from/d', 'd');
	expect((await run({ mode: 'move' })).summary).toMatchObject({ done: true, copied: 1, moved: 4 });
	expect(await contentsOf(bucket)).toEqual({});
	expect(await there()).toEqual({ 'old/x': 'x', 'to/a': 'a', 'to/b': 'b', 'to/c': 'c', 'to/d': 'd' });
});

test('a plan needs nothing but the listings', async () => {
	const { run, put, there } = await setUp();
	await put('from/a', 'one');
	expect(await run({}, 'transfer.plan')).toMatchObject({ summary: { planned: true, copied: 1 }, read: [] });
	expect(await there()).toEqual({});
});

test('names the bucket that cannot be listed', async () => {
	const { bucket, destinationBucket } = await setUp();
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	expect((await refusal(one('transfer.run', parameters))).message).toContain(destinationBucket);
});

describe('the same bucket by another address', () => {
	const inBucket = async (keys: string[]) => {
		const bucket = await makeBucket();
		for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
		const contents = Object.fromEntries(keys.map((key) => [key, key]));
		return { bucket, contents };
	};
	const places = {
		destination: 'destinationConnection',
		options: { allowWholeDestination: true, maxDeletedShare: 100 },
	};

	test.each([
		['move', '', ''],
		['move', 'a/', ''],
		['mirror', '', 'a/'],
		['mirror', 'a/', ''],
	])('%s from %j to %j is refused before anything is written', async (mode, prefix, destinationPrefix) => {
		const { bucket, contents } = await inBucket(['a/b', 'a/c', 'd']);
		const destination = { endpoint: (await startProxy(server.endpoint)).url };
		const parameters = { ...places, mode, bucket, prefix, destinationBucket: bucket, destinationPrefix };
		const { message } = await refusal(s3('transfer.run', parameters, { destination }));
		expect(message).toContain('in the same bucket');
		expect(await contentsOf(bucket)).toEqual(contents);
		// Beside each other they do no harm.
		const beside = { ...parameters, prefix: 'a/', destinationPrefix: 'e/' };
		const [summary] = jsonOf(await s3('transfer.run', beside, { destination }));
		expect(summary).toMatchObject({ done: true, copied: 2 });
	});

	test('a move never deletes an object that is its own copy, also where that shows only later', async () => {
		const { bucket, contents } = await inBucket(['a', 'b', 'c']);
		const proxy = await startProxy(server.endpoint, ({ method, url }) =>
			method === 'HEAD' && /\/a$/.test(String(url)) ? refused(403, 'AccessDenied') : 'pass',
		);
		const parameters = { ...places, mode: 'move', bucket, destinationBucket: bucket };
		for (const [compare, message] of [
			['size', `Access to object 'a' in bucket '${bucket}' was denied`],
			['always', /^'[bc]' is the same object at both sides$/],
		]) {
			const run = s3('transfer.run', { ...parameters, compare }, { destination: { endpoint: proxy.url } });
			await expect(run).rejects.toThrow(message);
			expect(await contentsOf(bucket)).toEqual(contents);
		}
	});
});
