import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { longestCleanup } from '../../../nodes/AwsS3/s3/write/afterStop';
import { delayServer } from '../../../sandbox/delay.cjs';
import { listen } from '../../support/listen';
import { keysIn, putMany } from '../../support/manyObjects';
import { jsonOf, keepBinary } from '../../support/n8n';
import type { Fault, Spoil, Tamper } from '../../support/proxy';
import { refused, startProxy } from '../../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server, unlessMissing } from '../../support/s3';
import { until } from '../../support/until';
import { soon } from '../../support/soon';

const MiB = 1024 ** 2;
type What = Fault | Tamper | Spoil | 'reset' | 'pass';
/** Which requests it happens to, and what, one after the other. */
type Faults = [which: (request: IncomingMessage) => boolean, what: What[]];

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const during = async <T>([which, what]: Faults, run: (connection: { endpoint: string }) => Promise<T>) => {
	const left = [...what];
	const proxy = await startProxy(server.endpoint, (request) => (which(request) ? (left.shift() ?? 'pass') : 'pass'));
	const result = await run({ endpoint: proxy.url });
	expect(left).toEqual([]);
	return result;
};

const stored = async (Key: string) => {
	const answer = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key })).catch(unlessMissing);
	return answer ? Buffer.from((await answer.Body?.transformToByteArray()) ?? []) : undefined;
};
const unfinished = async () => (await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
const file = async (bytes: Buffer): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(bytes) } },
];
const upload = async (bytes: Buffer, faults: Faults, more: object = {}) => {
	const items = await file(bytes);
	return await during(
		faults,
		async (connection) => await s3('object.upload', { bucket, key: 'a', ...more }, { items, connection }),
	);
};

const put = ({ method, url = '' }: IncomingMessage) => method === 'PUT' && !url.includes('partNumber');
const part =
	(number: number) =>
	({ method, url = '' }: IncomingMessage) =>
		method === 'PUT' && url.includes(`partNumber=${number}&`);
const begin = ({ method, url = '' }: IncomingMessage) => method === 'POST' && url.includes('uploads');
const complete = ({ method, url = '' }: IncomingMessage) => method === 'POST' && url.includes('uploadId=');
const inside = (code: string): Fault => ({ ...refused(200, code), headers: { 'content-type': 'application/xml' } });

const small = randomBytes(100_000);
const large = randomBytes(20 * MiB);

describe('an upload arrives whatever happens', () => {
	test.each<[string, Buffer, Faults]>([
		['in one piece: reset', small, [put, ['reset', 'reset']]],
		['in one piece: 503 and 500', small, [put, [refused(503, 'SlowDown'), refused(500, 'InternalError')]]],
		['in one piece: the answer is lost', small, [put, [{ at: 0, how: 'lost' }]]],
		['in parts: the beginning is refused twice', large, [begin, [refused(503, 'SlowDown'), 'reset']]],
		['in parts: a part is reset', large, [part(2), ['reset', 'reset']]],
		['in parts: a part is refused', large, [part(1), [refused(503, 'SlowDown'), refused(500, 'InternalError')]]],
		['in parts: the answer to a part is lost', large, [part(2), [{ at: 0, how: 'lost' }]]],
		['in parts: the end is refused', large, [complete, [refused(503, 'SlowDown')]]],
		['in parts: the end says 200 with an error inside', large, [complete, [inside('InternalError')]]],
		['in parts: the answer to the end is lost', large, [complete, [{ at: 0, how: 'lost' }]]],
	])('%s', async (_, bytes, faults) => {
		const [item] = await upload(bytes, faults);
		expect(item?.json).toMatchObject({ uploaded: true, size: bytes.length });
		expect((await stored('a'))?.equals(bytes)).toBe(true);
		expect(await unfinished()).toEqual([]);
	});

	test.each(['fail', 'skip', 'rename'])(
		"and is not taken for somebody else's where its first answer was lost: %s",
		async (onConflict) => {
			const [item] = await upload(small, [put, [{ at: 0, how: 'lost' }]], { onConflict });
			expect(item?.json).toMatchObject({ uploaded: true, key: 'a' });
			expect(jsonOf(await s3('object.getAll', { bucket }))).toHaveLength(1);
		},
	);
});

