import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { DeleteObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { lacks } from '../support/lacks';
import { jsonOf, keepBinary } from '../support/n8n';
import { nextTime } from '../support/nextTime';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, refusal, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const setUp = async (contents: Record<string, string> = {}, more: object = {}) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string | Buffer) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const putThere = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body }));
	for (const [key, body] of Object.entries(contents)) await put(`from/${key}`, body);
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/', ...more };
	const run = async (changes: object = {}, items?: INodeExecutionData[], connection?: object) => {
		const output = await s3('transfer.run', { ...parameters, ...changes }, { items, connection });
		return { ...jsonOf(output)[0], hints: output.hints };
	};
	return {
		...{ bucket, destinationBucket, put, putThere, parameters, run },
		remove: async (Key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key })),
		there: async () => await contentsOf(destinationBucket),
	};
};

/** A connection that may not do what is meant. */
const denying = async (meant: RegExp) => {
	const proxy = await startProxy(server.endpoint, ({ method, url }) =>
		meant.test(`${method} ${url}`) ? refused(403, 'AccessDenied') : 'pass',
	);
	return { connection: { endpoint: proxy.url } };
};

describe('keys are mapped', () => {
	const contents = { 'A/x.txt': '1', 'a/X.TXT': '2', 'b/ü 1': '3', 'export/c': '4', z: '5' };

	test.each<[string, object, Record<string, string>]>([
		['strip', { stripPrefix: 'export/' }, { 'A/x.txt': '1', 'a/X.TXT': '2', 'b/ü 1': '3', c: '4', z: '5' }],
		['prepend', { prepend: 'p' }, { 'pA/x.txt': '1', 'pa/X.TXT': '2', 'pb/ü 1': '3', 'pexport/c': '4', pz: '5' }],
		[
			'replace',
			{
				replaceInKeys: {
					values: [
						{ pattern: '^(\\w+)/', text: '$1-' },
						{ pattern: '\\s', text: '' },
					],
				},
			},
			{ 'A-x.txt': '1', 'a-X.TXT': '2', 'b-ü1': '3', 'export-c': '4', z: '5' },
		],
		['lower case', { lowerCase: true }, { 'a/x.txt': '1', 'b/ü 1': '3', 'export/c': '4', z: '5' }],
		['flatten', { flatten: '_' }, { 'A_x.txt': '1', 'a_X.TXT': '2', 'b_ü 1': '3', export_c: '4', z: '5' }],
	])(
		'%s: a second run does nothing, and a mirror deletes only what no original maps to',
		async (_, options, expected) => {
			const { run, there, putThere, remove } = await setUp(contents);
			const mapped = Object.fromEntries(Object.entries(expected).map(([key, body]) => [`to/${key}`, body]));
			const copied = Object.keys(mapped).length;
			expect(await run({ options })).toMatchObject({ done: true, copied });
			expect(await there()).toEqual(mapped);
			const again = { done: true, copied: 0, reasons: { same: copied, ...(copied < 5 && { sameKey: 1 }) } };
			expect(await run({ options })).toMatchObject(again);
			await putThere('to/q', 'nobody maps to it');
			await remove('from/z');
			expect(await run({ options, mode: 'mirror' })).toMatchObject({ done: true, copied: 0, deleted: 2 });
			const { 'to/z': _z, 'to/pz': _pz, ...left } = mapped;
			expect(await there()).toEqual(left);
		},
	);

	test('the first original of a key that goes makes room for the next one', async () => {
		const { run, there, remove } = await setUp(contents);
		const options = { lowerCase: true };
		await run({ options });
		await remove('from/A/x.txt');
		expect(await run({ options, compare: 'checksum' })).toMatchObject({ copied: 1, overwritten: 1 });
		expect((await there())['to/a/x.txt']).toBe('2');
	});

	test('a move deletes the original, not what has its mapped key at the source', async () => {
		const { run, there, bucket } = await setUp({ 'b/A': '1', 'b/a!': '2' });
		const options = { lowerCase: true, stripPrefix: 'b/' };
		expect(await run({ options, mode: 'move', onConflict: 'rename' })).toMatchObject({
			done: true,
			copied: 2,
			moved: 2,
		});
		expect(await there()).toEqual({ 'to/a': '1', 'to/a!': '2' });
		expect(await contentsOf(bucket)).toEqual({});
	});

	test('a move overwrites no copy whose original is gone: of several originals of a key, each gets a name of its own', async () => {
		const { run, there } = await setUp({ 'A.txt': '1', 'a.txt': '22' });
		const changes = { options: { lowerCase: true }, mode: 'move', onConflict: 'rename' };
		expect(await run(changes)).toMatchObject({ moved: 1, reasons: { sameKey: 1 } });
		expect(await run(changes)).toMatchObject({ moved: 1, renamed: 1 });
		expect(await there()).toEqual({ 'to/a.txt': '1', 'to/a (2).txt': '22' });
	});

	test('filters see the keys of the source, and what they leave out has no claim on a key', async () => {
		const { run, there } = await setUp({ 'A.csv': '1', 'a.csv': '2' });
		expect(await run({ options: { lowerCase: true, glob: 'from/a*' } })).toMatchObject({
			...{ copied: 1, reasons: { filtered: 1 } },
		});
		expect(await there()).toEqual({ 'to/a.csv': '2' });
	});

	test('keys that do not fit are said', async () => {
		const { run } = await setUp({ a: '1' });
		expect(await run({ options: { prepend: 'x'.repeat(1024) } })).toMatchObject({ reasons: { keyTooLong: 1 } });
	});
});

