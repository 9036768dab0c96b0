import { ListObjectsV2Command, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import type { Parameters } from '../support/n8n';
import { jsonOf } from '../support/n8n';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

/** What a user has set to protect files holds, or the operation does nothing and says why. */

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string | Buffer = Key, more: object = {}) =>
	(await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))).VersionId;

const keys = async (Bucket = bucket) =>
	((await sdk.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

describe('an option whose expression gives nothing is not left out', () => {
	const many = { source: 'prefix', prefix: 'f/' };
	const upload = { key: 'f/a', source: 'text', text: 'new' };

	test.each<[`${string}.${string}`, Parameters, object]>([
		...['glob', 'regex', 'suffix', 'modifiedAfter', 'modifiedBefore', 'minSize', 'maxSize'].flatMap((name) =>
			[null, undefined, ''].map((value): [`${string}.${string}`, Parameters, object] => [
				'object.deleteMany',
				many,
				{ [name]: value },
			]),
		),
		['object.deleteMany', many, { storageClasses: [] }],
		['object.deleteMany', { keys: '[{"key":"f/a","versionId":null}]' }, {}],
		['object.delete', { key: 'f/a' }, { versionId: '' }],
		['object.delete', { key: 'f/a' }, { ifMatch: undefined }],
		['object.upload', upload, { ifMatch: '' }],
		['folder.delete', { folder: 'f' }, { dryRun: null }],
		['folder.delete', { folder: 'f' }, { dryRun: undefined }],
	])('%s %j %j', async (operation, parameters, options) => {
		await put('f/a', 'precious');
		const { message } = await refusal(s3(operation, { bucket, ...parameters, options }));
		expect(message).toMatch(/(is empty|has an empty versionId|cannot be "")$/);
		expect(await one('object.read', { bucket, key: 'f/a', format: 'text' })).toMatchObject({ text: 'precious' });
	});

	test('nor does an expression for the bucket stand for the bucket of the connection', async () => {
		await put('a');
		const empty = s3('bucket.empty', { bucket: () => undefined, contents: 'everything' }, { connection: { bucket } });
		expect((await refusal(empty)).message).toBe("The expression in 'Bucket' returned nothing");
		expect(await keys()).toEqual(['a']);
	});
});

test.each(['item 7', '0', '5', '2026-02-31', '11/12/2026', 0])('%p is no date by which to delete', async (value) => {
	await put('f/a');
	const filters = { source: 'prefix', prefix: 'f/', options: { modifiedAfter: value } };
	expect((await refusal(s3('object.deleteMany', { bucket, ...filters }))).message).toBe(
		"'Modified After' is not a date",
	);
	expect(await keys()).toEqual(['f/a']);
});

test('restore does not replace an object for good where versioning is suspended', async () => {
	const set = async (Status: 'Enabled' | 'Suspended') =>
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status } }));
	await set('Enabled');
	const versionId = await put('a', 'old');
	await set('Suspended');
	await put('a', 'precious');
	const { message } = await refusal(s3('version.restore', { bucket, key: 'a', versionId }));
	expect(message).toBe(`Versioning of the bucket '${bucket}' is suspended`);
	expect(await one('object.read', { bucket, key: 'a', format: 'text' })).toMatchObject({ text: 'precious' });
});

const archiveOf = async (names: string[]) => {
	const zip = new ZipFile();
	for (const name of names) zip.addBuffer(Buffer.from(name), name);
	zip.end();
	return await buffer(zip.outputStream);
};

test('an archive with one name twice loses neither file', async () => {
	await put('z.zip', await archiveOf(['a.txt', 'a.txt', 'b.txt']));
	const unzip = { zipBucket: bucket, zipKey: 'z.zip', bucket, folder: 'out' };
	for (const onConflict of ['overwrite', 'skipIfSame']) {
		expect((await refusal(s3('folder.unzip', { ...unzip, onConflict }))).message).toBe(
			"Two files of the archive have the same key 'out/a.txt', so one would overwrite the other. Nothing was written.",
		);
		expect(await keys()).toEqual(['z.zip']);
	}
	expect(await one('folder.unzip', { ...unzip, onConflict: 'rename' })).toMatchObject({ unzipped: true, files: 3 });
	expect(await keys()).toEqual(['out/a (2).txt', 'out/a.txt', 'out/b.txt', 'z.zip']);
});

test("a file of one's own with the name of an archive is packed", async () => {
	await put('f/data (2).zip', 'mine');
	await put('f/x');
	const zipped = await one('folder.zip', { bucket, folder: 'f', zipBucket: bucket, zipKey: 'f/data.zip' });
	expect(zipped).toMatchObject({ zipped: true, files: 2, leftOut: 0 });
	const again = await one('folder.zip', { bucket, folder: 'f', zipBucket: bucket, zipKey: 'f/data.zip' });
	expect(again).toMatchObject({ files: 2, leftOut: 1 });
});

test('a folder that does not exist is copied with a hint', async () => {
	const output = await s3('folder.copy', {
		...{ sourceBucket: bucket, sourceFolder: 'nothing', destinationBucket: bucket, destinationFolder: 'to' },
	});
	expect(jsonOf(output)).toMatchObject([{ copied: true, objects: 0 }]);
	expect(output.hints).toEqual([
		"The folder 'nothing/' is empty or does not exist. Check 'Source Folder', including upper and lower case.",
	]);
});
