import { setTimeout as sleep } from 'node:timers/promises';
import {
	DeleteObjectCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { lacks } from '../support/lacks';
import { jsonOf } from '../support/n8n';
import type { Decision } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';
import { until } from '../support/until';

/** A source with objects below `from/`, and parameters that take them to `to/` of another bucket. */
const setUp = async (contents: Record<string, string> = {}, more: object = {}) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string, other: object = {}) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${Key}`, Body, ...other }));
	const putThere = async (Key: string, Body: string, other: object = {}) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body, ...other }));
	for (const [key, body] of Object.entries(contents)) await put(key, body);
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/', ...more };
	return {
		...{ bucket, destinationBucket, put, putThere, parameters },
		remove: async (Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: `from/${Key}` })),
		run: async (changes: object = {}, settings: object = {}) =>
			await one('transfer.run', { ...parameters, ...changes }, settings),
		plan: async (changes: object = {}) =>
			jsonOf(await s3('transfer.plan', { ...parameters, returnAll: true, ...changes })),
		there: async () => await contentsOf(destinationBucket),
		here: async () => await contentsOf(bucket),
	};
};

/** A connection on whose way something happens before the first request that is meant goes on. */
const before = async (isMeant: (line: string) => boolean, happens: () => Promise<unknown>) => {
	let isDone = false;
	const proxy = await startProxy(server.endpoint, async ({ method, url }): Promise<Decision> => {
		if (!isDone && isMeant(`${method} ${url}`)) {
			isDone = true;
			await happens();
		}
		return 'pass';
	});
	return { connection: { endpoint: proxy.url } };
};

const none = {
	copied: 0,
	overwritten: 0,
	renamed: 0,
	deleted: 0,
	moved: 0,
	skipped: 0,
	changed: 0,
	failed: 0,
	bytes: 0,
};

describe('copy', () => {
	test('copies all, then nothing, then what was added and changed; and leaves what only the destination has', async () => {
		const { run, put, putThere, there, remove } = await setUp({
			'a.txt': 'one',
			'b/c.txt': 'two',
			'gone.txt': 'three',
		});
		await putThere('to/own.txt', 'own');
		await putThere('beside.txt', 'beside');
		const reasons = { onlyAtDestination: 1 };
		expect(await run()).toMatchObject({ ...none, done: true, copied: 3, bytes: 11, skipped: 1, reasons });
		const first = { 'to/a.txt': 'one', 'to/b/c.txt': 'two', 'to/gone.txt': 'three', 'to/own.txt': 'own' };
		expect(await there()).toEqual({ ...first, 'beside.txt': 'beside' });
		expect(await run()).toMatchObject({ ...none, done: true, skipped: 4, reasons: { ...reasons, same: 3 } });
		await put('a.txt', 'ONE');
		await put('new.txt', 'four');
		await remove('gone.txt');
		expect(await run()).toMatchObject({ ...none, done: true, copied: 2, overwritten: 1, bytes: 7, skipped: 3 });
		expect(await there()).toEqual({ ...first, 'beside.txt': 'beside', 'to/a.txt': 'ONE', 'to/new.txt': 'four' });
	});

	test('keeps metadata, headers, tags and storage class', async () => {
		const { put, run, destinationBucket } = await setUp();
		const kept = { Metadata: { a: 'ü' }, ContentType: 'text/x', CacheControl: 'no-cache', StorageClass: 'STANDARD_IA' };
		await put('a', 'x', { ...kept, Metadata: { a: 'b' }, Tagging: 'k=v' });
		await run();
		const at = { Bucket: destinationBucket, Key: 'to/a' };
		expect(await sdk.send(new HeadObjectCommand(at))).toMatchObject({ ...kept, Metadata: { a: 'b' } });
		expect((await sdk.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
	});

	test('takes any key as it is', async () => {
		const keys = ['', '/', '//', 'a//b', ' ', 'ü +%.txt', '😀', '\uffee', '日本/語', 'a?b#c&d=e', 'q\'"<>'];
		const { run, there, plan } = await setUp(Object.fromEntries(keys.map((key) => [key, `of ${key}`])));
		expect((await plan()).slice(1).map(({ key }) => key)).toHaveLength(keys.length);
		expect(await run()).toMatchObject({ done: true, copied: keys.length });
		expect(await there()).toEqual(Object.fromEntries(keys.map((key) => [`to/${key}`, `of ${key}`])));
		expect(await run()).toMatchObject({ done: true, copied: 0, reasons: { same: keys.length } });
	});

	test('takes a whole bucket to a whole bucket, and a prefix that is no folder', async () => {
		const { run, there } = await setUp({ a: '1', ab: '2' });
		expect(await run({ prefix: '', destinationPrefix: '' })).toMatchObject({ done: true, copied: 2 });
		expect(await run({ prefix: 'from/a', destinationPrefix: 'x' })).toMatchObject({ done: true, copied: 2 });
		expect(await there()).toEqual({ 'from/a': '1', 'from/ab': '2', x: '1', xb: '2' });
	});

	test('filters as Get Many does, by the key at the source', async () => {
		const { run, there } = await setUp({ 'a.csv': '1', 'b.txt': '2', 'c/d.csv': '3' });
		expect(await run({ options: { glob: 'from/*.csv' } })).toMatchObject({ copied: 1, reasons: { filtered: 2 } });
		expect(await there()).toEqual({ 'to/a.csv': '1' });
	});

	test.each([
		['skip', { copied: 0, reasons: { exists: 1 } }, { 'to/a.txt': 'theirs!' }],
		['newer', { copied: 0, reasons: { newerAtDestination: 1 } }, { 'to/a.txt': 'theirs!' }],
		['rename', { copied: 1, renamed: 1 }, { 'to/a (2).txt': 'ours', 'to/a.txt': 'theirs!' }],
		['overwrite', { copied: 1, overwritten: 1 }, { 'to/a.txt': 'ours' }],
	])('what differs, with %s; a second run does nothing', async (onConflict, expected, contents) => {
		const { run, there, putThere } = await setUp({ 'a.txt': 'ours' });
		await putThere('to/a.txt', 'theirs!');
		expect(await run({ onConflict })).toMatchObject({ done: true, ...expected });
		expect(await there()).toEqual(contents);
		expect(await run({ onConflict })).toMatchObject({ done: true, copied: 0 });
		expect(await there()).toEqual(contents);
	});

	test('a renamed copy takes no name that the source is still to copy', async () => {
		const { run, there, putThere } = await setUp({ a: 'ours', 'a (2)': 'second' });
		await putThere('to/a', 'theirs!');
		expect(await run({ onConflict: 'rename' })).toMatchObject({ done: true, copied: 2, renamed: 1 });
		expect(await there()).toEqual({ 'to/a': 'theirs!', 'to/a (2)': 'second', 'to/a (3)': 'ours' });
	});

	test('migrate leaves what is there, also if the source has changed', async () => {
		const { run, there, put } = await setUp({ a: '1', b: '2' });
		await run({ mode: 'migrate' });
		await put('a', 'changed');
		await put('c', '3');
		expect(await run({ mode: 'migrate' })).toMatchObject({ copied: 1, overwritten: 0, reasons: { exists: 2 } });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '2', 'to/c': '3' });
	});

	test.each(['checksum', 'etag'])(
		'by %s, finds a change that keeps size and time, and knows its own copies of parts',
		async (compare) => {
			const { run, put, putThere, parameters } = await setUp({ a: 'one' });
			await putThere('to/a', 'two');
			expect(await run({ compare: 'size' })).toMatchObject({ copied: 0, reasons: { same: 1 } });
			expect(await run({ compare })).toMatchObject({ copied: 1, overwritten: 1 });
			const big = { key: 'from/big', bucket: parameters.bucket };
			const { uploadId } = await one('multipartUpload.create', big);
			await s3('multipartUpload.uploadPart', { ...big, uploadId, source: 'text', text: 'x'.repeat(1000) });
			await one('multipartUpload.complete', { ...big, uploadId });
			expect(await run({ compare })).toMatchObject({ copied: 1, overwritten: 0 });
			expect(await run({ compare })).toMatchObject({ copied: 0, reasons: { same: 2 } });
			await put('a', 'ONE');
			expect(await run({ compare })).toMatchObject({ copied: 1, overwritten: 1 });
		},
	);

	test('archived objects are skipped, and said', async () => {
		const { put, run, plan } = await setUp({ b: '2' });
		await put('a', 'x', { StorageClass: 'GLACIER' });
		expect((await plan())[0]).toMatchObject({ copied: 1, skipped: 1, reasons: { archived: 1 } });
		expect(await run()).toMatchObject({ done: true, copied: 1, skipped: 1, reasons: { archived: 1 } });
	});
});

describe('append only', () => {
	test('adds, and neither overwrites nor deletes', async () => {
		const { run, there, putThere } = await setUp({ a: 'ours', b: '2' });
		await putThere('to/a', 'theirs!');
		const options = { appendOnly: true };
		expect(await run({ options })).toMatchObject({ copied: 1, overwritten: 0, reasons: { appendOnly: 1 } });
		expect(await there()).toEqual({ 'to/a': 'theirs!', 'to/b': '2' });
	});
});

describe('mirror', () => {
	const mirror = { mode: 'mirror' };
	const few = { a: '1', b: '2', c: '3', d: '4' };

	test('adds, updates, and deletes only what is below its prefix and not in the source', async () => {
		const { run, put, remove, there, putThere } = await setUp(few);
		const near = lacks.keysBesidePaths ? 't' : 'to';
		await putThere(near, 'not below the prefix');
		await putThere('too', 'neither');
		for (const key of ['a', 'e']) await putThere(`to/${key}`, '1');
		expect(await run(mirror)).toMatchObject({ ...none, done: true, copied: 3, deleted: 1, skipped: 1, bytes: 3 });
		await put('a', 'changed');
		await remove('b');
		expect(await run(mirror)).toMatchObject({
			...{ ...none, done: true, copied: 1, overwritten: 1, deleted: 1, skipped: 2, bytes: 7 },
		});
		const left = { 'to/a': 'changed', 'to/c': '3', 'to/d': '4', [near]: 'not below the prefix', too: 'neither' };
		expect(await there()).toEqual(left);
		expect(await run(mirror)).toMatchObject({ ...none, done: true, skipped: 3 });
		expect(await there()).toEqual(left);
	});

	test.each<[string, object, object, string]>([
		[
			'more deletions than allowed',
			{ options: { maxDeletions: 1 } },
			{ reason: 'maxDeletions', deletions: 2 },
			"'Max Deletions'",
		],
		[
			'a larger share than allowed',
			{ options: { maxDeletedShare: 49 } },
			{ reason: 'maxDeletedShare', deletions: 2 },
			"'Max Deleted Share (%)'",
		],
	])('%s: copies, and deletes nothing', async (_, changes, heldBack, words) => {
		const { run, putThere, there, plan, parameters } = await setUp({ a: '1', b: '2' });
		await run(mirror);
		for (const key of ['x', 'y']) await putThere(`to/${key}`, key);
		const before = await there();
		expect((await plan({ ...mirror, ...changes }))[0]).toMatchObject({ deleted: 0, heldBack });
		const { hints } = await s3('transfer.run', { ...parameters, ...mirror, ...changes });
		expect(hints).toEqual([expect.stringContaining(words)]);
		expect(await run({ ...mirror, ...changes })).toMatchObject({ done: false, deleted: 0, heldBack });
		expect(await there()).toEqual(before);
		expect(await run(mirror)).toMatchObject({ done: true, deleted: 2 });
	});

	test('an empty source deletes nothing, unless that is allowed', async () => {
		const { run, putThere, there } = await setUp();
		await putThere('to/a', '1');
		expect(await run(mirror)).toMatchObject({ done: false, deleted: 0, heldBack: { reason: 'emptySource' } });
		expect(await there()).toEqual({ 'to/a': '1' });
		const options = { allowEmptySource: true, maxDeletedShare: 100 };
		expect(await run({ ...mirror, options })).toMatchObject({ done: true, deleted: 1 });
		expect(await there()).toEqual({});
	});

	test('a filter by key: the keys that it leaves out are never deleted', async () => {
		const { run, putThere, there } = await setUp({ 'a.csv': '1', 'b.csv': '2', 'c.txt': '3' });
		for (const key of ['a.csv', 'x.csv', 'y.txt']) await putThere(`to/${key}`, '1');
		expect(await run({ ...mirror, options: { suffix: '.csv' } })).toMatchObject({ done: true, copied: 1, deleted: 1 });
		expect(Object.keys(await there())).toEqual(['to/a.csv', 'to/b.csv', 'to/y.txt']);
	});

	test('keeps what it overwrites and deletes below the backup prefix, older backups as well', async () => {
		const { run, put, putThere, there } = await setUp(few);
		const options = { backupPrefix: 'old/' };
		await run(mirror);
		await putThere('to/x', 'extra');
		await put('a', 'second');
		expect(await run({ ...mirror, options })).toMatchObject({ done: true, overwritten: 1, deleted: 1 });
		await put('a', 'third!!');
		await run({ ...mirror, options });
		const kept = { 'old/a': '1', 'old/a (2)': 'second', 'old/x': 'extra' };
		expect(await there()).toEqual({ ...kept, 'to/a': 'third!!', 'to/b': '2', 'to/c': '3', 'to/d': '4' });
	});

	test('deletes nothing after a refusal, and goes on with the next run', async () => {
		const { run, putThere, there } = await setUp(few);
		await putThere('to/x', 'extra');
		const proxy = await startProxy(server.endpoint, ({ method, url }) =>
			method === 'PUT' && url?.includes('/to/b') ? { status: 403 } : 'pass',
		);
		expect(await run(mirror, { connection: { endpoint: proxy.url } })).toMatchObject({
			...{ done: false, copied: 3, failed: 1, deleted: 0, heldBack: { reason: 'failed', deletions: 1 } },
			errors: [{ key: 'from/b', description: expect.any(String) }],
		});
		expect(Object.keys(await there())).toEqual(['to/a', 'to/c', 'to/d', 'to/x']);
		expect(await run(mirror)).toMatchObject({ done: true, copied: 1, deleted: 1 });
	});

	test('a listing of the source that breaks off deletes nothing', async () => {
		const { run, putThere, there, bucket } = await setUp(few);
		await putThere('to/x', 'extra');
		const proxy = await startProxy(server.endpoint, ({ method, url }) =>
			method === 'GET' && url?.startsWith(`/${bucket}`) && url.includes('list-type')
				? { status: 403, body: '', headers: {} }
				: 'pass',
		);
		const { message } = await refusal(run(mirror, { connection: { endpoint: proxy.url } }));
		expect(message).toContain('denied');
		expect(await there()).toEqual({ 'to/x': 'extra' });
	});

	test('does not delete what the source has got meanwhile', async () => {
		const { run, putThere, there, put, bucket } = await setUp({ a: '1', b: '2' });
		await run(mirror);
		for (const key of ['x', 'y']) await putThere(`to/${key}`, key);
		// Behind the second listing, when the source is looked at again.
		const meanwhile = await before(
			(line) => line.startsWith(`HEAD /${bucket}/from/x`),
			async () => await put('x', 'now'),
		);
		expect(await run(mirror, meanwhile)).toMatchObject({ done: false, deleted: 1, changed: 1 });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '2', 'to/x': 'x' });
	});
});

describe('move', () => {
	test('deletes each original after its copy, and nothing else', async () => {
		const { run, here, there, put, bucket } = await setUp({ a: '1', b: '2' });
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'beside', Body: 'stays' }));
		expect(await run({ mode: 'move' })).toMatchObject({ ...none, done: true, copied: 2, moved: 2, bytes: 2 });
		expect(await here()).toEqual({ beside: 'stays' });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '2' });
		await put('a', '1');
		expect(await run({ mode: 'move', compare: 'size' })).toMatchObject({ done: true, copied: 0, moved: 1 });
		await put('a', '?');
		expect(await run({ mode: 'move', compare: 'size' })).toMatchObject({ done: true, copied: 1, moved: 1 });
		expect([await here(), await there()]).toEqual([{ beside: 'stays' }, { 'to/a': '?', 'to/b': '2' }]);
	});

	test('keeps the original where another object stays at the destination', async () => {
		const { run, here, there, putThere } = await setUp({ a: 'ours', b: '1' });
		await putThere('to/a', 'other');
		await putThere('to/b', '2');
		const parameters = { mode: 'move', onConflict: 'skip', compare: 'size' };
		expect(await run(parameters)).toMatchObject({ moved: 0, reasons: { exists: 1, notProven: 1 } });
		expect([await here(), await there()]).toEqual([
			{ 'from/a': 'ours', 'from/b': '1' },
			{ 'to/a': 'other', 'to/b': '2' },
		]);
	});

	test('keeps an original that changes after it was copied', async () => {
		const { run, here, there, put } = await setUp({ a: 'before' });
		const meanwhile = await before(
			(line) => line.startsWith('HEAD') && line.includes('/to/a'),
			async () => await put('a', 'after'),
		);
		expect(await run({ mode: 'move' }, meanwhile)).toMatchObject({ done: false, changed: 1 });
		expect(await here()).toEqual({ 'from/a': 'after' });
		expect(await run({ mode: 'move' })).toMatchObject({ done: true, moved: 1 });
		expect(await there()).toEqual({ 'to/a': 'after' });
	});
});

describe('changes by others between listing and writing are reported, and nothing is overwritten', () => {
	test('a new object at the destination', async () => {
		const { run, there, putThere } = await setUp({ a: 'ours', b: '2' });
		const meanwhile = await before(
			(line) => line.startsWith('HEAD') && line.includes('/to/a'),
			async () => await putThere('to/a', 'theirs!'),
		);
		expect(await run({}, meanwhile)).toMatchObject({ done: false, copied: 1, changed: 1 });
		expect(await there()).toEqual({ 'to/a': 'theirs!', 'to/b': '2' });
	});

	test('another object at the destination', async () => {
		const { run, there, putThere } = await setUp({ a: 'ours' });
		await putThere('to/a', 'before');
		const meanwhile = await before(
			(line) => line.startsWith('HEAD') && line.includes('/to/a'),
			async () => await putThere('to/a', 'theirs!'),
		);
		expect(await run({}, meanwhile)).toMatchObject({ done: false, copied: 0, changed: 1 });
		expect(await there()).toEqual({ 'to/a': 'theirs!' });
	});

	test('another object at the source', async () => {
		const { run, there, put } = await setUp({ a: 'before' });
		const meanwhile = await before(
			(line) => line.startsWith('HEAD') && line.includes('/to/a'),
			async () => await put('a', 'after'),
		);
		const result = await run({}, meanwhile);
		// What is copied is whole, whichever it is.
		if (lacks.conditionalSource) expect(result).toMatchObject({ done: true, copied: 1 });
		else {
			expect(result).toMatchObject({ done: false, copied: 0, changed: 1 });
			expect(await there()).toEqual({});
			expect(await run()).toMatchObject({ done: true, copied: 1 });
		}
		expect(await there()).toEqual({ 'to/a': 'after' });
	});

	test('no object at the source', async () => {
		const { run, there, remove } = await setUp({ a: 'before', b: '2' });
		const meanwhile = await before(
			(line) => line.startsWith('HEAD') && line.includes('/to/a'),
			async () => await remove('a'),
		);
		expect(await run({}, meanwhile)).toMatchObject({ done: false, copied: 1, changed: 1 });
		expect(await there()).toEqual({ 'to/b': '2' });
	});
});

describe('where a run stops', () => {
	const many = Object.fromEntries(Array.from({ length: 40 }, (_, number) => [`k${number + 10}`, `value ${number}`]));

	test.each<[string, object, string]>([
		['actions', { maxActions: 7 }, 'actions'],
		['bytes', { maxBytes: 50 }, 'bytes'],
	])('max %s: runs go on until it is done', async (_, options, stoppedBy) => {
		const { run, there } = await setUp(many);
		expect(await run({ options })).toMatchObject({ done: false, stoppedBy });
		const count = Object.keys(await there()).length;
		expect([count > 0, count < 40]).toEqual([true, true]);
		for (let runs = 0; runs < 10; runs++) if ((await run({ options })).done) break;
		expect(Object.keys(await there())).toHaveLength(40);
	});

	test('max minutes: nothing is begun after that', async () => {
		const { run, there } = await setUp(many);
		const proxy = await startProxy(server.endpoint, async ({ method }): Promise<Decision> => {
			if (method === 'PUT') await sleep(700);
			return 'pass';
		});
		const slow = { connection: { endpoint: proxy.url } };
		expect(await run({ options: { maxMinutes: 0.01 } }, slow)).toMatchObject({
			done: false,
			stoppedBy: 'milliseconds',
		});
		expect(Object.keys(await there()).length).toBeLessThan(40);
	});

	test('max failures: no more is tried', async () => {
		const { run, putThere } = await setUp(many);
		const proxy = await startProxy(server.endpoint, ({ method }) => (method === 'PUT' ? { status: 403 } : 'pass'));
		const refused = { connection: { endpoint: proxy.url } };
		expect((await refusal(run({}, refused))).message).toContain('denied');
		await putThere('to/k10', 'value 0');
		const result = await run({ options: { maxFailures: 3 } }, refused);
		expect(result).toMatchObject({ done: false, stoppedBy: 'failures' });
		expect(Number(result.failed)).toBeLessThan(40);
		expect(result.errors).toHaveLength(10);
	});

	test('a mirror that stops has deleted nothing', async () => {
		const { run, putThere, there } = await setUp(many);
		await putThere('to/a', 'extra');
		const parameters = { mode: 'mirror', options: { maxActions: 10 } };
		expect(await run(parameters)).toMatchObject({ done: false, deleted: 0, heldBack: { reason: 'stopped' } });
		expect(await there()).toHaveProperty(['to/a'], 'extra');
	});

	test('a user who stops it', async () => {
		const { run, there } = await setUp(many);
		const stop = new AbortController();
		let puts = 0;
		const proxy = await startProxy(server.endpoint, ({ method }) => {
			if (method === 'PUT' && ++puts === 5) stop.abort();
			return 'pass';
		});
		const settings = { cancel: stop.signal, connection: { endpoint: proxy.url } };
		await expect(run({}, settings)).rejects.toThrow('The execution was stopped');
		expect(Object.keys(await there()).length).toBeLessThan(40);
		// A copy that was under way may still arrive, which the next run takes for a change by others.
		await until(async () => (await run()).done === true);
		expect(Object.keys(await there())).toHaveLength(40);
	});
});

describe('plan', () => {
	test('says what a run would do, and writes nothing', async () => {
		const { plan, run, put, remove, putThere, there, here } = await setUp({ a: '1', b: '2', c: '3', d: '4' });
		await run();
		await put('a', 'changed');
		await put('e', '5');
		await remove('b');
		await putThere('to/x', 'extra');
		const before = [await here(), await there()];
		const [totals = {}, ...items] = await plan({ mode: 'mirror' });
		expect(totals).toMatchObject({ planned: true, copied: 2, overwritten: 1, deleted: 2, skipped: 2, bytes: 8 });
		expect(items.map(({ action, result, key }) => `${String(action)} ${String(key)} ${String(result)}`)).toEqual([
			...['overwrite to/a planned', 'copy to/e planned', 'delete to/b planned', 'delete to/x planned'],
		]);
		expect([await here(), await there()]).toEqual(before);
		const { planned: _, destination: __, ...promised } = totals;
		expect(await run({ mode: 'mirror' })).toEqual({ ...promised, done: true });
	});

	test('gives a sample of the changes, and all on request, with what is skipped', async () => {
		const { plan } = await setUp(Object.fromEntries(Array.from({ length: 60 }, (_, number) => [`k${number}`, 'x'])));
		expect(await plan({ returnAll: false, limit: 5 })).toHaveLength(6);
		expect(await plan()).toHaveLength(61);
		expect(await plan({ options: { suffix: '9', includeSkipped: true } })).toHaveLength(61);
	});
});

describe('refused before the first request', () => {
	const buckets = { bucket: 'one-bucket', destinationBucket: 'one-bucket' };
	const others = { bucket: 'one-bucket', destinationBucket: 'other-bucket', prefix: 'a/', destinationPrefix: 'b/' };
	test.each<[string, object, string]>([
		['the same place', { ...buckets, prefix: 'a/', destinationPrefix: 'a/' }, 'the same as'],
		[
			'a destination inside of its source',
			{ ...buckets, prefix: 'a/', destinationPrefix: 'a/b/' },
			'contains the other',
		],
		[
			'a source inside of its destination',
			{ ...buckets, prefix: 'a/b', destinationPrefix: 'a/' },
			'contains the other',
		],
		['a whole bucket into itself', { ...buckets, prefix: '', destinationPrefix: 'a/' }, 'contains the other'],
		[
			'inside by another connection',
			{ ...buckets, prefix: 'a/', destinationPrefix: 'a/b/', destination: 'destinationConnection' },
			'contains the other',
		],
		['no bucket', { ...others, destinationBucket: '' }, "'Destination Bucket' is empty"],
		['a mirror that renames', { ...others, mode: 'mirror', onConflict: 'rename' }, "'Rename'"],
		['copies without end', { ...others, compare: 'always', onConflict: 'rename' }, "'Always Copy'"],
		['a mirror by size', { ...others, mode: 'mirror', options: { maxSize: 5 } }, "'Max Size (Bytes)'"],
		['a mirror by time', { ...others, mode: 'mirror', options: { modifiedAfter: '2026-01-01' } }, "'Modified After'"],
		['append only and a mirror', { ...others, mode: 'mirror', options: { appendOnly: true } }, "'Append Only'"],
		['append only and a move', { ...others, mode: 'move', options: { appendOnly: true } }, "'Append Only'"],
		['a backup in the destination', { ...others, options: { backupPrefix: 'b/old/' } }, "'Backup Prefix'"],
		[
			'a destination in the backup',
			{ ...others, destinationPrefix: 'b/c/', options: { backupPrefix: 'b/' } },
			"'Backup",
		],
		[
			'a backup in the source',
			{ ...buckets, prefix: 'a/', destinationPrefix: 'b/', options: { backupPrefix: 'a/old/' } },
			"overlaps with 'Prefix'",
		],
		[
			'a mirror into a whole bucket',
			{ ...others, mode: 'mirror', destinationPrefix: '' },
			"'Destination Prefix' is empty",
		],
		['a pattern that is none', { ...others, options: { regex: '(' } }, "'Key Matches Regex'"],
	])('%s', async (_, parameters, words) => {
		const proxy = await startProxy(server.endpoint);
		for (const operation of ['transfer.run', 'transfer.plan'] as const) {
			const settings = { connection: { endpoint: proxy.url }, destination: { endpoint: proxy.url } };
			const { message, description } = await refusal(s3(operation, { ...parameters }, settings));
			expect(message).toContain(words);
			expect(description).toMatch(/^[A-Z].*(\.|\(\/u: Unterminated group)$/);
			expect(proxy.requests).toEqual([]);
		}
	});
});

test('run gives an item for each change, and for what is skipped, if they are asked for', async () => {
	const { parameters, putThere } = await setUp({ a: '1', b: '2' });
	await putThere('to/b', '2');
	const options = { items: true };
	const items = async (more: object) =>
		jsonOf(await s3('transfer.run', { ...parameters, options: { ...options, ...more } }))
			.slice(1)
			.map(({ action, result, sourceKey, key, reason }) => ({ action, result, sourceKey, key, reason }));
	expect(await items({ dryRun: false })).toEqual([
		{ action: 'copy', result: 'done', sourceKey: 'from/a', key: 'to/a', reason: undefined },
	]);
	expect(await items({ includeSkipped: true })).toEqual([
		{ action: 'skip', result: 'skipped', sourceKey: 'from/a', key: 'to/a', reason: 'same' },
		{ action: 'skip', result: 'skipped', sourceKey: 'from/b', key: 'to/b', reason: 'same' },
	]);
});

test('a bucket that is not there ends the run', async () => {
	const { run } = await setUp({ a: '1' });
	const { message } = await refusal(run({ destinationBucket: 'not-there-at-all-0' }));
	expect(message).toContain('not-there-at-all-0');
});

test('reads the source as it was listed', async () => {
	const { run, bucket } = await setUp({ a: '1' });
	const proxy = await startProxy(server.endpoint);
	await run({}, { connection: { endpoint: proxy.url } });
	const copies = proxy.requests.filter(({ headers }) => headers['x-amz-copy-source']);
	expect(copies.map(({ headers }) => headers['x-amz-copy-source-if-match'])).toEqual([
		(await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'from/a' }))).ETag,
	]);
});
