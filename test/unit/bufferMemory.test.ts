import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PerformanceObserver, constants } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { countPassedOn, freeBuffer } from '../../nodes/AwsS3/s3/flow/bufferMemory';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { chunker } from '../../nodes/AwsS3/s3/parts/chunker';
import { upload } from '../../nodes/AwsS3/s3/write/upload';
import { startIgnorantServer } from '../support/ignorantServer';
import { until } from '../support/until';

const MiB = 1024 ** 2;

const kindOf = (entry: object): unknown => {
	const detail: unknown = Reflect.get(entry, 'detail');
	return typeof detail === 'object' && detail !== null ? Reflect.get(detail, 'kind') : undefined;
};

/** Runs something, and counts V8's collections of young objects meanwhile, once it knows of the expected ones. */
const youngCollectionsIn = async (run: () => void, expected: number) => {
	let count = 0;
	const observer = new PerformanceObserver((list) => {
		for (const entry of list.getEntries()) if (kindOf(entry) === constants.NODE_PERFORMANCE_GC_MINOR) count++;
	});
	observer.observe({ entryTypes: ['gc'] });
	run();
	// Where too few come, the test shows how many came.
	await until(() => count >= expected).catch(() => undefined);
	observer.disconnect();
	return count;
};

test('the buffers that were passed on are freed in time', async () => {
	const passed = 512;
	// V8 by itself collects after 32 MiB.
	const collections = Math.floor(passed / 24);
	const before = process.memoryUsage().arrayBuffers;
	let most = 0;
	const run = () => {
		for (let buffer = 0; buffer < passed; buffer++) {
			new Uint8Array(MiB).fill(1);
			countPassedOn(MiB);
			most = Math.max(most, process.memoryUsage().arrayBuffers - before);
		}
	};
	expect(await youngCollectionsIn(run, collections)).toBeGreaterThanOrEqual(collections);
	// Threads of V8 free the memory, up to the next collection.
	expect(most).toBeLessThan(64 * MiB);
});

test('V8 collects young objects each time, also once it has optimized the code', async () => {
	// V8 leaves out an array that nobody sees once it has optimized the code that makes it.
	const calls = 2000;
	const run = () => {
		for (let call = 0; call < calls; call++) countPassedOn(24 * MiB);
	};
	expect(await youngCollectionsIn(run, calls)).toBeGreaterThanOrEqual(calls);
});

test('an operator who has asked Node for the collector keeps it', () => {
	setFlagsFromString('--expose-gc');
	countPassedOn(64 * MiB);
	const collector: unknown = runInNewContext('typeof gc');
	setFlagsFromString('--no-expose-gc');
	expect(collector).toBe('function');
});

test('a buffer is free at once, and its memory with it', () => {
	const before = process.memoryUsage().arrayBuffers;
	for (let made = 0; made < 64; made++) freeBuffer(Buffer.allocUnsafeSlow(MiB));
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 * MiB);
	const bytes = Buffer.allocUnsafeSlow(10);
	freeBuffer(bytes);
	freeBuffer(bytes);
	expect(bytes).toHaveLength(0);
});

test('memory that others use as well stays', () => {
	const whole = Buffer.allocUnsafeSlow(10).fill('a');
	freeBuffer(whole.subarray(0, 5));
	freeBuffer(whole.subarray(1));
	const pooled = Buffer.from('pooled');
	freeBuffer(pooled);
	const shared = new Uint8Array(new SharedArrayBuffer(3));
	freeBuffer(shared);
	expect([whole.toString(), pooled.toString(), shared.length]).toEqual(['aaaaaaaaaa', 'pooled', 3]);
});

test('a file passes through the chunker whole, and leaves nothing behind', async () => {
	const folder = await mkdtemp(join(tmpdir(), 'chunker-'));
	const file = join(folder, 'file');
	const content = randomBytes(32 * MiB);
	await writeFile(file, content);
	const { read, recycle } = chunker(
		createReadStream(file, { highWaterMark: MiB }),
		memoryBudget(64 * MiB),
		content.length,
	);
	const before = process.memoryUsage().arrayBuffers;
	let at = 0;
	let most = 0;
	for (let piece = await read(3 * MiB); piece.length > 0; piece = await read(3 * MiB)) {
		expect(piece.equals(content.subarray(at, at + piece.length))).toBe(true);
		at += piece.length;
		recycle(piece);
		most = Math.max(most, process.memoryUsage().arrayBuffers - before);
	}
	await rm(folder, { recursive: true });
	expect(at).toBe(content.length);
	expect(most).toBeLessThan(10 * MiB);
});