describe('an upload that cannot arrive leaves nothing behind, and the old object as it was', () => {
	const always = (what: What) => Array.from({ length: 5 }, () => what);
	test.each<[string, Buffer, Faults, string]>([
		['in one piece: refused', small, [put, always(refused(503, 'SlowDown'))], 'is too busy'],
		['in one piece: a flipped byte', small, [put, [{ flipRequestAt: 5000 }]], 'was corrupted in transit to S3'],
		['in parts: a flipped byte', large, [part(2), [{ flipRequestAt: MiB }]], 'was corrupted in transit to S3'],
		[
			'in parts: a part is refused for good',
			large,
			[part(2), always(refused(500, 'InternalError'))],
			'could not handle the request',
		],
		['in parts: a part is denied', large, [part(2), [refused(403, 'AccessDenied')]], 'denied'],
		['in parts: the end is denied', large, [complete, [refused(403, 'AccessDenied')]], 'denied'],
		['in parts: the token ends in the middle', large, [part(2), [refused(400, 'ExpiredToken')]], 'has expired'],
		['in parts: the upload is gone', large, [complete, [refused(404, 'NoSuchUpload')]], 'no longer exists'],
	])('%s', async (_, bytes, faults, words) => {
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
		expect((await refusal(upload(bytes, faults))).message).toContain(words);
		expect(String(await stored('a'))).toBe('old');
		expect(await unfinished()).toEqual([]);
	});

	test.each(['object.upload', 'multipartUpload.create'] as const)(
		'a stop while S3 begins %s leaves none behind',
		async (id) => {
			const stop = new AbortController();
			// S3 gets the request, but its answer comes too late.
			const proxy = await startProxy(server.endpoint, (request) => {
				if (begin(request)) stop.abort();
				return 'pass';
			});
			const connection = { endpoint: `http://${await listen(delayServer(proxy.url, 200))}` };
			const items = await file(large);
			const message = 'The execution was stopped';
			const run = s3(id, { bucket, key: 'a' }, { items, connection, cancel: stop.signal });
			expect(await refusal(run)).toMatchObject({ message });
			expect(proxy.taken()).toEqual([expect.stringContaining('?uploads')]);
			await until(() => proxy.requests.length > 0);
			await until(async () => (await unfinished()).length === 0);
			expect(proxy.taken()).toEqual([expect.stringMatching(/^DELETE .*uploadId/)]);
		},
	);

	test('a stop in the middle ends it soon', async () => {
		const stop = new AbortController();
		const proxy = await startProxy(server.endpoint, (request) => (part(2)(request) ? 'silence' : 'pass'));
		const items = await file(large);
		const running = refusal(
			s3('object.upload', { bucket, key: 'a' }, { items, connection: { endpoint: proxy.url }, cancel: stop.signal }),
		);
		await until(() => proxy.requests.some(({ url = '' }) => url.includes('partNumber=2')));
		const stopped = performance.now();
		stop.abort();
		expect((await running).message).toBe('The execution was stopped');
		expect(performance.now() - stopped).toBeLessThan(longestCleanup + soon);
		expect(await unfinished()).toEqual([]);
		expect(await stored('a')).toBeUndefined();
	});
});

describe('copies and deletions', () => {
	const copy = async (faults: Faults) => {
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'from', Body: small }));
		const pair = { sourceBucket: bucket, sourceKey: 'from', destinationBucket: bucket, destinationKey: 'to' };
		return await during(faults, async (connection) => await one('object.copy', pair, { connection }));
	};

	test.each<[string, What[]]>([
		['reset', ['reset']],
		['503', [refused(503, 'SlowDown')]],
		['200 with an error inside', [inside('InternalError'), inside('SlowDown')]],
		['the answer is lost', [{ at: 0, how: 'lost' }]],
	])('a copy: %s', async (_, what) => {
		expect(await copy([put, what])).toMatchObject({ copied: true });
		expect((await stored('to'))?.equals(small)).toBe(true);
	});

	test('a copy with 200 and an error inside that stays is no success', async () => {
		expect((await refusal(copy([put, Array.from({ length: 5 }, () => inside('InternalError'))]))).message).toContain(
			'could not handle the request',
		);
		expect(await stored('to')).toBeUndefined();
	});

	const deleteTwo = async (what: What[]) => {
		for (const Key of ['a', 'b']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
		const isDelete = ({ method }: IncomingMessage) => method === 'POST';
		return await during(
			[isDelete, what],
			async (connection) => await s3('object.deleteMany', { bucket, keys: ['a', 'b'] }, { connection }),
		);
	};
	const some = (code: string): Fault => ({
		status: 200,
		headers: { 'content-type': 'application/xml' },
		body: `<DeleteResult><Deleted><Key>a</Key></Deleted><Error><Key>b</Key><Code>${code}</Code></Error></DeleteResult>`,
	});

	test.each<[string, What[]]>([
		['reset', ['reset']],
		['503', [refused(503, 'SlowDown')]],
		['the answer is lost', [{ at: 0, how: 'lost' }]],
		['200 with an error inside', [inside('InternalError')]],
	])('a deletion: %s', async (_, what) => {
		expect(jsonOf(await deleteTwo(what))).toMatchObject([{ deleted: true }, { deleted: true }]);
		expect([await stored('a'), await stored('b')]).toEqual([undefined, undefined]);
	});

	test('a key that S3 was too busy for is tried again', async () => {
		// What the first answer says of `a` is not true here, but of `b` only the second one counts.
		expect(jsonOf(await deleteTwo([some('SlowDown')]))).toMatchObject([{ deleted: true }, { deleted: true }]);
		expect(await stored('b')).toBeUndefined();
	});

	test('a key that is refused for good is reported', async () => {
		expect(jsonOf(await deleteTwo([some('AccessDenied')]))).toMatchObject([
			{ deleted: true },
			{ deleted: false, error: { code: 'AccessDenied' } },
		]);
	});
});

