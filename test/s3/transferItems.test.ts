import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, keepBinary } from '../support/n8n';
import { makeBucket, refusal, s3, sdk } from '../support/s3';
import { contentsOf } from '../support/transfers';

/** A file of another system. */
interface File {
	key: string;
	body: string;
	modified?: string;
	checksum?: string;
	size?: string;
}

const itemOf = async ({ body, ...json }: File): Promise<INodeExecutionData> => ({
	json: { ...json },
	binary: { data: await keepBinary(Buffer.from(body), json.key) },
});

const field =
	(name: string) =>
	({ json }: INodeExecutionData) =>
		json[name] ?? '';

const ofItems = {
	source: 'items',
	keyOfItem: field('key'),
	itemModified: field('modified'),
	itemChecksum: field('checksum'),
	itemSize: field('size'),
};

const setUp = async (more: object = {}) => {
	const destinationBucket = await makeBucket();
	const run = async (files: File[], changes: object = {}, settings: object = {}) => {
		const items = await Promise.all(files.map(itemOf));
		const parameters = { ...ofItems, destinationBucket, destinationPrefix: 'to/', ...more, ...changes };
		const output = await s3('transfer.run', parameters, { items, ...settings });
		return { summary: jsonOf(output)[0] ?? {}, output };
	};
	return { run, destinationBucket, there: async () => await contentsOf(destinationBucket) };
};

const md5 = (body: string, encoding: 'hex' | 'base64' = 'hex') => createHash('md5').update(body).digest(encoding);
const sha256 = (body: string, encoding: 'hex' | 'base64' = 'hex') => createHash('sha256').update(body).digest(encoding);

test('an account of Salesforce, three times: 300 files, of which 5 change and 2 go each time', async () => {
	const { run, there } = await setUp({ mode: 'mirror', options: { items: true } });
	const time = (version: number) => `2026-01-0${version + 1}T10:00:00.5Z`;
	const files = new Map(
		Array.from({ length: 300 }, (_, index): [string, File] => {
			const key = `Account ${index % 7}/Straße ${index}.pdf`;
			return [key, { key, body: `content 0 of ${index}`, modified: time(0) }];
		}),
	);
	expect((await run([...files.values()])).summary).toMatchObject({ done: true, copied: 300, deleted: 0 });
	for (const round of [1, 2]) {
		const keys = [...files.keys()].filter((_, index) => index % 60 === round);
		// The same size as before: only the time tells.
		for (const key of keys)
			files.set(key, { key, body: (files.get(key)?.body ?? '').replace(/\d/, `${round}`), modified: time(round) });
		for (const key of [...files.keys()].slice(-2)) files.delete(key);
		const { summary, output } = await run([...files.values()]);
		expect(summary).toMatchObject({
			done: true,
			copied: 5,
			overwritten: 5,
			deleted: 2,
			skipped: 293 - 2 * (round - 1),
		});
		const written = jsonOf(output).filter(({ action }) => action === 'overwrite');
		expect(written.map(({ key }) => key).sort()).toEqual(keys.map((key) => `to/${key}`).sort());
	}
	const left = [...files.values()].map(({ key, body }) => [`to/${key}`, body]);
	expect(await there()).toEqual(Object.fromEntries(left));
	expect((await run([...files.values()])).summary).toMatchObject({ done: true, copied: 0, deleted: 0, skipped: 296 });
	// Four runs over 300 files take minutes on a slow server and a busy machine.
}, 300_000);

test('the time goes into the metadata as rclone has it, and each output belongs to its item', async () => {
	const { run, destinationBucket } = await setUp({ options: { items: true } });
	const { output } = await run([
		{ key: 'b.txt', body: 'b', modified: '2026-01-31T12:00:00.250Z' },
		{ key: 'a.csv', body: 'a' },
	]);
	const [summary, ...others] = output;
	expect(summary?.pairedItem).toEqual([{ item: 0 }, { item: 1 }]);
	expect(others.map(({ json, pairedItem }) => [json.key, json.sourceBucket, pairedItem]).sort()).toEqual([
		['to/a.csv', undefined, { item: 1 }],
		['to/b.txt', undefined, { item: 0 }],
	]);
	const head = await sdk.send(new HeadObjectCommand({ Bucket: destinationBucket, Key: 'to/b.txt' }));
	expect(head.Metadata).toEqual({ mtime: '1769860800.25' });
});

test.each([
	['MD5 in hexadecimal digits', md5('one'), md5('two')],
	['MD5 in Base64', md5('one', 'base64'), md5('two', 'base64')],
	['SHA-256 in hexadecimal digits', sha256('one'), sha256('two').toUpperCase()],
	['SHA-256 in Base64', sha256('one', 'base64'), sha256('two', 'base64')],
])('by a checksum, %s: a new time alone copies nothing, new content of the same size does', async (_, one, two) => {
	const { run, there } = await setUp();
	const at = { key: 'a', modified: '2026-01-01T00:00:00Z' };
	await run([{ ...at, body: 'one', checksum: one }]);
	const later = { key: 'a', modified: '2026-02-01T00:00:00Z' };
	expect((await run([{ ...later, body: 'one', checksum: one }])).summary).toMatchObject({ reasons: { same: 1 } });
	expect((await run([{ ...at, body: 'two', checksum: two }])).summary).toMatchObject({ overwritten: 1 });
	expect(await there()).toEqual({ 'to/a': 'two' });
});