describe('a list of keys', () => {
	const list = { source: 'list' };
	const keys = ['from/ü/b', 'from/😀', 'from/\uffee', 'from/gone', 'from/a,"b', 'from/ü/b'];
	const wanted = { 'ü/b': '1', '😀': '2', '\uffee': '3', 'a,"b': '4' };
	const copied = { 'to/ü/b': '1', 'to/😀': '2', 'to/\uffee': '3', 'to/a,"b': '4' };
	const result = { done: true, copied: 4, reasons: { missing: 1 } };

	test('of items: only these, each once, and what does not exist is said', async () => {
		const { run, there } = await setUp({ ...wanted, other: '5' }, { ...list, keysFrom: 'items' });
		const items = keys.map((key) => ({ json: { key } }));
		const keyInList = ({ json }: INodeExecutionData) => json.key;
		expect(await run({ keyInList, options: { items: false } }, items)).toMatchObject(result);
		expect(await there()).toEqual(copied);
		expect(await run({ keyInList }, items)).toMatchObject({ copied: 0, reasons: { same: 4, missing: 1 } });
	});

	const quoted = (key: string) => `"${key.replaceAll('"', '""')}"`;
	test.each<[string, string | Buffer]>([
		['keys.txt', `${keys.join('\r\n')}\n\n`],
		['keys.csv', ['size,key', ...keys.map((key) => `1,${quoted(key)}`)].join('\n')],
		['keys.csv.gz', gzipSync(['key', ...keys.map(quoted)].join('\n'))],
		['keys.jsonl', keys.map((key, at) => JSON.stringify(at % 2 ? key : { key })).join('\n')],
	])('of an object %s, and of a binary field', async (name, body) => {
		const { run, there, put, bucket } = await setUp({ ...wanted, other: '5' }, list);
		await put(`lists/${name}`, body);
		expect(await run({ keysFrom: 'object', manifest: `lists/${name}` })).toMatchObject(result);
		expect(await there()).toEqual(copied);
		const manifest = `s3://${bucket}/lists/${name}`;
		const same = { copied: 0, reasons: { same: 4, missing: 1 } };
		expect(await run({ keysFrom: 'object', manifest })).toMatchObject(same);
		const items = [{ json: {}, binary: { data: await keepBinary(Buffer.from(body), name) } }];
		expect(await run({ keysFrom: 'binary' }, items)).toMatchObject(same);
	});

	test('a list that is not there is named', async () => {
		const { parameters } = await setUp({ a: '1' }, list);
		const run = s3('transfer.run', { ...parameters, keysFrom: 'object', manifest: 'lists/gone.txt' });
		expect((await refusal(run)).message).toContain("'lists/gone.txt'");
	});

	test('what may not be looked at counts as failed, and a mirror then deletes nothing', async () => {
		const { run, there, put, putThere } = await setUp({ a: '1', b: '2' }, { ...list, mode: 'mirror' });
		await put('lists/keys.txt', 'from/a\nfrom/b');
		await putThere('to/extra', '1');
		const { connection } = await denying(/HEAD .*from\/b/);
		const changes = { keysFrom: 'object', manifest: 'lists/keys.txt', options: { maxDeletedShare: 100 } };
		expect(await run(changes, undefined, connection)).toMatchObject({
			...{ copied: 1, failed: 1, deleted: 0, heldBack: { reason: 'failed', deletions: 1 } },
		});
		expect(await there()).toEqual({ 'to/a': '1', 'to/extra': '1' });
	});

	test('a mirror of a list deletes what is not in it', async () => {
		const { run, there, put } = await setUp({ a: '1', b: '2', c: '3' }, { mode: 'mirror' });
		await run();
		await put('lists/keys.txt', 'from/a\nfrom/b');
		expect(await run({ ...list, keysFrom: 'object', manifest: 'lists/keys.txt' })).toMatchObject({ deleted: 1 });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '2' });
	});

	test('a mirror of a list that has keys in another encoding keeps their copies, and so does its plan', async () => {
		const { parameters, run, there, put, putThere } = await setUp({ a: '1', é: '2', b: '3' }, { mode: 'mirror' });
		await run();
		await putThere('to/extra', '4');
		await put('lists/keys.txt', Buffer.from('from/a\nfrom/é\nfrom/b', 'latin1'));
		const changes = { ...list, keysFrom: 'object', manifest: 'lists/keys.txt', options: { maxDeletedShare: 100 } };
		const planned = await s3('transfer.plan', { ...parameters, ...changes, returnAll: true });
		const results = jsonOf(planned).filter(({ action }) => action === 'delete');
		expect(Object.fromEntries(results.map(({ key, result }) => [key, result]))).toEqual({
			'to/extra': 'planned',
			'to/é': 'changed',
		});
		expect(await run(changes)).toMatchObject({ deleted: 1, changed: 1, reasons: { missing: 1 } });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '3', 'to/é': '2' });
	});

	test('a mirror of a list deletes what the source no longer has', async () => {
		const { bucket, run, there, put } = await setUp({ a: '1', b: '2', c: '3' }, { mode: 'mirror' });
		await put('lists/keys.txt', 'from/a\nfrom/b\nfrom/c');
		const changes = { ...list, keysFrom: 'object', manifest: 'lists/keys.txt' };
		await run(changes);
		await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'from/c' }));
		expect(await run(changes)).toMatchObject({ deleted: 1, reasons: { missing: 1 } });
		expect(await there()).toEqual({ 'to/a': '1', 'to/b': '2' });
	});

	test.each([
		['a key outside of the prefix', 'keys.txt', 'other/a', "which does not start with 'from/'"],
		['a row without a key', 'keys.csv', 'name\nfrom/a', "Row 1 of 'lists/keys.csv' has no key"],
		['a table without keys or rows', 'keys.csv', 'name', "'lists/keys.csv' has no column 'key'"],
		['a broken line', 'keys.jsonl', '"from/a"\n{"key"', "Row 2 of 'lists/keys.jsonl' has no key"],
	])('%s is refused before anything is written', async (_, name, body, words) => {
		const { parameters, put, there } = await setUp({ a: '1' }, list);
		await put(`lists/${name}`, body);
		const run = s3('transfer.run', { ...parameters, keysFrom: 'object', manifest: `lists/${name}` });
		expect((await refusal(run)).message).toContain(words);
		expect(await there()).toEqual({});
	});
});

