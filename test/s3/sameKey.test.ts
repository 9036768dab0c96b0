import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { kind, makeBucket, refusal, s3, sdk } from '../support/s3';

const content = async (Bucket: string, Key: string) =>
	await (await sdk.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const keysIn = async (Bucket: string) =>
	((await sdk.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

/** Of the others, no source says so, or that they do not. */
const tellsKeysApart = /^(ceph|aws)$/.test(kind);

const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ json: { row: index } }));

describe('items that would overwrite each other', () => {
	test('stop before the first request, and say what to do', async () => {
		const bucket = await makeBucket();
		const parameters = { bucket, key: 'rows.json', source: 'json' };
		const { message, description } = await refusal(s3('object.upload', parameters, { items: rows(30) }));
		expect(message).toBe(
			"30 items have the same key 'rows.json', so they would overwrite each other. Nothing was written.",
		);
		expect(description).toContain("expression in 'Key'");
		expect(description).toContain("'All Items as One File'");
		expect(description).toContain("'Allow Items With the Same Key'");
		expect(await keysIn(bucket)).toEqual([]);
	});

	test('are found by their paths where a server may keep objects as files', async () => {
		const bucket = await makeBucket();
		// The answer tells which server it is.
		await s3('object.getAll', { bucket });
		const items = ['x', 'f/y', '/x', 'f//y'].map((key) => ({ json: { key } }));
		const keyOf = ({ json }: { json: object }) => Object.values(json)[0];
		const run = s3('object.upload', { bucket, key: keyOf, source: 'json', onConflict: 'fail' }, { items });
		if (tellsKeysApart) {
			expect(jsonOf(await run)).toHaveLength(4);
			expect(await keysIn(bucket)).toEqual(['/x', 'f//y', 'f/y', 'x']);
			return;
		}
		const { message, description } = await refusal(run);
		expect(message).toBe(
			"'x' and '/x' are the same object on servers that store objects as files, so one would overwrite the other. Nothing was written.",
		);
		expect(description).toContain("'Allow Items With the Same Key'");
		expect(await keysIn(bucket)).toEqual([]);
	});

	test('a dry run of a move says the same', async () => {
		const bucket = await makeBucket();
		for (const Key of ['a', 'b']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
		const pair = { sourceBucket: bucket, sourceKey: ({ json }: { json: object }) => Object.values(json)[0] };
		const to = { destinationBucket: bucket, destinationKey: 'c' };
		const items = ['a', 'b'].map((key) => ({ json: { key } }));
		for (const options of [{}, { dryRun: true }]) {
			const { message, description } = await refusal(s3('object.move', { ...pair, ...to, options }, { items }));
			expect(message).toContain("2 items have the same key 'c'");
			expect(description).toContain("'Destination Key'");
			expect(description).not.toContain('All Items as One File');
		}
		expect(await keysIn(bucket)).toEqual(['a', 'b']);
	});

	test.each<[`${string}.${string}`, object]>([
		['object.copy', { sourceKey: 'a', destinationKey: 'c' }],
		['folder.zip', { folder: 'a', zipKey: 'c' }],
		['version.restore', { key: 'c', versionId: 'v' }],
	])('%s', async (operation, parameters) => {
		const bucket = await makeBucket();
		const at = { bucket, sourceBucket: bucket, destinationBucket: bucket, zipBucket: bucket };
		const { message } = await refusal(s3(operation, { ...at, ...parameters }, { items: rows(2) }));
		expect(message).toContain("2 items have the same key 'c'");
	});

	test('with Continue On Fail the others are stored', async () => {
		const bucket = await makeBucket();
		const key = (_: unknown, index: number) => (index < 2 ? 'same' : `own-${index}`);
		const parameters = { bucket, key, source: 'json' };
		const output = await s3('object.upload', parameters, { items: rows(4), continueOnFail: true });
		expect(output.map(({ json }) => Object.keys(json)[0])).toEqual(['error', 'error', 'uploaded', 'uploaded']);
		expect(await keysIn(bucket)).toEqual(['own-2', 'own-3']);
	});

	test.each(['rename', 'skip', 'fail'])('%s loses nothing, so it is not asked', async (onConflict) => {
		const bucket = await makeBucket();
		const parameters = { bucket, key: 'a.json', source: 'json', onConflict };
		const output = await s3('object.upload', parameters, { items: rows(3), continueOnFail: true });
		expect(output.filter(({ json }) => json.uploaded)).toHaveLength(onConflict === 'rename' ? 3 : 1);
	});

	test('the option allows it', async () => {
		const bucket = await makeBucket();
		const parameters = { bucket, key: 'a', source: 'json', options: { allowSameKey: true } };
		expect(await s3('object.upload', parameters, { items: rows(30) })).toHaveLength(30);
		expect(await keysIn(bucket)).toEqual(['a']);
	});
});

describe('in a loop', () => {
	test('a round that replaces what the one before has written says so', async () => {
		const bucket = await makeBucket();
		const parameters = { bucket, key: 'a', source: 'json' };
		const first = await s3('object.upload', parameters);
		expect(first.hints).toEqual([]);
		const second = await s3('object.upload', parameters, { before: [first] });
		expect(second.hints).toEqual([expect.stringContaining("The loop replaced 'a'")]);
		const skipping = { ...parameters, onConflict: 'skipIfSame' };
		expect((await s3('object.upload', skipping, { before: [first, second] })).hints.join()).not.toContain('replaced');
		// As a tool of an agent, the node has no output of earlier runs.
		expect(await s3('object.upload', parameters, { before: [undefined] })).toHaveLength(1);
		const other = await s3('object.upload', { ...parameters, key: 'b' }, { before: [first] });
		expect(other.hints).toEqual([]);
	});
});

describe('all items as one file', () => {
	const source = 'items';

	test('JSON', async () => {
		const bucket = await makeBucket();
		const output = await s3('object.upload', { bucket, key: 'rows.json', source }, { items: rows(30) });
		expect(jsonOf(output)).toEqual([
			expect.objectContaining({ uploaded: true, key: 'rows.json', contentType: 'application/json' }),
		]);
		expect(output[0]?.pairedItem).toEqual(rows(30).map((_, item) => ({ item })));
		const stored = await content(bucket, 'rows.json');
		expect(JSON.parse(stored ?? '')).toEqual(jsonOf(rows(30)));
		expect(stored?.split('\n')).toHaveLength(33);
	});

	test('JSON Lines, of more than one part', async () => {
		const bucket = await makeBucket();
		const items = Array.from({ length: 20_000 }, (_, row) => ({ json: { row, text: 'é'.repeat(300) } }));
		const parameters = { bucket, key: 'rows.jsonl', source, itemsFormat: 'jsonLines' };
		const [stored] = jsonOf(await s3('object.upload', parameters, { items }));
		expect(stored).toMatchObject({ contentType: 'application/x-ndjson', parts: 2 });
		const lines = (await content(bucket, 'rows.jsonl'))?.trimEnd().split('\n') ?? [];
		expect(lines.map((line) => JSON.parse(line))).toEqual(jsonOf(items));
	});

	test('a key by expression makes a file for each key', async () => {
		const bucket = await makeBucket();
		const key = (_: unknown, index: number) => (index % 2 ? 'odd.json' : 'even.json');
		const output = await s3('object.upload', { bucket, key, source }, { items: rows(5) });
		expect(output.map(({ json, pairedItem }) => [json.key, pairedItem])).toEqual([
			['even.json', [{ item: 0 }, { item: 2 }, { item: 4 }]],
			['odd.json', [{ item: 1 }, { item: 3 }]],
		]);
		expect(JSON.parse((await content(bucket, 'odd.json')) ?? '')).toEqual([{ row: 1 }, { row: 3 }]);
	});

	test('files of the items are not part of it, and a hint says so', async () => {
		const bucket = await makeBucket();
		const items = [{ json: {}, binary: { data: { data: '', mimeType: 'text/plain' } } }];
		const { hints } = await s3('object.upload', { bucket, key: 'a', source }, { items });
		expect(hints).toEqual(["'a' contains the JSON of the items, but not their files."]);
	});

	test('items of one file that differ in other parameters are told so', async () => {
		const bucket = await makeBucket();
		const options = (_: unknown, index: number) => ({ contentLanguage: index === 0 ? 'de' : 'en' });
		const { message } = await refusal(s3('object.upload', { bucket, key: 'a', source, options }, { items: rows(3) }));
		expect(message).toBe("3 items go into one file 'a', but their other parameters differ. Nothing was written.");
	});

	test('a refusal is one output, not one for each item', async () => {
		const parameters = { bucket: 'no-such-bucket-here', key: 'a', source };
		const output = await s3('object.upload', parameters, { items: rows(3), continueOnFail: true });
		expect(jsonOf(output)).toEqual([{ error: expect.objectContaining({ code: 'NoSuchBucket' }) }]);
		expect(output[0]?.pairedItem).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
	});
});