test('bytes that a caller has are still there after the chunker has read them', async () => {
	const mine = Buffer.allocUnsafeSlow(100).fill('x');
	const { read } = chunker(
		(async function* () {
			yield mine;
		})(),
		memoryBudget(MiB),
	);
	expect((await read(100)).equals(mine)).toBe(true);
	expect(mine).toHaveLength(100);
});

test('uploads in one request use the memory of those before them, except for small ones', async () => {
	const server = await startIgnorantServer();
	server.makeBucket('here');
	const s3 = connect(server.credentials);
	const budget = memoryBudget(64 * MiB);
	const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow');
	const large = () => allocate.mock.calls.filter(([size]) => size >= MiB).length;
	const put = async (key: string, bytes: number, letter: string) => {
		const size = Math.round(bytes);
		const body = Readable.from([Buffer.alloc(size, letter)]);
		await upload(s3, { input: { Bucket: 'here', Key: key }, body, length: size, budget });
	};
	await put('small', 1000, 's');
	await put('other', 1000, 'o');
	expect(allocate.mock.calls.filter(([size]) => size === 1000)).toHaveLength(2);
	await put('a', 2 * MiB, 'a');
	expect(large()).toBe(1);
	await put('b', 1.6 * MiB, 'b');
	await put('c', 1.9 * MiB, 'c');
	expect(large()).toBe(1);
	// It has claimed only its own size.
	await put('tiny', 500, 't');
	expect(allocate.mock.calls.at(-1)).toEqual([500]);
	const { here = {} } = server.state();
	const md5 = (size: number, letter: string) =>
		createHash('md5')
			.update(Buffer.alloc(Math.round(size), letter))
			.digest('hex');
	expect(Object.keys(here)).toEqual(['small', 'other', 'a', 'b', 'c', 'tiny']);
	expect(here.a).toContain(md5(2 * MiB, 'a'));
	expect(here.b).toContain(md5(1.6 * MiB, 'b'));
	expect(here.c).toContain(md5(1.9 * MiB, 'c'));
	allocate.mockRestore();
});

test('memory is not used again while a refused attempt may still send it', async () => {
	let refusals = 1;
	const server = await startIgnorantServer(({ method }) =>
		method === 'PUT' && refusals-- > 0
			? { status: 503, body: '<Error><Code>SlowDown</Code><Message>slow</Message></Error>' }
			: undefined,
	);
	server.makeBucket('here');
	const s3 = connect(server.credentials);
	const budget = memoryBudget(64 * MiB);
	const reusable = async (key: string) => {
		const body = Readable.from([Buffer.alloc(2 * MiB, key)]);
		await upload(s3, { input: { Bucket: 'here', Key: key }, body, length: 2 * MiB, budget });
		const memory = budget.reuse(2 * MiB);
		return memory !== undefined;
	};
	expect(await reusable('refused')).toBe(false);
	expect(await reusable('at once')).toBe(true);
});

test('objects of many sizes need little memory, and no piece has more than was claimed', async () => {
	const budget = memoryBudget(64 * MiB);
	const allocate = jest.spyOn(Buffer, 'allocUnsafeSlow');
	const server = await startIgnorantServer();
	server.makeBucket('here');
	const s3 = connect(server.credentials);
	for (let round = 0; round < 4; round++)
		for (const size of [8, 16, 5, 11].map((mib) => mib * MiB)) {
			const body = Readable.from([Buffer.alloc(size, 'x'), Buffer.alloc(0)], { objectMode: true });
			await upload(s3, { input: { Bucket: 'here', Key: 'k' }, body, length: size, partSize: size + 1, budget });
		}
	const sizes = allocate.mock.calls.map(([size]) => size / MiB).filter((size) => size >= 1);
	allocate.mockRestore();
	expect(sizes).toEqual([8, 16, 6, 12]);
});