describe('an inventory', () => {
	const md5 = (bytes: Buffer) => createHash('md5').update(bytes).digest('hex');

	/** Stores a report with a data file for each part of the rows, as S3 Inventory writes it. */
	const report = async (
		{ bucket, put }: { bucket: string; put: (key: string, body: string | Buffer) => Promise<unknown> },
		parts: string[][],
		changes: object = {},
	) => {
		const files = await Promise.all(
			parts.map(async (rows, index) => {
				const body = gzipSync(rows.map((row) => `${row}\n`).join(''));
				const key = `reports/data/${index}.csv.gz`;
				await put(key, body);
				return { key, size: body.length, MD5checksum: md5(body) };
			}),
		);
		const manifest = {
			...{ sourceBucket: bucket, destinationBucket: `arn:aws:s3:::${bucket}`, version: '2016-11-30' },
			...{ creationTimestamp: String(Date.now()), fileFormat: 'CSV', files },
			fileSchema: 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass',
			...changes,
		};
		await put('reports/manifest.json', JSON.stringify(manifest));
		return { source: 'inventory', inventory: 'reports/manifest.json' };
	};

	const rowOf = (bucket: string, key: string, body: string, state = '"true","false"') =>
		`"${bucket}","${encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/')}","",${state},"${body.length}","2026-01-31T12:00:00.000Z","${md5(Buffer.from(body))}","STANDARD"`;

	test('its current objects below the prefix are copied, in any order', async () => {
		const contents = { 'b c+d.txt': '1', ü: '2', a: '3', unlisted: '4' };
		const setup = await setUp(contents);
		const { bucket, run, there } = setup;
		const row = (key: string, body: string, state?: string) => rowOf(bucket, key, body, state);
		const parts = [
			[row('from/ü', '2'), row('other/x', 'x'), row('from/b c+d.txt', '1')],
			[row('from/a', 'old', '"false","false"'), row('from/gone', '', '"true","true"'), row('from/a', '3')],
		];
		const source = await report(setup, parts);
		expect(await run(source)).toMatchObject({ done: true, copied: 3 });
		expect(await there()).toEqual({ 'to/b c+d.txt': '1', 'to/ü': '2', 'to/a': '3' });
		expect(await run(source)).toMatchObject({ copied: 0, reasons: { same: 3 } });
	});

	test('what has changed since the report counts as changed, and a mirror asks the bucket before it deletes', async () => {
		const setup = await setUp({ a: '1', b: '2', c: '3', unlisted: '4' }, { mode: 'mirror' });
		const { bucket, run, there, put, putThere } = setup;
		const source = await report(setup, [['a', 'b', 'c'].map((key, at) => rowOf(bucket, `from/${key}`, `${at + 1}`))]);
		for (const key of ['unlisted', 'extra']) await putThere(`to/${key}`, '4');
		const options = { maxDeletedShare: 100 };
		expect(await run({ ...source, options })).toMatchObject({ copied: 3, deleted: 1, changed: 1 });
		expect(Object.keys(await there())).toEqual(['to/a', 'to/b', 'to/c', 'to/unlisted']);
		await put('from/a', 'changed');
		expect(await run({ ...source, mode: 'copy', compare: 'always' })).toMatchObject(
			lacks.conditionalSource ? { copied: 3 } : { copied: 2, changed: 1 },
		);
	});

	test.each<[string, object, string]>([
		['ORC', { fileFormat: 'ORC' }, 'has the unsupported format ORC'],
		['Parquet', { fileFormat: 'Parquet' }, 'has the unsupported format Parquet'],
		['another bucket', { sourceBucket: 'other' }, "is for the bucket 'other'"],
		['no sizes', { fileSchema: 'Bucket, Key, ETag, LastModifiedDate' }, 'has no Size'],
		['versions only', { fileSchema: 'Key, VersionId, Size, ETag, LastModifiedDate' }, 'which of them are current'],
		['no manifest', { files: undefined }, 'is not the manifest'],
	])('%s is refused, with what to do', async (_, changes, words) => {
		const setup = await setUp({ a: '1' });
		const source = await report(setup, [[]], changes);
		const { message, description } = await refusal(s3('transfer.run', { ...setup.parameters, ...source }));
		expect(message).toContain(words);
		expect(description).toMatch(/^[A-Z]/);
	});

	test('a damaged data file is refused before anything is copied', async () => {
		const setup = await setUp({ a: '1' });
		const { bucket, put, parameters, there } = setup;
		const source = await report(setup, [[rowOf(bucket, 'from/a', '1')]]);
		await put('reports/data/0.csv.gz', gzipSync(`${rowOf(bucket, 'from/a', '1')}\n${rowOf(bucket, 'from/b', '1')}\n`));
		expect((await refusal(s3('transfer.run', { ...parameters, ...source }))).message).toContain(
			'The MD5 of the inventory file',
		);
		expect(await there()).toEqual({});
	});
});

