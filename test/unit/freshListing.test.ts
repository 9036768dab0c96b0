import type { ListObjectsV2CommandInput } from '@aws-sdk/client-s3';
import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { freshListing, noteWritten } from '../../nodes/AwsS3/s3/list/freshListing';
import { compareKeys } from '../../nodes/AwsS3/s3/list/keyOrder';

let now = 1000;

beforeEach(() => jest.spyOn(performance, 'now').mockImplementation(() => now));
afterEach(() => jest.restoreAllMocks());

/** A server that lists these keys. */
const serverWith = (
	keys: string[],
	{ listsAtOnce = 'yes', fails, takes = 0 }: { listsAtOnce?: string; fails?: Error; takes?: number } = {},
) => {
	const requests: ListObjectsV2CommandInput[] = [];
	const s3 = {
		capabilities: { listsAtOnce },
		isDryRun: false,
		send: async ({ input }: { input: ListObjectsV2CommandInput }) => {
			requests.push(input);
			await Promise.resolve();
			now += takes;
			if (fails) throw fails;
			const { Prefix = '', StartAfter = '', MaxKeys = 1000 } = input;
			const all = keys.filter((key) => key.startsWith(Prefix) && compareKeys(key, StartAfter) > 0).sort(compareKeys);
			return { Contents: all.slice(0, MaxKeys).map((Key) => ({ Key })), IsTruncated: all.length > MaxKeys };
		},
	} as unknown as S3;
	const isFree = freshListing({ bucket: 'b', prefix: 'to/' });
	const ask = async (...asked: string[]) =>
		await Promise.all(asked.map(async (key) => await isFree(s3, { bucket: 'b', key, name: `b ${key}` })));
	return { ask, requests };
};

const numbered = (count: number) =>
	Array.from({ length: count }, (_, number) => `to/${String(number).padStart(4, '0')}`);

test('one listing tells of all keys that are asked for at the same time, and of those behind them', async () => {
	const { ask, requests } = serverWith(['other', 'to/0003', 'to/0007']);
	const answers = await ask(...numbered(8));
	expect(answers).toEqual([true, true, true, false, true, true, true, false]);
	expect(await ask('to/0008', 'to/z', 'to/😀')).toEqual([true, true, true]);
	expect(requests).toEqual([{ Bucket: 'b', Prefix: 'to/', StartAfter: 'to/000', MaxKeys: 200, EncodingType: 'url' }]);
});

test('it counts for a tenth of a second, and for as long again as it took', async () => {
	const { ask, requests } = serverWith([]);
	await ask('to/1');
	now += 99;
	await ask('to/2');
	expect(requests).toHaveLength(1);
	now += 1;
	expect(await ask('to/3')).toEqual([true]);
	expect(requests).toHaveLength(2);
	const slow = serverWith([], { takes: 200 });
	await slow.ask('to/1');
	now += 299;
	await slow.ask('to/2');
	expect(slow.requests).toHaveLength(1);
	now += 1;
	await slow.ask('to/3');
	expect(slow.requests).toHaveLength(2);
});

test('half a second is the most, and an answer that comes very late tells of nothing', async () => {
	const slow = serverWith([], { takes: 2000 });
	expect(await slow.ask('to/1')).toEqual([true]);
	now += 500;
	expect(await slow.ask('to/2')).toEqual([true]);
	expect(slow.requests).toHaveLength(2);
	expect(await serverWith([], { takes: 5001 }).ask('to/1')).toEqual([false]);
});

test('a key before the first one that was listed is listed again', async () => {
	const { ask, requests } = serverWith(['to/a']);
	await ask('to/mm');
	expect(await ask('to/a', 'to/b')).toEqual([false, true]);
	expect(requests.map(({ StartAfter }) => StartAfter)).toEqual(['to/m', 'to/']);
});

test('of many objects it tells as far as they go, and then pauses', async () => {
	const { ask, requests } = serverWith(numbered(1000).filter((key) => key !== 'to/0100'));
	expect(await ask('to/0100', 'to/0999x')).toEqual([true, false]);
	now += 4000;
	expect(await ask('to/0100')).toEqual([false]);
	expect(requests).toHaveLength(1);
	now += 1001;
	expect(await ask('to/0100')).toEqual([true]);
	expect(requests).toHaveLength(2);
});

test('it does not show what this process has written since it was requested', async () => {
	const { ask } = serverWith([]);
	expect(await ask('to/1')).toEqual([true]);
	noteWritten('b to/1');
	noteWritten('b to/2');
	expect(await ask('to/1', 'to/2', 'to/3')).toEqual([false, false, true]);
	now += 100;
	expect(await ask('to/2')).toEqual([true]);
});

test.each([
	['a server that may list later what was written', 'unknown', 'to/1', 0],
	['a key outside of the prefix', 'yes', 'other/1', 0],
])('%s is not asked', async (_, listsAtOnce, key, count) => {
	const { ask, requests } = serverWith([], { listsAtOnce });
	expect(await ask(key)).toEqual([false]);
	expect(requests).toHaveLength(count);
});

test('who may not list looks at the objects; a stop ends the wait', async () => {
	const denied = serverWith([], { fails: new Error('denied') });
	expect(await denied.ask('to/1', 'to/2')).toEqual([false, false]);
	expect(await denied.ask('to/3')).toEqual([false]);
	expect(denied.requests).toHaveLength(1);
	const stopped = serverWith([], { fails: Object.assign(new Error('stopped'), { name: 'AbortError' }) });
	await expect(stopped.ask('to/1')).rejects.toThrow('stopped');
});
