import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { makeBucket, refusal, s3, sdk } from '../support/s3';

/** Items run side by side: one must not replace what another one is still to copy or move. */

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (...keys: string[]) => {
	for (const Key of keys)
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: `content of ${Key.padEnd(10)}` }));
};

const contents = async () => {
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	const all = Contents.map(async ({ Key = '' }) => {
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
		return [Key, (await Body?.transformToString())?.replace('content of ', '').trim()];
	});
	return Object.fromEntries(await Promise.all(all));
};

/** An expression, as `{{ $json.name }}`. */
const jsonAt =
	(name: string) =>
	({ json }: { json: object }): unknown =>
		Reflect.get(json, name);

const pairs = (list: Array<[string, string]>) => ({
	items: list.map(([from, to]) => ({ json: { from, to } })),
	parameters: {
		...{ sourceBucket: bucket, sourceKey: jsonAt('from') },
		...{ destinationBucket: bucket, destinationKey: jsonAt('to') },
	},
});

describe.each(['object.copy', 'object.move'] as const)('%s', (operation) => {
	test.each<[string, Array<[string, string]>]>([
		[
			'a rotation',
			[
				['c', 'd'],
				['b', 'c'],
				['a', 'b'],
			],
		],
		[
			'a swap',
			[
				['a', 'b'],
				['b', 'a'],
			],
		],
	])('%s is refused before anything is written', async (_, list) => {
		await put('a', 'b', 'c');
		const { items, parameters } = pairs(list);
		const { message, description } = await refusal(s3(operation, parameters, { items }));
		expect(message).toMatch(
			/^One item replaces '.' while another item copies '.', which could lose data. Nothing was written.$/,
		);
		expect(description).toContain('Loop Over Items');
		expect(await contents()).toEqual({ a: 'a', b: 'b', c: 'c' });
	});

	test('keys that do not meet, and conditions that keep what is there, go on', async () => {
		await put('a', 'b', 'c');
		const apart = pairs([
			['a', 'x/a'],
			['b', 'x/b'],
		]);
		await s3(operation, apart.parameters, { items: apart.items });
		expect(await contents()).toMatchObject({ 'x/a': 'a', 'x/b': 'b', c: 'c' });
		const kept = pairs([
			['x/a', 'c'],
			['c', 'y'],
		]);
		await s3(operation, { ...kept.parameters, onConflict: 'rename' }, { items: kept.items });
		expect(Object.values(await contents())).toEqual(expect.arrayContaining(['a', 'b', 'c']));
	});
});

test('one item that overwrites and one that does not have the same key: refused as well', async () => {
	const items = ['fail', 'overwrite'].map((how) => ({ json: { how } }));
	const parameters = { bucket, key: 'k', source: 'text', text: 'x', onConflict: jsonAt('how') };
	expect((await refusal(s3('object.upload', parameters, { items }))).message).toContain(
		"2 items have the same key 'k'",
	);
	expect(await contents()).toEqual({});
});

describe.each(['folder.copy', 'folder.move'] as const)('%s', (operation) => {
	const into = (destinationFolder: string) => ({
		...{ sourceBucket: bucket, sourceFolder: jsonAt('from') },
		...{ destinationBucket: bucket, destinationFolder },
	});
	const items = ['f1', 'f2'].map((from) => ({ json: { from } }));

	test('two folders into one: refused, unless what is there is kept', async () => {
		await put('f1/x', 'f2/x');
		expect(await refusal(s3(operation, into('d'), { items }))).toEqual({
			message: "Two items write to 'd/' and could replace each other's objects. Nothing was written.",
			description: expect.stringContaining("Set 'If Exists' to 'Fail', 'Rename' or 'Skip'"),
		});
		expect(await contents()).toEqual({ 'f1/x': 'f1/x', 'f2/x': 'f2/x' });
		await s3(operation, { ...into('d'), onConflict: 'rename' }, { items });
		const all = await contents();
		expect([all['d/x'], all['d/x (2)']].sort()).toEqual(['f1/x', 'f2/x']);
	});

	test('a folder into its parent of the same name loses nothing', async () => {
		await put('a/a/x', 'a/a/a/x', 'a/a/y');
		const output = s3(operation, {
			...{ sourceBucket: bucket, sourceFolder: 'a/a' },
			...{ destinationBucket: bucket, destinationFolder: 'a' },
		});
		expect(JSON.stringify(jsonOf(await output))).toContain(
			"The copy of 'a/a/a/x' would be 'a/a/x', which is inside 'Source Folder'",
		);
		const all = await contents();
		expect(all).toMatchObject({ 'a/a/a/x': 'a/a/a/x', 'a/x': 'a/a/x', 'a/y': 'a/a/y' });
	});
});

test('Create of a folder that is there keeps its content', async () => {
	await put('d/');
	const [json] = jsonOf(await s3('folder.create', { bucket, folder: 'd' }));
	expect(json).toMatchObject({ created: false, folder: 'd/' });
	expect(await contents()).toEqual({ 'd/': 'd/' });
	expect(jsonOf(await s3('folder.create', { bucket, folder: 'e' }))).toMatchObject([{ created: true }]);
});
