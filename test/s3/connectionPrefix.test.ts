import {
	CreateMultipartUploadCommand,
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ILoadOptionsFunctions } from 'n8n-workflow';
import { searchKeys } from '../../nodes/AwsS3/core/connection/listSearch';
import type { Parameters } from '../support/n8n';
import { jsonOf } from '../support/n8n';
import { nextTime } from '../support/nextTime';
import { credentials, makeBucket, refusal, s3, sdk } from '../support/s3';

let bucket: string;
let use: (operation: `${string}.${string}`, parameters?: Parameters) => ReturnType<typeof s3>;

const put = async (Bucket: string, ...keys: string[]) => {
	for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
};

const keysIn = async (Bucket: string) =>
	(await sdk.send(new ListObjectsV2Command({ Bucket }))).Contents?.map(({ Key }) => Key) ?? [];

const all = ['in/a.txt', 'in/sub/b.txt', 'out/c.txt'];

/** A connection that is for `in/` of a bucket which has more. */
beforeEach(async () => {
	bucket = await makeBucket();
	await put(bucket, ...all);
	use = async (operation, parameters = {}) =>
		await s3(operation, parameters, { connection: { bucket, prefix: 'in/' } });
});

const outside = (key: string, at = bucket) =>
	`'${key}' in bucket '${at}' is outside the credential's prefix 'in/' in bucket '${bucket}'. If its keys are restricted to this prefix, S3 denies access.`;

test('an empty prefix or folder means that of the connection', async () => {
	expect(jsonOf(await use('object.getAll')).map(({ key }) => key)).toEqual(['in/a.txt', 'in/sub/b.txt']);
	expect(jsonOf(await use('folder.getAll')).map(({ folder }) => folder)).toEqual(['in/sub/']);
	expect(jsonOf(await use('folder.getStatistics'))).toMatchObject([{ folder: 'in/', objects: 2 }]);
	expect(jsonOf(await use('version.getAll')).map(({ key }) => key)).toEqual(['in/a.txt', 'in/sub/b.txt']);
	const zipped = await use('folder.zip', { folder: '', zipKey: 'in/all.zip' });
	expect(jsonOf(zipped)).toMatchObject([{ files: 2 }]);
	const copied = await use('folder.copy', { sourceFolder: 'in/sub/', destinationFolder: '' });
	expect(copied.hints).toEqual([]);
	expect(await keysIn(bucket)).toEqual(['in/a.txt', 'in/all.zip', 'in/b.txt', 'in/sub/b.txt', 'out/c.txt']);
	const [json] = jsonOf(await use('access.generatePolicy', { kind: 'readOnly' }));
	expect(JSON.stringify(json?.policy)).toContain(`arn:aws:s3:::${bucket}/in/*`);
});

test('what is named is used, and hinted at once if it is outside', async () => {
	const inside = await use('object.get', { key: 'in/a.txt' });
	expect(inside.hints).toEqual([]);
	const listed = await use('object.getAll', { prefix: 'out/' });
	expect(jsonOf(listed)).toMatchObject([{ key: 'out/c.txt' }]);
	expect(listed.hints).toEqual([outside('out/')]);
	const items = all.map((key) => ({ json: { key } }));
	const key = ({ json }: { json: object }) => ('key' in json ? json.key : '');
	const read = await s3('object.get', { key }, { items, connection: { bucket, prefix: 'in/' } });
	expect(read.hints).toEqual([outside('out/c.txt')]);
	const link = await use('presignedUrl.download', { key: 'out/c.txt' });
	expect(link.hints).toEqual([outside('out/c.txt')]);
	const deleted = await use('object.deleteMany', { keys: '["in/none", "out/none"]' });
	expect(deleted.hints).toEqual([outside('out/none')]);
	const copied = await use('object.copy', { sourceKey: 'out/c.txt', destinationKey: 'in/c.txt' });
	expect(copied.hints).toEqual([outside('out/c.txt')]);
});

test('another bucket than that of the connection is outside', async () => {
	const other = await makeBucket();
	await put(other, 'in/x.txt', 'y.txt');
	const listed = await use('object.getAll', { bucket: other });
	expect(jsonOf(listed).map(({ key }) => key)).toEqual(['in/x.txt', 'y.txt']);
	expect(listed.hints).toEqual([
		`All of bucket '${other}' is outside the credential's prefix 'in/' in bucket '${bucket}'. If its keys are restricted to this prefix, S3 denies access.`,
	]);
});