test('a bucket as it was: what was changed and deleted since is copied by its version', async () => {
	const setup = await setUp({});
	const { bucket, put, remove, run, there, parameters } = setup;
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	for (const [key, body] of [
		['a', 'one'],
		['b', 'two'],
		['c', 'three'],
		['d', 'gone then'],
	] as const)
		await put(`from/${key}`, body);
	// Where times are whole seconds, nothing else tells whether the version or its deletion came first.
	await nextTime();
	await remove('from/d');
	await nextTime();
	const asOf = new Date().toISOString();
	// Where times are whole seconds, what was written up to a second after it is in doubt.
	await nextTime(2);
	// The same size: only the ETag tells the versions apart.
	await put('from/a', 'ONE');
	await remove('from/b');
	await put('from/new', 'new');
	expect(await run()).toMatchObject({ copied: 3 });
	const options = { asOf, items: true };
	const { hints, ...restored } = await run({ options, mode: 'mirror' });
	expect(restored).toMatchObject({ copied: 2, overwritten: 1, deleted: 1 });
	expect(JSON.stringify(hints)).not.toContain('As Of');
	expect(await there()).toEqual({ 'to/a': 'one', 'to/b': 'two', 'to/c': 'three' });
	expect(await run({ options, mode: 'mirror' })).toMatchObject({ copied: 0, deleted: 0, reasons: { same: 3 } });
	const future = { ...parameters, options: { asOf: '2999-01-01T00:00:00Z' } };
	expect((await refusal(s3('transfer.run', future))).message).toBe("'As Of' is in the future");
});

