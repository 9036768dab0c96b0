import { randomBytes } from 'node:crypto';
import { CreateMultipartUploadCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { keysIn, putMany } from '../support/manyObjects';
import { jsonOf, keepBinary, readBinary } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';

const MiB = 1024 ** 2;

const upload = async (bucket: string, keys: string[]) =>
	await s3(
		'object.upload',
		{
			bucket,
			key: (_: unknown, index: number) => keys[index],
			source: 'text',
			text: 'x',
			options: { concurrency: 32 },
		},
		{ items: keys.map(() => ({ json: {} })) },
	);

test('create appends the slash', async () => {
	const bucket = await makeBucket();
	expect(await one('folder.create', { bucket, folder: 'a/ü b' })).toEqual({ created: true, bucket, folder: 'a/ü b/' });
	expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a/ü b/' }))).toMatchObject({ ContentLength: 0 });
});

test('getAll lists one level', async () => {
	const bucket = await makeBucket();
	await upload(bucket, ['top.txt', 'a/1.txt', 'a/b/2.txt', 'a/c/3.txt', 'd e/4.txt']);
	expect(jsonOf(await s3('folder.getAll', { bucket, returnAll: true }))).toEqual([
		{ bucket, folder: 'a/', name: 'a' },
		{ bucket, folder: 'd e/', name: 'd e' },
	]);
	expect(jsonOf(await s3('folder.getAll', { bucket, parentFolder: 'a' })).map(({ name }) => name)).toEqual(['b', 'c']);
});

test('delete removes everything in the folder, and nothing beside it', async () => {
	const bucket = await makeBucket();
	// Three pages of a listing, and three requests.
	await putMany(bucket, [...keysIn('big', 2010), 'big', 'bigger/x']);
	const dry = await s3('folder.delete', { bucket, folder: 'big', options: { dryRun: true } });
	expect(dry).toHaveLength(2010);
	expect(await one('folder.delete', { bucket, folder: 'big' })).toEqual({
		deleted: true,
		bucket,
		folder: 'big/',
		objects: 2010,
	});
	expect(jsonOf(await s3('object.getAll', { bucket })).map(({ key }) => key)).toEqual(['big', 'bigger/x']);
	// 2,010 objects take minutes on a slow server and a busy machine.
}, 300_000);

describe('copy and move', () => {
	const keys = async (bucket: string) =>
		jsonOf(await s3('object.getAll', { bucket, returnAll: true })).map(({ key }) => key);
	const pair = (sourceBucket: string, sourceFolder: string, destinationBucket: string, destinationFolder: string) => ({
		...{ sourceBucket, sourceFolder, destinationBucket, destinationFolder },
	});

	test('copy copies the whole folder to another bucket, with storage class and metadata', async () => {
		const [from, to] = [await makeBucket(), await makeBucket()];
		const more = { Metadata: { a: 'b' }, StorageClass: 'STANDARD_IA' } as const;
		for (const Key of ['f/1 +.txt', 'f/g/ü.txt', 'f/', 'f2/no', 'no'])
			await sdk.send(new PutObjectCommand({ Bucket: from, Key, Body: 'abc', ...more }));
		const dry = jsonOf(await s3('folder.copy', { ...pair(from, 'f', to, 'x/y'), options: { dryRun: true } }));
		expect(dry.map(({ key }) => key)).toEqual(['x/y/', 'x/y/1 +.txt', 'x/y/g/ü.txt']);
		expect(await keys(to)).toEqual([]);
		expect(await one('folder.copy', pair(from, 'f', to, 'x/y'))).toEqual({
			...{ copied: true, bucket: to, folder: 'x/y' },
			...{ objects: 3, bytes: 9, skipped: 0 },
		});
		expect(await keys(to)).toEqual(['x/y/', 'x/y/1 +.txt', 'x/y/g/ü.txt']);
		expect(await sdk.send(new HeadObjectCommand({ Bucket: to, Key: 'x/y/g/ü.txt' }))).toMatchObject(more);
		const again = { ...pair(from, 'f', to, 'x/y'), onConflict: 'skipIfSame' };
		expect(await one('folder.copy', again)).toMatchObject({ objects: 0, skipped: 3 });
		expect(await keys(from)).toHaveLength(5);
	});

	test('copy recognises multipart uploads with Skip if Same, even when it keeps ACLs', async () => {
		const [from, to] = [await makeBucket(), await makeBucket()];
		const at = { bucket: from, key: 'f/parts' };
		const big = await keepBinary(randomBytes(9 * MiB));
		await s3('object.upload', at, { items: [{ json: {}, binary: { data: big } }] });
		const again = { ...pair(from, 'f', to, 'f'), onConflict: 'skipIfSame', options: { keepAcl: true } };
		expect(await one('folder.copy', again)).toMatchObject({ objects: 1, skipped: 0 });
		expect(await one('folder.copy', again)).toMatchObject({ objects: 0, skipped: 1 });
	});

	test('move leaves only objects that it could not move', async () => {
		const bucket = await makeBucket();
		await upload(
			bucket,
			Array.from({ length: 120 }, (_, index) => `old/${index}`),
		);
		const proxy = await startProxy(server.endpoint, ({ method, url }) =>
			method === 'PUT' && url?.includes('/new/77') ? { status: 403 } : 'pass',
		);
		const moved = await one('folder.move', pair(bucket, 'old', bucket, 'new'), { connection: { endpoint: proxy.url } });
		expect(moved).toMatchObject({ moved: false, objects: 119, failed: 1, errors: [{ key: 'old/77' }] });
		const left = await keys(bucket);
		expect(left.filter((key) => String(key).startsWith('old/'))).toEqual(['old/77']);
		expect(left).toHaveLength(120);
	});

	test.each([
		['a', 'a', "is the same as 'Source Folder'"],
		['a', 'a/b', "is inside 'Source Folder'"],
		['a/b', '/a//b/c', "may be inside 'Source Folder': some servers treat '/a//b/c/' as 'a/b/c/'"],
	])('rejects %s to %s, which would never end', async (from, to, words) => {
		const bucket = await makeBucket();
		for (const verb of ['copy', 'move'] as const)
			expect((await refusal(s3(`folder.${verb}`, pair(bucket, from, bucket, to)))).message).toBe(
				`'Destination Folder' ${words}`,
			);
	});
});

test('getStatistics counts by storage class and type', async () => {
	const bucket = await makeBucket();
	const put = async (Key: string, size: number, more: object = {}) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Buffer.alloc(size), ...more }));
	await put('f/a.csv', 10);
	await put('f/b.CSV', 20, { StorageClass: 'GLACIER' });
	await put('f/g/c.pdf', 5);
	await put('f/none', 1);
	await put('g/beside.csv', 100);
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'f/unfinished' }));
	const options = { unfinishedUploads: true };
	expect(await one('folder.getStatistics', { bucket, folder: 'f', options })).toEqual({
		bucket,
		folder: 'f/',
		objects: 4,
		bytes: 36,
		averageBytes: 9,
		byStorageClass: { GLACIER: { objects: 1, bytes: 20 }, STANDARD: { objects: 3, bytes: 16 } },
		byType: {
			'text/csv': { objects: 2, bytes: 30 },
			'application/pdf': { objects: 1, bytes: 5 },
			other: { objects: 1, bytes: 1 },
		},
		bySize: { 'under 1 KiB': { objects: 4, bytes: 36 } },
		byAge: { 'under 1 day': { objects: 4, bytes: 36 } },
		largest: { key: 'f/b.CSV', size: 20, lastModified: expect.any(String) },
		oldest: expect.objectContaining({ key: 'f/a.csv' }),
		newest: expect.objectContaining({ key: 'f/none' }),
		unfinishedUploads: 1,
	});
	expect(await one('folder.getStatistics', { bucket, folder: 'empty' })).toMatchObject({ objects: 0, bytes: 0 });
	expect(await one('folder.getStatistics', { bucket })).toMatchObject({ objects: 5 });
});

test('getStatistics gives a page with plots beside the numbers', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'f/<b>.csv', Body: Buffer.alloc(3000) }));
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'f/a', Body: Buffer.alloc(1000) }));
	const [item] = await s3('folder.getStatistics', { bucket, folder: 'f', options: { report: 'html' } });
	expect(item?.json).toMatchObject({ objects: 2, bytes: 4000 });
	expect(item?.binary?.report).toMatchObject({
		mimeType: 'text/html',
		fileName: expect.stringMatching(/^statistics-.+-\d{4}-\d\d-\d\d\.html$/),
	});
	const text = String(await readBinary(item?.binary?.report ?? { data: '', mimeType: '' }));
	expect(text).toContain('2 objects, 3.91 KiB. 75% of the size is .csv files.');
	expect(text).toContain('f/&lt;b&gt;.csv');
	expect(text).not.toContain('multipart');
	const [without] = await s3('folder.getStatistics', { bucket, options: { report: 'none' } });
	expect(without?.binary).toBeUndefined();
});