describe('listings', () => {
	const list = ({ url = '' }: IncomingMessage) => url.includes('list-type=2');
	const all = async (faults: Faults) => {
		for (const Key of ['a', 'b']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
		return await during(
			faults,
			async (connection) => await s3('object.getAll', { bucket, returnAll: true }, { connection }),
		);
	};

	test.each<[string, What[]]>([
		['reset', ['reset']],
		['503 and 500', [refused(503, 'SlowDown'), refused(500, 'InternalError')]],
		['broken off in the middle', [{ at: 200, how: 'reset' }]],
		['ended too early', [{ at: 200, how: 'end' }]],
	])('%s', async (_, what) => {
		expect(jsonOf(await all([list, what])).map(({ key }) => key)).toEqual(['a', 'b']);
	});

	test('a page token that repeats is noticed', async () => {
		const page =
			'<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>same</NextContinuationToken></ListBucketResult>';
		const same = { status: 200, headers: { 'content-type': 'application/xml' }, body: page };
		expect((await refusal(all([list, [same, same]]))).message).toContain('same page token twice');
	});
});

describe('what S3 did is counted where a failure ends everything', () => {
	const keysBelow = async (Prefix: string) =>
		jsonOf(await s3('object.getAll', { bucket, prefix: Prefix, returnAll: true })).map(({ key }) => key);
	/** The second of so many requests at once is refused for good. The answers to the others arrive when that is known. */
	const refusesOneOf = async (atOnce: number, which: (request: IncomingMessage) => boolean) => {
		let seen = 0;
		let refuse: () => void = () => undefined;
		const isRefused = new Promise<void>((resolve) => (refuse = resolve));
		const answerAfter = isRefused.then(async () => await sleep(2000));
		return await startProxy(server.endpoint, async (request) => {
			if (!which(request)) return 'pass';
			if (++seen !== 2) return { answerAfter };
			await until(() => seen === atOnce);
			// The seconds count from when the refusal is on its way.
			setImmediate(refuse);
			return refused(403, 'InvalidAccessKeyId');
		});
	};

	test('copies of a folder', async () => {
		const keys = Array.from({ length: 30 }, (_, index) => `from/${index}`);
		await Promise.all(
			keys.map(async (Key) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))),
		);
		const proxy = await refusesOneOf(16, ({ headers }) => 'x-amz-copy-source' in headers);
		const pair = { sourceBucket: bucket, sourceFolder: 'from', destinationBucket: bucket, destinationFolder: 'to' };
		const connection = { endpoint: proxy.url };
		const [summary, failure] = jsonOf(await s3('folder.copy', pair, { connection, continueOnFail: true }));
		const copied = await keysBelow('to/');
		expect(copied).toHaveLength(15);
		expect(summary).toMatchObject({ copied: false, objects: copied.length, failed: 1 });
		expect(failure).toMatchObject({ error: { code: 'InvalidAccessKeyId' } });
	});

	test('deletions in a folder', async () => {
		await putMany(bucket, keysIn('from', 2500));
		const proxy = await refusesOneOf(3, ({ method, url = '' }) => method === 'POST' && url.includes('delete'));
		const connection = { endpoint: proxy.url };
		const parameters = { bucket, folder: 'from' };
		const [summary] = jsonOf(await s3('folder.delete', parameters, { connection, continueOnFail: true }));
		const left = await keysBelow('from/');
		expect(left).toHaveLength(1000);
		expect(summary).toMatchObject({ deleted: false, objects: 1500, failed: 1000 });
	});
});

test('many items slow down together while S3 is too busy, and all arrive', async () => {
	const arrivals: number[] = [];
	const refusals: number[] = [];
	const proxy = await startProxy(server.endpoint, () => {
		const taken = arrivals.push(performance.now());
		if (taken > 12 || taken % 3 > 0) return 'pass';
		refusals.push(performance.now());
		return refused(503, 'SlowDown');
	});
	const items = Array.from({ length: 120 }, (_, index) => ({ json: { index } }));
	const parameters = {
		bucket,
		key: (_: unknown, index: number) => `${index}`,
		source: 'json',
		options: { concurrency: 64 },
	};
	const output = await s3('object.upload', parameters, { items, connection: { endpoint: proxy.url } });
	expect(output).toHaveLength(120);
	expect(refusals).toHaveLength(4);
	// At their own pace, all 64 of them would go on within a second.
	const last = Math.max(...refusals);
	const soonAfter = arrivals.filter((time) => time > last && time < last + 1500);
	expect(soonAfter.length).toBeLessThan(32);
	expect(jsonOf(await s3('object.getAll', { bucket, returnAll: true }))).toHaveLength(120);
});
