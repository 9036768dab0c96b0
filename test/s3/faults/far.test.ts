import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { connect } from '../../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../../nodes/AwsS3/s3/flow/memoryBudget';
import { download } from '../../../nodes/AwsS3/s3/read/download';
import { open } from '../../../nodes/AwsS3/s3/read/getObject';
import { delayServer } from '../../../sandbox/delay.cjs';
import { listen } from '../../support/listen';
import { readBinary } from '../../support/n8n';
import type { Decision } from '../../support/proxy';
import { refused, startProxy } from '../../support/proxy';
import { credentials, makeBucket, makeRole, refusal, s3, sdk, server } from '../../support/s3';
import { soon } from '../../support/soon';
import { until } from '../../support/until';

const MiB = 1024 ** 2;
const size = 48 * MiB + 12_345;
const content = randomBytes(size);
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: content }));
});

/** Single bytes are asked for to find out how far away S3 is. */
const isProbe = (range = '') => /^bytes=(\d+)-\1$/.test(range);

/** S3 so far away that one connection carries a MiB in a round trip; `decide` says what happens to the requests there. */
const farAway = async (
	decide: (range: string | undefined, request: IncomingMessage) => Decision | Promise<Decision> = () => 'pass',
	roundTrip = 60,
) => {
	const proxy = await startProxy(server.endpoint, (request) =>
		isProbe(request.headers.range) ? 'pass' : decide(request.headers.range, request),
	);
	const endpoint = `http://${await listen(delayServer(proxy.url, roundTrip, MiB))}`;
	return {
		connection: { ...credentials, endpoint },
		ranges: () => proxy.requests.map(({ headers }) => headers.range),
		bytesPassed: proxy.bytesPassed,
		/** Bytes for each request that asks for the whole object. */
		passedOfWhole: () => proxy.requests.flatMap((one) => (one.headers.range ? [] : one.bytesPassed)),
		atOnce: proxy.atOnce,
	};
};

/** Soon nothing more is asked for or sent, though there is more. */
const expectSilence = async ({ ranges, bytesPassed, passedOfWhole }: Awaited<ReturnType<typeof farAway>>) => {
	const state = () => `${ranges().length} ${bytesPassed()}`;
	let before = '';
	for (const end = performance.now() + 10_000; before !== state() && performance.now() < end;) {
		before = state();
		await sleep(500);
	}
	expect(state()).toBe(before);
	const [whole, ...others] = passedOfWhole();
	expect(others).toEqual([]);
	expect(whole).toBeLessThan(size);
	// Not the number of their bytes: on a busy machine, slow ranges are asked for a second time.
	const ends = ranges().map((range = '') => Number(/^bytes=\d+-(\d+)$/.exec(range)?.[1] ?? 0));
	expect(Math.max(...ends)).toBeLessThan(size - 1);
};

const get = async (far: Awaited<ReturnType<typeof farAway>>, parameters: object = {}) => {
	const [item] = await s3('object.download', { bucket, key: 'a', ...parameters }, { connection: far.connection });
	return item?.binary?.data ? await readBinary(item.binary.data) : Buffer.alloc(0);
};

test('a slow connection gets help from others, and the bytes come in order', async () => {
	const far = await farAway();
	expect(sha256(await get(far))).toBe(sha256(content));
	expect(far.atOnce()).toBeGreaterThan(4);
});

test('a claim that does not fit beside what is read ahead does not wait for its reader', async () => {
	const far = await farAway();
	const budget = memoryBudget(8 * MiB);
	const { body } = await download(connect(far.connection), { Bucket: bucket, Key: 'a' }, { budget });
	const isReadAhead = () => {
		const release = budget.spare(4 * MiB, () => {});
		release?.();
		return !release;
	};
	const kept: Buffer[] = [];
	let claims = 0;
	for await (const chunk of body) {
		kept.push(chunk);
		if (claims > 0 || !isReadAhead()) continue;
		// An upload does not read on before it has memory for the next part.
		const release = await budget.take(5 * MiB, AbortSignal.timeout(10_000));
		claims++;
		release();
	}
	expect(claims).toBe(1);
	expect(sha256(Buffer.concat(kept))).toBe(sha256(content));
	expect(isReadAhead()).toBe(false);
});

test('who keeps all pieces has the right bytes, though memory is used again', async () => {
	const far = await farAway();
	const { body } = await download(
		connect(far.connection),
		{ Bucket: bucket, Key: 'a' },
		{ budget: memoryBudget(32 * MiB) },
	);
	const kept: Buffer[] = [];
	for await (const chunk of body) kept.push(chunk);
	expect(sha256(Buffer.concat(kept))).toBe(sha256(content));
});

test('a range of an object as well', async () => {
	const far = await farAway();
	const bytes = await get(far, { options: { range: '1000-' } });
	expect(sha256(bytes)).toBe(sha256(content.subarray(1000)));
});

