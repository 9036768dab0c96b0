import { HeadObjectCommand, PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { nextTime } from '../support/nextTime';
import { makeBucket, one, sdk } from '../support/s3';

/** The storage class of the connection reaches what copies write. `test/unit/copies.test.ts` has the encryption. */
const connection = { storageClass: 'STANDARD_IA' };

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string, more: object = {}) =>
	(await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }))).VersionId;
const classOf = async (Key: string, Bucket = bucket) =>
	(await sdk.send(new HeadObjectCommand({ Bucket, Key }))).StorageClass ?? 'STANDARD';
const enableVersions = async () =>
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));

const folders = { sourceFolder: 'f', destinationFolder: 'g' };

test.each([
	['object.move', 'without options', { sourceKey: 'f/a', destinationKey: 'g/a' }],
	['folder.move', 'without options', folders],
	['folder.copy', 'without options', folders],
	['folder.copy', 'with Keep ACL', { ...folders, options: { keepAcl: true } }],
] as const)('%s, %s', async (operation, _, parameters) => {
	await put('f/a', 'x');
	const pair = { sourceBucket: bucket, destinationBucket: bucket, ...parameters };
	await one(operation, pair, { connection });
	expect(await classOf('g/a')).toBe('STANDARD_IA');
});

test('folder.copy to another connection: that of the destination', async () => {
	await put('f/a', 'x');
	const destinationBucket = await makeBucket();
	const pair = { sourceBucket: bucket, destinationBucket, ...folders };
	const more = { connection: { storageClass: 'ONEZONE_IA' }, destination: connection };
	await one('folder.copy', { destination: 'destinationConnection', ...pair }, more);
	expect(await classOf('g/a', destinationBucket)).toBe('STANDARD_IA');
});

test('object.setMetadata, and object.setStorageClass to another one', async () => {
	await put('a', 'x');
	const metadata = { values: [{ name: 'b', value: 'c' }] };
	await one('object.setMetadata', { bucket, key: 'a', metadata }, { connection });
	expect(await classOf('a')).toBe('STANDARD_IA');
	await one('object.setStorageClass', { bucket, key: 'a', storageClass: 'STANDARD' }, { connection });
	expect(await classOf('a')).toBe('STANDARD');
});

test('version.restore, and version.restoreFolder, which has nothing left to do then', async () => {
	await enableVersions();
	const versionId = await put('f/a', 'old');
	await nextTime();
	const time = new Date().toISOString();
	await nextTime();
	await put('f/a', 'new');
	await one('version.restore', { bucket, key: 'f/a', versionId }, { connection });
	expect(await classOf('f/a')).toBe('STANDARD_IA');
	await put('f/a', 'new');
	const restore = async () => await one('version.restoreFolder', { bucket, prefix: 'f/', time }, { connection });
	expect(await restore()).toMatchObject({ complete: true, restored: 1 });
	expect(await classOf('f/a')).toBe('STANDARD_IA');
	expect(await restore()).toMatchObject({ complete: true, restored: 0, unchanged: 1 });
});
