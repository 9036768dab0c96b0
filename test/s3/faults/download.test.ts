import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { connect } from '../../../nodes/AwsS3/s3/client/client';
import { download } from '../../../nodes/AwsS3/s3/read/download';
import { readBinary } from '../../support/n8n';
import type { Decision, Tamper } from '../../support/proxy';
import { refused, startProxy } from '../../support/proxy';
import { credentials, makeBucket, refusal, s3, sdk, server } from '../../support/s3';
import { soon } from '../../support/soon';
import { until } from '../../support/until';

const MiB = 1024 ** 2;
const content = randomBytes(3 * MiB);

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: content }));
});

/** Downloads through a proxy which does this to the first requests; gives the bytes, and the ranges that were asked for. */
const get = async (faults: Decision[], parameters: object = {}) => {
	const left = [...faults];
	const proxy = await startProxy(server.endpoint, () => left.shift() ?? 'pass');
	const [item] = await s3(
		'object.download',
		{ bucket, key: 'a', ...parameters },
		{ connection: { endpoint: proxy.url } },
	);
	const bytes = item?.binary?.data ? await readBinary(item.binary.data) : Buffer.alloc(0);
	return {
		bytes,
		ranges: proxy.requests.map(({ headers }) => headers.range),
		matches: proxy.requests.map(({ headers }) => headers['if-match']),
	};
};

describe('a download that breaks off goes on where it was', () => {
	test.each<[string, Decision[]]>([
		['reset at once', ['reset']],
		['reset at byte 0 of the body', [{ at: 0, how: 'reset' }]],
		['reset in the middle', [{ at: MiB + 17, how: 'reset' }]],
		['reset at the last byte', [{ at: 3 * MiB - 1, how: 'reset' }]],
		['ended too early', [{ at: 2 * MiB, how: 'end' }]],
		['broken off four times', Array.from({ length: 4 }, () => ({ at: 300_000, how: 'reset' as const }))],
		['503 in the middle', [{ at: MiB, how: 'reset' }, refused(503, 'SlowDown'), refused(503, 'SlowDown')]],
		['500, twice', [refused(500, 'InternalError'), refused(500, 'InternalError')]],
	])('%s', async (_, faults) => {
		const { bytes } = await get(faults);
		expect(bytes.equals(content)).toBe(true);
	});

	test('it asks for the rest only, and for the same object', async () => {
		const { bytes, ranges, matches } = await get([{ at: MiB, how: 'reset' }]);
		expect(bytes.equals(content)).toBe(true);
		const [first, second] = ranges;
		expect([first, second?.endsWith(`-${3 * MiB - 1}`)]).toEqual([undefined, true]);
		expect(matches[1]).toBe(`"${createHash('md5').update(content).digest('hex')}"`);
	});

	test('a range that breaks off goes on inside of the range', async () => {
		const parameters = { options: { range: '1000-2000999' } };
		const { bytes } = await get([{ at: 1_500_000, how: 'reset' }], parameters);
		expect(bytes.equals(content.subarray(1000, 2_001_000))).toBe(true);
	});

	/** Downloads with little patience through a proxy that does this to the first requests; gives the bytes. */
	const getSoon = async (decisions: Decision[], idleTimeout = 1000) => {
		const left = [...decisions];
		const proxy = await startProxy(server.endpoint, () => left.shift() ?? 'pass');
		const connection = connect({ ...credentials, endpoint: proxy.url });
		const { body } = await download(connection, { Bucket: bucket, Key: 'a' }, { idleTimeout });
		return await buffer(body);
	};

	test('a server that stalls is asked again', async () => {
		const bytes = await getSoon([{ at: MiB, how: 'stall' }]);
		expect(bytes.equals(content)).toBe(true);
	});

	test('a server that never answers is asked again, at first and where it broke off', async () => {
		const silence: Decision[] = ['silence', 'silence', 'silence'];
		// Only one attempt is left, and it has to begin within this time. Both wait side by side.
		const faults: Decision[] = ['silence', { at: MiB, how: 'reset' }];
		const downloads = await Promise.all(faults.map(async (first) => await getSoon([first, ...silence], 5000)));
		for (const bytes of downloads) expect(bytes.equals(content)).toBe(true);
	}, 60_000);

	test('a server that never answers is given up', async () => {
		const always = Array.from({ length: 50 }, (): Decision => 'silence');
		await expect(getSoon(always)).rejects.toMatchObject({ code: 'IdleTimeout' });
	}, 60_000);

	test('connections that were cut off without a word while they were idle cost one wait, not one each', async () => {
		const cutOff = new Set<unknown>();
		const seen = new Set<unknown>();
		let waiting = 0;
		let isFull = () => {};
		const full = new Promise<'pass'>((resolve) => (isFull = () => resolve('pass')));
		const proxy = await startProxy(server.endpoint, ({ socket }) => {
			if (cutOff.has(socket)) return 'silence';
			seen.add(socket);
			if (++waiting === 8) isFull();
			return full;
		});
		const connection = connect({ ...credentials, endpoint: proxy.url });
		const get = async (idleTimeout?: number) => {
			const { body } = await download(connection, { Bucket: bucket, Key: 'a' }, { idleTimeout });
			return await buffer(body);
		};
		// More connections than there are attempts. A slow server must not time out here, which would open more of them.
		await Promise.all(Array.from({ length: 8 }, async () => await get()));
		expect(seen.size).toBe(8);
		for (const socket of seen) cutOff.add(socket);
		const bytes = await get(1000);
		expect(bytes.equals(content)).toBe(true);
	}, 20_000);
});