test('ranges that break off go on, and refused ones are asked for again', async () => {
	const hit = new Set<string>();
	const faults = [{ at: MiB, how: 'reset' } as const, refused(503, 'SlowDown'), 'reset' as const];
	const far = await farAway((range) => {
		if (!range || hit.has(range)) return 'pass';
		hit.add(range);
		return faults[hit.size % 4] ?? 'pass';
	});
	const bytes = await get(far);
	expect(sha256(bytes)).toBe(sha256(content));
});

test('a flipped byte in one of them is no success', async () => {
	let ranges = 0;
	let flipped: number | undefined;
	// A range may be asked for again, in other pieces: the byte is flipped in whatever brings it.
	const far = await farAway((range = '') => {
		const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range)?.map(Number) ?? [];
		if (start === undefined || end === undefined) return 'pass';
		if (++ranges === 4) flipped = start + 99;
		return flipped !== undefined && start <= flipped && flipped <= end ? { at: flipped - start, how: 'flip' } : 'pass';
	});
	const { message } = await refusal(get(far));
	expect(message).toContain('was corrupted in transit');
});

test('an object that is replaced meanwhile is no success', async () => {
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: content }));
	let replacing: Promise<unknown> | undefined;
	const replace = new PutObjectCommand({ Bucket: bucket, Key: 'replaced', Body: randomBytes(1000) });
	const far = await farAway((range) => {
		if (!range) return 'pass';
		replacing ??= sdk.send(replace);
		return replacing.then(() => 'pass');
	});
	const reading = s3('object.download', { bucket, key: 'replaced' }, { connection: far.connection });
	expect((await refusal(reading)).message).toContain('has changed, or already exists');
});

test('what comes before a request does not make S3 seem far away', async () => {
	const endpoint = `http://${await listen(delayServer(server.endpoint, 300))}`;
	const role = { arn: await makeRole(), sessionName: 'test', duration: 900, endpoint };
	const asked = performance.now();
	const { stream, roundTrip } = await open(connect({ ...credentials, role }), { Bucket: bucket, Key: 'a' }, 30_000);
	stream.destroy();
	expect(performance.now() - asked - roundTrip.latency).toBeGreaterThan(290);
});

test('a stop ends all of them soon', async () => {
	const stop = new AbortController();
	let ranges = 0;
	let stopped = 0;
	const far = await farAway((range) => {
		if (range && ++ranges === 6) {
			stopped = performance.now();
			stop.abort();
		}
		return 'pass';
	});
	const parameters = { bucket, key: 'a', options: { memoryMib: 32 } };
	const reading = s3('object.download', parameters, { connection: far.connection, cancel: stop.signal });
	expect((await refusal(reading)).message).toBe('The execution was stopped');
	expect(performance.now() - stopped).toBeLessThan(soon);
	await expectSilence(far);
});

test('whoever reads no further ends them, and gives the memory back', async () => {
	const far = await farAway();
	// With more, all ranges would be asked for at once where the answers seem to be nearer than they are.
	const budget = memoryBudget(32 * MiB);
	const { body } = await download(connect(far.connection), { Bucket: bucket, Key: 'a' }, { budget });
	let hasLeft = false;
	for await (const _chunk of body) if ((hasLeft = far.atOnce() > 2)) break;
	expect(hasLeft).toBe(true);
	const all = await budget.take(32 * MiB);
	all();
	await expectSilence(far);
});

test('memory that others need is left to them: one connection goes on', async () => {
	const far = await farAway();
	const budget = memoryBudget(8 * MiB);
	const release = await budget.take(5 * MiB);
	const { body } = await download(connect(far.connection), { Bucket: bucket, Key: 'a' }, { budget });
	const hash = createHash('sha256');
	for await (const chunk of body) hash.update(chunk);
	release();
	expect(hash.digest('hex')).toBe(sha256(content));
	// Beside it there is one at most that tells how far away S3 is, and on a busy machine one that is asked for a second time.
	expect(far.atOnce()).toBeLessThan(4);
});

test('a range that hangs is asked for again when others have come, and the one that was slower is ended', async () => {
	let ranges = 0;
	const hung: Socket[] = [];
	const far = await farAway((range, request) => {
		if (!range || ![2, 3, 5].includes(++ranges)) return 'pass';
		hung.push(request.socket);
		return ranges === 3 ? { at: MiB / 2, how: 'stall' } : 'silence';
	});
	const budget = memoryBudget(64 * MiB);
	// Nothing else than a second request ends the wait for a silent range.
	const settings = { budget, idleTimeout: 600_000 };
	const { body } = await download(connect(far.connection), { Bucket: bucket, Key: 'a' }, settings);
	expect(sha256(await buffer(body))).toBe(sha256(content));
	expect(hung).toHaveLength(3);
	await until(() => hung.every(({ destroyed }) => destroyed));
	const all = await budget.take(32 * MiB);
	all();
});
