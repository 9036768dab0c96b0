import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, readBinary } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const field =
	(name: string) =>
	({ json }: INodeExecutionData) =>
		json[name] ?? '';

const ofItems = {
	carriedOut: field('action'),
	confirmedKey: field('key'),
	confirmedSize: field('size'),
	confirmedEtag: field('etag'),
	confirmedModified: field('modified'),
	confirmedId: field('id'),
};

/** A bucket with objects, and another system that is a map of contents by key. */
const setUp = async (more: object = {}) => {
	const [bucket, recordBucket] = [await makeBucket(), await makeBucket()];
	const recordKey = 'records/drive.jsonl';
	const other = new Map<string, string>();
	const run = async (changes: object = {}, settings: object = {}) => {
		const where = { destination: 'items', bucket, prefix: 'from/', destinationBucket: recordBucket, recordKey };
		const [summary, ...items] = await s3('transfer.run', { ...where, mode: 'mirror', ...more, ...changes }, settings);
		return { summary: summary?.json ?? {}, items };
	};
	return {
		...{ bucket, recordBucket, recordKey, other, run },
		put: async (key: string, Body: string) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${key}`, Body })),
		remove: async (key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: `from/${key}` })),
		/** What the nodes of the other system do. */
		carryOut: async (items: INodeExecutionData[]) => {
			for (const { json, binary } of items) {
				const key = String(json.key);
				if (json.action === 'delete') other.delete(key);
				else if (binary?.data) other.set(key, (await contentOfField(binary.data)).toString());
			}
		},
		confirm: async (items: INodeExecutionData[], changes: object = {}) =>
			jsonOf(await s3('transfer.confirm', { ...ofItems, bucket: recordBucket, recordKey, ...changes }, { items })),
		putRecord: async (Body: string) =>
			await sdk.send(new PutObjectCommand({ Bucket: recordBucket, Key: recordKey, Body: Buffer.from(Body) })),
		record: async () => (await contentsOf(recordBucket))[recordKey] ?? '',
		here: async () =>
			new Map(Object.entries(await contentsOf(bucket)).map(([key, body]) => [key.slice('from/'.length), body])),
	};
};

const contentOfField = async (data: { id?: string; data: string }) =>
	data.id ? await readBinary(data as Parameters<typeof readBinary>[0]) : Buffer.from(data.data, 'base64');

const actionsOf = (items: INodeExecutionData[]) =>
	items.map(({ json }) => `${String(json.action)} ${String(json.key)}`);

const all = { options: { includeContent: true, maxDeletedShare: 100 } };

test('300 objects, three rounds with 5 changes and 2 deletions: exactly these come, and the other system has them', async () => {
	const { run, put, remove, carryOut, confirm, other, here } = await setUp(all);
	const keys = Array.from({ length: 300 }, (_, index) => `Straße ${index % 7}/${index}`);
	await Promise.all(keys.map(async (key) => await put(key, `0 of ${key}`)));
	const first = await run();
	expect(first.summary).toMatchObject({ done: true, create: 300, replace: 0, delete: 0, skipped: 0 });
	await carryOut(first.items);
	expect(await confirm(first.items)).toEqual([expect.objectContaining({ created: 300, total: 300 })]);
	for (const round of [1, 2, 3]) {
		const changed = keys.filter((_, index) => index % 50 === round).slice(0, 4);
		const gone = keys.splice(-2);
		const added = `new ${round}`;
		await Promise.all([...changed, added].map(async (key) => await put(key, `${round} of ${key}`)));
		await Promise.all(gone.map(remove));
		const { summary, items } = await run();
		expect(summary).toMatchObject({ done: true, create: 1, replace: 4, delete: 2 });
		const expected = [
			`create ${added}`,
			...changed.map((key) => `replace ${key}`),
			...gone.map((key) => `delete ${key}`),
		];
		expect(actionsOf(items).sort()).toEqual(expected.sort());
		await carryOut(items);
		expect(other).toEqual(await here());
		const [counts] = await confirm(items);
		expect(counts).toMatchObject({ created: 1, replaced: 4, deleted: 2, total: 300 - round });
	}
	expect((await run()).summary).toMatchObject({ done: true, create: 0, replace: 0, delete: 0, skipped: 297 });
});

test('what is not confirmed comes again, an ID comes back, and Max Actions is gone through in rounds', async () => {
	const { run, put, confirm } = await setUp({ mode: 'copy', options: { maxActions: 2 } });
	for (const key of ['a', 'b', 'c']) await put(key, key);
	const { summary, items } = await run();
	expect(summary).toMatchObject({ done: false, stoppedBy: 'actions', create: 2 });
	expect(actionsOf(items)).toEqual(['create a', 'create b']);
	expect(items[0]).toMatchObject({ json: { size: 1, sourceKey: 'from/a' } });
	expect(items[0]?.binary).toBeUndefined();
	await confirm(items.slice(0, 1).map(({ json }) => ({ json: { ...json, id: 'drive-1' } })));
	expect(actionsOf((await run()).items)).toEqual(['create b', 'create c']);
	await put('a', 'A');
	const [replaced] = (await run()).items;
	expect(replaced?.json).toMatchObject({ action: 'replace', key: 'a', id: 'drive-1' });
	// Without an ID of its own it keeps the one that it has.
	await confirm([{ json: { ...replaced?.json, id: '' } }]);
	await put('a', 'AA');
	expect((await run()).items[0]?.json).toMatchObject({ id: 'drive-1', size: 2 });
	// A migration asks for nothing that the other system has already.
	expect(actionsOf((await run({ mode: 'migrate' })).items)).toEqual(['create b', 'create c']);
});

test('confirmations at the same time lose nothing', async () => {
	const { confirm, record } = await setUp();
	const itemsOf = (name: string) =>
		Array.from({ length: 50 }, (_, index) => ({
			json: { action: 'create', key: `${name}${index}`, size: 1, etag: 'e', modified: '2026-01-01T00:00:00Z' },
		}));
	await confirm(itemsOf('first'));
	await Promise.all([confirm(itemsOf('a')), confirm(itemsOf('b'))]);
	const lines = (await record()).trimEnd().split('\n');
	expect(lines).toHaveLength(152);
	expect(lines.at(-1)).toBe('{"entries":150}');
});

test('the guards of a mirror hold for items, and the record is no object of its own source', async () => {
	const { bucket, run, put, remove, confirm } = await setUp({ options: {} });
	const inSource = { destinationBucket: bucket, recordKey: 'from/record.jsonl' };
	const noted = { bucket, recordKey: 'from/record.jsonl' };
	for (const key of ['a', 'b']) await put(key, key);
	await confirm((await run(inSource)).items, noted);
	const again = await run(inSource);
	expect(again.summary).toMatchObject({ done: true, create: 0, delete: 0 });
	for (const key of ['a', 'b']) await remove(key);
	const { summary, items } = await run(inSource);
	expect(summary).toMatchObject({ done: false, delete: 0, heldBack: { reason: 'emptySource', deletions: 2 } });
	expect(items).toEqual([]);
});

test('content that is denied or has just changed gives no item, and holds the deletions back', async () => {
	const { run, put, remove, confirm } = await setUp(all);
	for (const key of ['gone', 'kept']) await put(key, key);
	await confirm((await run()).items);
	await remove('gone');
	for (const key of ['a', 'changed', 'denied']) await put(key, `content of ${key}`);
	const throughProxy = async (denies: RegExp) => {
		const proxy = await startProxy(server.endpoint, ({ method, url }) => {
			if (method === 'GET' && denies.test(String(url))) return refused(403, 'AccessDenied');
			return method === 'GET' && /from\/changed/.test(String(url)) ? refused(412, 'PreconditionFailed') : 'pass';
		});
		return await run({}, { connection: { endpoint: proxy.url } });
	};
	const denied = await throughProxy(/from\/denied/);
	expect(denied.summary).toMatchObject({
		...{ done: false, create: 1, delete: 0, changed: 1, failed: 1, heldBack: { reason: 'failed', deletions: 1 } },
		errors: [{ key: 'from/denied', code: 'AccessDenied' }],
	});
	expect(actionsOf(denied.items)).toEqual(['create a']);
	const changed = await throughProxy(/nothing/);
	expect(changed.summary).toMatchObject({ done: false, changed: 1, failed: 0 });
	expect(actionsOf(changed.items)).toEqual(['create a', 'create denied', 'delete gone']);
	expect(changed.items[2]?.json).toEqual(expect.objectContaining({ action: 'delete', size: 4 }));
	const [content] = changed.items.flatMap(({ binary }) => binary?.data ?? []);
	expect(content).toMatchObject({ fileName: 'a' });
});

test.each<[string, string]>([
	['cut off at a line', '{"record":1}\n{"key":"a","size":1,"etag":"e"}\n'],
	['cut off within a line', '{"record":1}\n{"key":"a","si'],
	['with fewer entries than it says', '{"record":1}\n{"key":"a","size":1,"etag":"e"}\n{"entries":2}\n'],
	[
		'in another order',
		'{"record":1}\n{"key":"b","size":1,"etag":"e"}\n{"key":"a","size":1,"etag":"e"}\n{"entries":2}\n',
	],
	['of another version', '{"record":2}\n{"entries":0}\n'],
	['of somebody else', 'name,size\n'],
	['without anything', ''],
])('a record %s is refused and stays', async (_, body) => {
	const { run, put, confirm, putRecord, record } = await setUp();
	await put('a', 'a');
	await putRecord(body);
	const message = /^The object 'records\/drive.jsonl' (has|is|contains) /;
	await expect(refusal(run())).resolves.toMatchObject({ message: expect.stringMatching(message) });
	const items = [{ json: { action: 'create', key: 'z', size: 1, etag: 'e' } }];
	await expect(refusal(confirm(items))).resolves.toMatchObject({ message: expect.stringMatching(message) });
	expect(await record()).toBe(body);
});

const nowhere = { connection: { endpoint: 'http://127.0.0.1:9' } };
const good = { action: 'create', key: 'a', size: 1, etag: 'e' };

test.each<[string, object[], RegExp]>([
	['no key', [good, { ...good, key: '' }], /^Item 2: 'Key' is empty/],
	['the same key twice', [good, { ...good, key: 'b' }, good], /^Item 1 \('a'\) and item 3 have the same key/],
	['the summary', [{ done: true, ...good, action: '' }], /^'Action' cannot be ""/],
	['an unknown action', [{ ...good, action: 'upload' }], /^'Action' cannot be "upload"/],
	['no size', [{ ...good, size: '' }], /^'Size \(Bytes\)' cannot be ""/],
	['no ETag', [{ ...good, etag: '""' }], /^Item 1 \('a'\) has no ETag/],
])('confirmed before the first request: %s', async (_, json, message) => {
	const items = json.map((one) => ({ json: { ...one } }));
	const parameters = { ...ofItems, bucket: 'nobody-asks-for-it', recordKey: 'r' };
	await expect(refusal(s3('transfer.confirm', parameters, { items, ...nowhere }))).resolves.toMatchObject({
		message: expect.stringMatching(message),
	});
});

test.each<[string, object, RegExp]>([
	['move', { mode: 'move' }, /^'Mode' cannot be 'Move'/],
	[
		'items of another system',
		{ source: 'items', keyOfItem: 'a' },
		/^'Source' and 'Destination' cannot both be 'Items'/,
	],
	['no record', { recordKey: '' }, /^'Record Key' is empty/],
	['a backup', { options: { backupPrefix: 'old/' } }, /^'Backup Prefix' in 'Options' does not work with/],
	[
		'a filter that a mirror cannot hold',
		{ mode: 'mirror', options: { minSize: 1 } },
		/^'Min Size \(Bytes\)' does not work/,
	],
])('refused before the first request: %s', async (_, changes, message) => {
	const parameters = {
		destination: 'items',
		bucket: 'nobody-asks',
		destinationBucket: 'for-it',
		recordKey: 'r',
		...changes,
	};
	await expect(refusal(s3('transfer.run', parameters, nowhere))).resolves.toMatchObject({
		message: expect.stringMatching(message),
	});
});