test('what a bucket was without versions is not guessed: it is refused, and a mirror deletes nothing', async () => {
	const { run, put, putThere, there, bucket } = await setUp({ a: 'one', b: 'two' });
	for (const [key, body] of [
		['to/a', 'one'],
		['to/gone', 'gone'],
	] as const)
		await putThere(key, body);
	await nextTime();
	const options = { asOf: new Date().toISOString(), maxDeletedShare: 100 };
	await nextTime();
	await put('from/a', 'replaced');
	const before = await there();
	const refused = await refusal(run({ options, mode: 'mirror' }));
	expect(refused.message).toMatch(
		/^The bucket '.*' has no versioning, so its state at the time in 'As Of' is unknown$/,
	);
	const VersioningConfiguration = { Status: 'Enabled' } as const;
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
	await put('from/c', 'with a version');
	const summary = await run({ options, mode: 'mirror' });
	expect(summary).toMatchObject({
		...{ done: false, copied: 1, failed: 1, deleted: 0, heldBack: { reason: 'failed' } },
		errors: [{ key: 'from/a', message: expect.stringContaining('had no versioning') }],
	});
	expect(await there()).toEqual({ ...before, 'to/b': 'two' });
});

test.each<[string, object, RegExp]>([
	['a slash in flatten', { options: { flatten: '/' } }, /^'Flatten Folders' contains a slash/],
	[
		'a broken pattern',
		{ options: { replaceInKeys: { values: [{ pattern: '(', text: '' }] } } },
		/^'Pattern' in 'Replace in Keys' is not supported/,
	],
	[
		'no pattern',
		{ options: { replaceInKeys: { values: [{ pattern: '', text: 'x' }] } } },
		/^'Pattern' in 'Replace in Keys' is empty/,
	],
	['an empty prefix to strip', { options: { stripPrefix: '' } }, /^'Strip Prefix' is empty/],
	...['', null, undefined].map((nothing): [string, object, RegExp] => [
		`${String(nothing)} as a backup prefix`,
		{ mode: 'mirror', options: { backupPrefix: nothing } },
		/^'Backup Prefix' is empty/,
	]),
	['no end of a job', { jobName: 'j', options: { jobEndDate: '' } }, /^'Job End Date' is empty/],
	['no owner of the bucket', { options: { expectedBucketOwner: null } }, /^'Expected Bucket Owner' is empty/],
	[
		'another owner of the bucket',
		{ options: { expectedBucketOwner: 'abc' } },
		/^'Expected Bucket Owner' is not an AWS/,
	],
	['no names to check', { options: { checkNamesFor: null } }, /^'Check Names For' is empty/],
	[
		'nothing for names',
		{ options: { checkNamesFor: 'windows', ifNameNotAllowed: null } },
		/^'If Name Not Allowed' is empty/,
	],
	['no time', { options: { asOf: '' } }, /^'As Of' is empty/],
	['a move of what was', { mode: 'move', options: { asOf: '2026-01-01T00:00:00Z' } }, /^'Mode' cannot be 'Move'/],
	[
		'a move that may overwrite its own copies',
		{ mode: 'move', options: { lowerCase: true } },
		/^'Mode' cannot be 'Move' with these key changes/,
	],
	[
		'as of, for a list',
		{ source: 'list', keyInList: 'a', options: { asOf: '2026-01-01T00:00:00Z' } },
		/^'As Of' does not work with/,
	],
	[
		'a mirror that filters and maps',
		{ mode: 'mirror', options: { lowerCase: true, suffix: 'x' } },
		/^Filters by key do not work/,
	],
	[
		'an inventory without a way back',
		{ source: 'inventory', inventory: 'x', mode: 'mirror', options: { flatten: '-' } },
		/^'Mirror' from an inventory or a list does not work/,
	],
	[
		'a list without a way back',
		{ source: 'list', keysFrom: 'object', manifest: 'x', mode: 'mirror', options: { lowerCase: true } },
		/^'Mirror' from an inventory or a list does not work/,
	],
	[
		'a bucket instead of a manifest',
		{ source: 'list', keysFrom: 'object', manifest: 's3://bucket' },
		/^'Manifest' is not the address of an object/,
	],
	[
		'a key that is not below the prefix',
		{ source: 'list', prefix: 'x/', keyInList: 'a' },
		/^Item 1 has the key 'a', which does not start/,
	],
])('refused before the first request: %s', async (_, changes, message) => {
	const parameters = { bucket: 'one-bucket', destinationBucket: 'other-bucket', destinationPrefix: 'to/', ...changes };
	const connection = { endpoint: 'http://127.0.0.1:9' };
	expect((await refusal(s3('transfer.run', parameters, { connection }))).message).toMatch(message);
});
