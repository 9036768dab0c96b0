import { setTimeout as sleep } from 'node:timers/promises';
import { field } from '../../nodes/AwsS3/core/field';
import { operation } from '../../nodes/AwsS3/core/operation';
import { options } from '../../nodes/AwsS3/core/fields/options';
import type { ItemContext } from '../../nodes/AwsS3/core/operation';
import { s3Failure } from '../../nodes/AwsS3/s3/failure';
import { jsonOf, runNode } from '../support/n8n';

const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'very-secret', region: 'eu-central-1' };
const value = field({ displayName: 'Value', name: 'value', type: 'string', default: '' });

type Verb = (context: ItemContext<{ value: string; options: { concurrency?: number } }>) => Promise<object | object[]>;

const verb = (execute: Verb) =>
	operation({
		resource: 'test',
		operation: 'verb',
		name: 'Verb',
		action: 'Do it',
		description: '',
		fields: [value, options()],
		permissions: [],
		effect: 'read',
		execute,
	});

const run = async (execute: Verb, parameters: object = {}, more: object = {}) =>
	await runNode({
		parameters: { resource: 'test', operation: 'verb', ...parameters },
		credentials,
		operations: [verb(execute)],
		...more,
	});

const items = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { index } }));
const byIndex = (_: unknown, index: number) => `${index}`;

test('outputs come in the order of the items, each paired with its own', async () => {
	const output = await run(
		async ({ params, itemIndex }) => {
			await sleep(20 - itemIndex);
			return [{ at: params.value }, { at: params.value }];
		},
		{ value: byIndex },
		{ items: items(20) },
	);
	expect(jsonOf(output)).toEqual(items(20).flatMap(({ json }) => [{ at: `${json.index}` }, { at: `${json.index}` }]));
	expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items(20).flatMap((_, item) => [{ item }, { item }]));
});

test.each([
	[3, 3],
	[64, 40],
])('Concurrency %p works on %d items at a time', async (concurrency, expected) => {
	let now = 0;
	let most = 0;
	await run(
		async () => {
			most = Math.max(most, ++now);
			await sleep(5);
			now--;
			return {};
		},
		{ options: concurrency === undefined ? {} : { concurrency } },
		{ items: items(40) },
	);
	expect(most).toBe(expected);
});

test('the first failure stops the rest, ends what is under way and waits for it', async () => {
	const started: number[] = [];
	const cleaned: number[] = [];
	const running = run(
		async ({ itemIndex, signal }) => {
			started.push(itemIndex);
			// The others have begun by then.
			if (itemIndex === 2) await sleep(10);
			if (itemIndex === 2) throw s3Failure({ message: 'x', code: 'NoSuchBucket', status: 404 });
			await sleep(10_000, undefined, { signal }).catch(() => undefined);
			await sleep(20);
			cleaned.push(itemIndex);
			return {};
		},
		{ options: { concurrency: 4 } },
		{ items: items(50) },
	);
	await expect(running).rejects.toMatchObject({ message: "The bucket '' does not exist", context: { itemIndex: 2 } });
	expect(started).toEqual([0, 1, 2, 3]);
	expect(cleaned.sort()).toEqual([0, 1, 3]);
});

test('with Continue On Fail a failure is the output of its own item', async () => {
	const output = await run(
		async ({ itemIndex }) => {
			if (itemIndex === 1) throw s3Failure({ message: 'Slow down', code: 'SlowDown', status: 503, requestId: 'R' });
			return { ok: itemIndex };
		},
		{},
		{ items: items(3), continueOnFail: true },
	);
	expect(jsonOf(output)).toEqual([
		{ ok: 0 },
		{
			error: {
				message: 'S3 in eu-central-1 is too busy',
				description: expect.stringContaining("'Concurrency'"),
				code: 'SlowDown',
				httpStatus: 503,
				requestId: 'R',
			},
		},
		{ ok: 2 },
	]);
});

test('nothing of one item is seen by another', async () => {
	const seen: unknown[] = [];
	await run(
		async ({ params }) => {
			seen.push({ ...params.options });
			Object.assign(params.options, { leaked: true });
			return {};
		},
		{ options: { concurrency: 1 } },
		{ items: items(3) },
	);
	expect(seen).toEqual([{ concurrency: 1 }, { concurrency: 1 }, { concurrency: 1 }]);
});

test("the user's stop reaches the verb", async () => {
	const cancel = new AbortController();
	setTimeout(() => cancel.abort(), 20);
	await expect(
		run(async ({ signal }) => await sleep(60_000, {}, { signal }), {}, { cancel: cancel.signal }),
	).rejects.toMatchObject({ message: 'The execution was stopped' });
});

test('100,000 outputs do not overflow the stack', async () => {
	const output = await run(async () => Array.from({ length: 100_000 }, (_, n) => ({ n })));
	expect(output).toHaveLength(100_000);
});

test('wrong input of any item is said before the first one is worked on', async () => {
	let worked = 0;
	const bad = run(
		async () => {
			worked++;
			return {};
		},
		{ value: (_: unknown, index: number) => (index === 30 ? { not: 'text' } : 'k') },
		{ items: items(40) },
	);
	await expect(bad).rejects.toMatchObject({ message: "Item 31: 'Value' is not text", context: { itemIndex: 30 } });
	expect(worked).toBe(0);
});

test('no secret is in what users see', async () => {
	const output = await run(
		async () => {
			throw new Error('the key very-secret was refused');
		},
		{},
		{ continueOnFail: true },
	);
	expect(JSON.stringify(output)).not.toContain('very-secret');
});

test('no items give no items', async () => {
	expect(await run(async () => ({}), {}, { items: [] })).toHaveLength(0);
});