test.each<[`${string}.${string}`, Parameters, string]>([
	['object.deleteMany', { source: 'prefix' }, "'Prefix' is empty"],
	['version.purge', {}, "'Prefix' is empty"],
	['version.restoreFolder', { time: '2026-01-01T00:00:00Z' }, "'Prefix' is empty"],
	['folder.delete', { folder: '' }, "'Folder' is empty"],
	['folder.move', { sourceFolder: '', destinationFolder: 'in/x' }, "'Source Folder' is empty"],
	['bucket.empty', { contents: 'everything' }, "'Bucket' is empty, but the credential is only for 'in/' in "],
	['bucket.delete', { options: { emptyFirst: true } }, "'Bucket' is empty, but the credential is only for 'in/' in "],
	['bucketSetting.set', { setting: 'versioning' }, "'Bucket' is empty, but the credential is only for 'in/' in "],
	['bucketSetting.delete', { setting: 'lifecycle' }, "'Bucket' is empty, but the credential is only for 'in/' in "],
])('%s does nothing where a field was left empty', async (operation, parameters, message) => {
	expect((await refusal(use(operation, parameters))).message).toContain(message);
	expect(await keysIn(bucket)).toEqual(all);
});

test("'Allow Empty Prefix' allows what is below the prefix of the connection, and no more", async () => {
	const meant = { options: { wholeBucket: true } };
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	await put(bucket, ...all, ...all);
	const retention = { keepVersions: 0, olderThanDays: 0 };
	const dryRun = { options: { wholeBucket: true, dryRun: true } };
	const purged = jsonOf(await use('version.purge', { ...retention, ...dryRun }));
	expect([...new Set(purged.map(({ key }) => key))]).toEqual(['in/a.txt', 'in/sub/b.txt']);
	const restored = await use('version.restoreFolder', { time: '2020-01-01T00:00:00Z', ...dryRun });
	expect(jsonOf(restored).map(({ key }) => key)).toEqual(['in/a.txt', 'in/sub/b.txt']);
	const deleted = await use('object.deleteMany', { source: 'prefix', ...meant });
	expect(jsonOf(deleted).map(({ key }) => key)).toEqual(['in/a.txt', 'in/sub/b.txt']);
	expect(await keysIn(bucket)).toEqual(['out/c.txt']);
});

test('the list of keys in the editor begins with the prefix, in its own bucket', async () => {
	const other = await makeBucket();
	await put(other, 'y.txt');
	const keysOf = async (chosen: string) => {
		const editor = {
			getCredentials: async () => ({ ...credentials, bucket, prefix: 'in/' }),
			getCurrentNodeParameter: (name: string) => (name === 'bucket' ? chosen : ''),
		};
		const { results } = await searchKeys.call(editor as unknown as ILoadOptionsFunctions);
		return results.map(({ name }) => name);
	};
	const ours = ['in/sub/ (folder: type its name to look inside)', 'in/a.txt', 'in/sub/b.txt'];
	expect(await keysOf('')).toEqual(ours);
	expect(await keysOf(bucket)).toEqual(ours);
	expect(await keysOf(other)).toEqual(['y.txt']);
});

test('stale uploads outside of the prefix stay', async () => {
	for (const Key of ['in/part', 'out/part']) await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
	expect(jsonOf(await use('multipartUpload.getAll')).map(({ key }) => key)).toEqual(['in/part']);
	await nextTime();
	expect(jsonOf(await use('multipartUpload.abortStale', { olderThanHours: 0 }))).toMatchObject([{ aborted: 1 }]);
	const { Uploads } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
	expect(Uploads?.map(({ Key }) => Key)).toEqual(['out/part']);
});

test('the second connection has a prefix of its own', async () => {
	const target = await makeBucket();
	const between = { connection: { bucket, prefix: 'in/' }, destination: { bucket: target, prefix: 'copies/' } };
	const folders = { destination: 'destinationConnection', sourceFolder: '', destinationFolder: '' };
	const copied = await s3('folder.copy', folders, between);
	expect(await keysIn(target)).toEqual(['copies/a.txt', 'copies/sub/b.txt']);
	expect(copied.hints).toEqual([]);
	const elsewhere = await s3('folder.copy', { ...folders, destinationFolder: 'other' }, between);
	expect(elsewhere.hints).toEqual([
		expect.stringMatching(
			`^'other/.*' in bucket '${target}' is outside the credential's prefix 'copies/' in bucket '${target}'\\. `,
		),
	]);
});
