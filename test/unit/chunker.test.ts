import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { chunker } from '../../nodes/AwsS3/s3/parts/chunker';
import { cut, endless, inPieces } from '../support/pieces';

const KiB = 1024;
const budget = () => memoryBudget(1024 * KiB);
const bytes = randomBytes(300 * KiB);

test.each<[string, number, number, number | undefined]>([
	['much larger than the chunks', 1000, 100 * KiB, undefined],
	['larger than is expected', 1000, 100 * KiB, 10],
	['where nothing is expected', 1000, 100 * KiB, 0],
	['smaller than the chunks', 100 * KiB, 999, undefined],
	['as large as the chunks', 4096, 4096, 4096],
	['larger than all of it', 4096, 400 * KiB, undefined],
])('pieces %s', async (_, chunk, size, expected) => {
	const { read } = chunker(cut(bytes, chunk), budget(), expected);
	const pieces: Buffer[] = [];
	for (let piece = await read(size); piece.length > 0; piece = await read(size)) pieces.push(piece);
	expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
	expect(new Set(pieces.slice(0, -1).map(({ length }) => length))).toEqual(new Set(pieces.length > 1 ? [size] : []));
	expect(await read(size)).toHaveLength(0);
});

test('sizes may change from piece to piece', async () => {
	const { read } = chunker(cut(bytes, 1000), budget());
	const pieces = [await read(10), await read(5000), await read(1), await read(0)];
	expect(pieces.map(({ length }) => length)).toEqual([10, 5000, 1, 0]);
	expect(Buffer.concat(pieces).equals(bytes.subarray(0, 5011))).toBe(true);
});

test('no more memory is taken than will be needed', async () => {
	const { read } = chunker(inPieces(Buffer.from('hello')), budget(), 5);
	expect((await read(100 * KiB)).buffer.byteLength).toBe(5);
	const small = chunker(cut(bytes, 1000), budget());
	expect((await small.read(10)).buffer.byteLength).toBe(10);
	expect((await small.read(100 * KiB)).buffer.byteLength).toBe(100 * KiB);
});

test('memory that was given back serves again', async () => {
	const { read, recycle } = chunker(cut(bytes, 1000), budget());
	const first = await read(KiB);
	const memory = first.buffer;
	recycle(first);
	const second = await read(KiB);
	const third = await read(KiB);
	expect([second.buffer === memory, third.buffer === memory]).toEqual([true, false]);
	expect(Buffer.concat([second, third]).equals(bytes.subarray(KiB, 3 * KiB))).toBe(true);
	// Of a piece that was not filled, all of its memory does.
	recycle(third.subarray(0, 10));
	expect((await read(KiB)).buffer).toBe(third.buffer);
});

test('memory that one source has given back serves another one', async () => {
	const shared = budget();
	const first = chunker(cut(bytes, 1000), shared);
	const piece = await first.read(KiB);
	first.recycle(piece);
	const second = chunker(cut(bytes, 1000), shared);
	expect((await second.read(KiB)).buffer).toBe(piece.buffer);
});

test('memory that is too large for a smaller piece does not serve', async () => {
	const { read, recycle } = chunker(cut(bytes, 1000), budget());
	const large = await read(5000);
	recycle(large);
	const small = await read(100);
	expect(small.buffer.byteLength).toBe(100);
});

test('memory that is too small for a larger piece serves as well', async () => {
	const { read, recycle } = chunker(cut(bytes, 1000), budget());
	recycle(await read(100));
	expect((await read(5000)).equals(bytes.subarray(100, 5100))).toBe(true);
});

test('who has enough closes the source', async () => {
	const { source, seen } = endless(Buffer.alloc(10));
	const { read, close } = chunker(source, budget());
	await read(100);
	expect(seen.given).toBe(10);
	await close();
	expect(seen.isClosed).toBe(true);
	const cannot: AsyncIterable<Uint8Array> = {
		[Symbol.asyncIterator]: () => ({ next: async () => await new Promise(() => {}) }),
	};
	await chunker(cannot, budget()).close();
});

test('who has enough of a source that is stuck does not wait for it', async () => {
	const stream = new Readable({ read: () => undefined });
	const stuck = chunker(stream, budget());
	const reading = stuck.read(10);
	await stuck.close();
	expect(stream.destroyed).toBe(true);
	await expect(reading).rejects.toThrow('Premature close');

	const held = new AbortController();
	async function* generator(): AsyncGenerator<Buffer> {
		await sleep(60_000, undefined, { signal: held.signal });
	}
	const { read, close } = chunker(generator(), budget());
	const waiting = read(10);
	await close();
	held.abort();
	await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

test('what comes of a source that was to be empty is read as well', async () => {
	const { read } = chunker(inPieces(Buffer.from('hello')), budget(), 0);
	expect((await read(100, 0)).toString()).toBe('hello');
});

test('a piece has no more than its size, however large its memory is', async () => {
	const { read } = chunker(inPieces(Buffer.from('hello world')), budget(), 11);
	expect([await read(5, 64), await read(1), await read(64)].map(String)).toEqual(['hello', ' ', 'world']);
});
