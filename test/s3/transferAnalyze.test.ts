import { CreateMultipartUploadCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf, readBinary } from '../support/n8n';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

const put = async (Bucket: string, Key: string, size = 1, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Buffer.alloc(size), ...more }));

test('analyze says what is there, and what a target makes of it', async () => {
	const bucket = await makeBucket();
	await put(bucket, 'f/A.txt', 10);
	await put(bucket, 'f/a.txt', 20);
	await put(bucket, 'f/Docs/1.pdf', 2000);
	await put(bucket, 'f/docs/2.pdf', 3000);
	await put(bucket, 'f/what: a name?.csv', 5);
	await put(bucket, 'beside', 100);
	const at = { bucket, prefix: 'f/' };
	expect(await one('transfer.analyze', { ...at, options: { target: 'windows' } })).toMatchObject({
		...{ bucket, prefix: 'f/', target: 'windows', objects: 5, bytes: 5035 },
		byType: {
			'.pdf': { objects: 2, bytes: 5000 },
			'.txt': { objects: 2, bytes: 30 },
			'.csv': { objects: 1, bytes: 5 },
		},
		bySize: { 'under 1 KiB': { objects: 3, bytes: 35 }, '1 to 128 KiB': { objects: 2, bytes: 5000 } },
		byAge: { 'under 1 day': { objects: 5, bytes: 5035 } },
		byDepth: { 1: { objects: 3, bytes: 35 }, 2: { objects: 2, bytes: 5000 } },
		hazards: [
			{ id: 'caseCollision', count: 1, examples: [{ path: 'f/a.txt', other: 'f/A.txt' }] },
			{ id: 'mergedFolders', count: 1, examples: [{ path: 'f/docs/', other: 'f/Docs/' }] },
			{ id: 'forbiddenCharacters', count: 1, examples: [{ key: 'f/what: a name?.csv', size: 5 }] },
		],
		refused: { objects: 1, bytes: 5 },
		estimate: { way: 'outOfS3', requests: { lists: 1, copies: 0, reads: 5 }, bytesOut: 5035 },
	});
	const toS3 = await one('transfer.analyze', at);
	expect(toS3).toMatchObject({
		target: 's3',
		hazards: [],
		refused: { objects: 0, bytes: 0 },
		estimate: { way: 'insideS3', requests: { copies: 5, reads: 0 }, cost: { dataOut: 0 } },
	});
	const items = jsonOf(await s3('transfer.analyze', { ...at, options: { target: 'windows', hazardItems: true } }));
	expect(items.map(({ hazard }) => hazard).sort()).toEqual([
		...['caseCollision', 'forbiddenCharacters', 'mergedFolders'],
	]);
});

test('analyze finds a file and a folder of one name', async () => {
	const bucket = await makeBucket();
	for (const key of ['both', 'both/x', 'both!']) await put(bucket, key);
	for (const [target, severity] of [
		['s3', 'kept'],
		['sharePoint', 'refused'],
	])
		expect(await one('transfer.analyze', { bucket, options: { target } })).toMatchObject({
			hazards: [{ id: 'fileAndFolder', severity, count: 1, examples: [{ path: 'both', other: 'both/' }] }],
		});
});

test('analyze looks only at what passes the filters', async () => {
	const bucket = await makeBucket();
	await put(bucket, 'CON', 5);
	await put(bucket, 'con', 500);
	await put(bucket, 'x.txt', 50);
	const options = { target: 'windows', maxSize: 60 };
	expect(await one('transfer.analyze', { bucket, options })).toMatchObject({
		...{ objects: 2, bytes: 55 },
		hazards: [{ id: 'reservedName', count: 1 }],
	});
});

test('analyze counts versions, delete markers and unfinished uploads where it is asked to', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	for (const size of [1, 2, 4]) await put(bucket, 'a', size);
	await put(bucket, 'b', 8);
	await s3('object.delete', { bucket, key: 'b' });
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'unfinished' }));
	await put(bucket, 'CON.txt', 16);
	const plain = await one('transfer.analyze', { bucket });
	expect(plain).toMatchObject({ objects: 2, bytes: 20 });
	expect(plain).not.toHaveProperty('deleteMarkers');
	expect(plain).not.toHaveProperty('unfinishedUploads');
	const options = { target: 'windows', alsoCount: ['versions', 'unfinishedUploads'] };
	expect(await one('transfer.analyze', { bucket, options })).toMatchObject({
		...{ objects: 2, bytes: 20, noncurrentVersions: 3, noncurrentBytes: 11, deleteMarkers: 1, unfinishedUploads: 1 },
		hazards: [{ id: 'reservedName', count: 1 }],
	});
});

/** The report that an analysis gives, as text. */
const reportOf = async (bucket: string, report: string) => {
	const [item] = await s3('transfer.analyze', { bucket, options: { target: 'windows', report } });
	const file = item?.binary?.report;
	if (!file) throw new Error('There is no report');
	return { ...file, text: (await readBinary(file)).toString(), json: item.json };
};

test('a report goes with the summary: a page, CSV or JSON', async () => {
	const bucket = await makeBucket();
	await put(bucket, '<script>alert(1)</script>?.txt', 7);
	await put(bucket, 'A.txt');
	await put(bucket, 'a.txt');
	const html = await reportOf(bucket, 'html');
	expect(html).toMatchObject({ mimeType: 'text/html', fileName: expect.stringMatching(/^analysis-.*\.html$/) });
	expect(html.json).toMatchObject({ objects: 3, refused: { objects: 1, bytes: 7 } });
	expect(html.text).toContain('1 of 3 objects cannot move to Windows unchanged.');
	expect(html.text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;?.txt');
	expect(html.text).not.toContain('<script');
	expect(html.text).toContain('collides with A.txt');
	const csv = await reportOf(bucket, 'csv');
	expect(csv.text.split('\r\n')).toHaveLength(4);
	expect(csv.text).toContain('caseCollision,a.txt,,collides with A.txt,');
	const json = await reportOf(bucket, 'json');
	expect(JSON.parse(json.text)).toMatchObject({
		title: `Analysis of ${bucket}`,
		rows: [
			{ category: 'forbiddenCharacters', key: '<script>alert(1)</script>?.txt', size: 7 },
			{ category: 'caseCollision', key: 'a.txt', detail: 'collides with A.txt' },
		],
	});
	expect((await s3('transfer.analyze', { bucket }))[0]).not.toHaveProperty('binary');
	const both = { report: 'html', hazardItems: true };
	expect((await refusal(s3('transfer.analyze', { bucket, options: both }))).message).toContain(
		"'Report' and 'Hazards as Items' cannot be combined",
	);
});