test('content that has another checksum than its item says is not stored', async () => {
	const { run, there } = await setUp();
	const { summary } = await run([
		{ key: 'a', body: 'damaged', checksum: md5('whole..') },
		{ key: 'b', body: 'b', checksum: md5('b') },
	]);
	expect(summary).toMatchObject({ copied: 1, failed: 1, errors: [{ message: expect.stringContaining('checksum') }] });
	expect(await there()).toEqual({ 'to/b': 'b' });
});

test('without time and checksum the size alone tells; what others have written is replaced once', async () => {
	const { run, there, destinationBucket } = await setUp();
	await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'to/a', Body: 'own' }));
	expect((await run([{ key: 'a', body: 'new' }])).summary).toMatchObject({ reasons: { same: 1 } });
	const timed = { key: 'a', body: 'new', modified: '2020-01-01T00:00:00Z' };
	expect((await run([timed])).summary).toMatchObject({ overwritten: 1 });
	expect((await run([timed])).summary).toMatchObject({ reasons: { same: 1 } });
	expect(await there()).toEqual({ 'to/a': 'new' });
});

test('large files go in parts, and are known again', async () => {
	const { run } = await setUp();
	const body = 'x'.repeat(9 * 1024 ** 2);
	const file = { key: 'large', body, checksum: md5(body) };
	expect((await run([file])).summary).toMatchObject({ copied: 1, bytes: body.length });
	expect((await run([file])).summary).toMatchObject({ copied: 0, reasons: { same: 1 } });
});

test('keys can be mapped, and what becomes one key is said', async () => {
	const { run, there } = await setUp({ options: { lowerCase: true, flatten: '_' } });
	const files = [
		{ key: 'B/x', body: 'small' },
		{ key: 'A/X', body: 'first' },
		{ key: 'a/x', body: 'second' },
	];
	for (const copied of [2, 0]) {
		const { summary } = await run(files);
		expect(summary).toMatchObject({ done: true, copied, reasons: { sameKey: 1 } });
	}
	expect(await there()).toEqual({ 'to/a_x': 'first', 'to/b_x': 'small' });
});

test('what is gone deletes within the guards of a mirror only', async () => {
	const { run, there } = await setUp({ mode: 'mirror' });
	const files = ['a', 'b', 'c'].map((key) => ({ key, body: key }));
	await run(files);
	expect((await run(files.slice(0, 1))).summary).toMatchObject({ deleted: 0, heldBack: { reason: 'maxDeletedShare' } });
	// What failed to come in must not look as if it were gone.
	const { output } = await run(
		[
			{ key: 'a', body: 'a' },
			{ key: '', body: 'b' },
		],
		{},
		{ continueOnFail: true },
	);
	expect(jsonOf(output)).toEqual([
		{ error: expect.objectContaining({ message: expect.stringContaining('Some items are invalid') }) },
		{ error: expect.objectContaining({ message: "Item 2: 'Key' is empty" }) },
	]);
	expect(Object.keys(await there())).toEqual(['to/a', 'to/b', 'to/c']);
});

const good: File = { key: 'a', body: 'a' };

test.each<[string, File[], object, RegExp]>([
	['no key', [good, { key: '', body: 'b' }], {}, /^Item 2: 'Key' is empty/],
	['the same key twice', [good, { key: 'b', body: '' }, good], {}, /^Item 1 \('a'\) and item 3 have the same key/],
	['no content', [good], { binaryPropertyName: 'other' }, /^Item 1 \('a'\) has no binary field 'other'/],
	['no address', [good], { content: 'url', url: 'x' }, /^Item 1 \('a'\) has no 'URL'/],
	['no size', [good], { content: 'url', url: 'https://example.com' }, /^Item 1 \('a'\) has no size/],
	['a size in words', [{ ...good, size: '1 kB' }], {}, /^Item 1 \('a'\) has a size that is not a number: '1 kB'/],
	['another size', [{ ...good, size: '2' }], {}, /^Item 1 \('a'\) has a file of 1 bytes, and 2 in/],
	['no checksum', [{ ...good, checksum: 'abc' }], {}, /^Item 1 \('a'\) has a checksum that is neither/],
	['no time', [{ ...good, modified: 'yesterday' }], {}, /^'Modified' is not a date/],
	['no time of two', [good, { ...good, key: 'b', modified: 'soon' }], {}, /^Item 2: 'Modified' is not a date/],
	['move', [good], { mode: 'move' }, /^'Mode' cannot be 'Move' with the source 'Items', which have no originals in S3/],
	['as of', [good], { options: { asOf: '2026-01-01T00:00:00Z' } }, /^'As Of' does not work with the source/],
])('refused before the first request: %s', async (_, files, changes, message) => {
	const items = await Promise.all(files.map(itemOf));
	const parameters = { ...ofItems, destinationBucket: 'nobody-asks-for-it', ...changes };
	const nowhere = { endpoint: 'http://127.0.0.1:9' };
	await expect(refusal(s3('transfer.run', parameters, { items, connection: nowhere }))).resolves.toMatchObject({
		message: expect.stringMatching(message),
	});
});