describe('what is not the object is no success', () => {
	test('a flipped byte', async () => {
		expect((await refusal(get([{ at: MiB, how: 'flip' }]))).message).toBe(
			`The object 'a' in bucket '${bucket}' was corrupted in transit from S3`,
		);
	});

	test('a flipped byte in a part that was asked for again', async () => {
		expect(
			(
				await refusal(
					get([
						{ at: MiB, how: 'reset' },
						{ at: 99, how: 'flip' },
					]),
				)
			).message,
		).toContain('was corrupted in transit');
	});

	test('keys that end in the middle', async () => {
		const { message } = await refusal(get([{ at: MiB, how: 'reset' }, refused(400, 'ExpiredToken')]));
		expect(message).toContain('has expired');
	});

	test('an object that is replaced in the middle', async () => {
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: content }));
		const replace = new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: randomBytes(3 * MiB) });
		const proxy = await startProxy(server.endpoint, ({ headers }) =>
			headers.range ? sdk.send(replace).then(() => 'pass') : { at: MiB, how: 'reset' },
		);
		const reading = s3('object.download', { bucket, key: 'replaced' }, { connection: { endpoint: proxy.url } });
		expect((await refusal(reading)).message).toContain('has changed, or already exists');
	});

	test('a connection that always breaks off at the same place', async () => {
		const always = Array.from({ length: 50 }, (): Tamper => ({ at: 0, how: 'reset' }));
		expect((await refusal(get(always))).message).toContain('was interrupted');
	});

	test('a stop in the middle ends it soon', async () => {
		const proxy = await startProxy(server.endpoint, () => ({ at: MiB, how: 'stall' }));
		const stop = new AbortController();
		const reading = refusal(
			s3('object.download', { bucket, key: 'a' }, { connection: { endpoint: proxy.url }, cancel: stop.signal }),
		);
		// Where the server stalls, more bytes have come to the proxy.
		await until(() => proxy.bytesPassed() > MiB);
		const stopped = performance.now();
		stop.abort();
		expect((await reading).message).toBe('The execution was stopped');
		expect(performance.now() - stopped).toBeLessThan(soon);
	});
});
