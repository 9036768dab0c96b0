import {
	GetBucketVersioningCommand,
	GetObjectLockConfigurationCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { allow, bucketName, makeBucket, makeUser, one, refusal, s3, sdk } from '../support/s3';

test('create with versioning and Object Lock', async () => {
	const bucket = bucketName();
	expect(await one('bucket.create', { bucket, options: { versioning: true, objectLock: true } })).toMatchObject({
		created: true,
		bucket,
		region: 'us-east-1',
	});
	expect(await sdk.send(new GetBucketVersioningCommand({ Bucket: bucket }))).toMatchObject({ Status: 'Enabled' });
	expect(await sdk.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))).toMatchObject({
		ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled' },
	});
});

test('exists reports own, missing and inaccessible buckets', async () => {
	const bucket = await makeBucket();
	expect(await one('bucket.exists', { bucket })).toEqual({
		exists: true,
		accessible: true,
		bucket,
		region: 'us-east-1',
	});
	expect(await one('bucket.exists', { bucket: bucketName() })).toMatchObject({ exists: false, accessible: false });
	const { name: _name, ...stranger } = await makeUser();
	expect(await one('bucket.exists', { bucket }, { connection: stranger })).toMatchObject({
		exists: true,
		accessible: false,
	});
});

test('getAll applies prefix and limit', async () => {
	const bucket = await makeBucket();
	expect(jsonOf(await s3('bucket.getAll', { returnAll: true, prefix: bucket }))).toEqual([
		expect.objectContaining({ bucket, created: expect.stringMatching(/^\d{4}-/) }),
	]);
	await makeBucket();
	expect(await s3('bucket.getAll', { limit: 1 })).toHaveLength(1);
});

test('getLocation', async () => {
	const bucket = await makeBucket();
	expect(await one('bucket.getLocation', { bucket })).toEqual({ bucket, region: 'us-east-1' });
});

test('delete removes an empty bucket, and explains a full one', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'x' }));
	expect(await refusal(s3('bucket.delete', { bucket }))).toEqual({
		message: `The bucket '${bucket}' is not empty`,
		description: expect.stringContaining("'Empty First'"),
	});
	await s3('object.delete', { bucket, key: 'x' });
	expect(await one('bucket.delete', { bucket })).toEqual({ deleted: true, bucket });
	expect(await one('bucket.exists', { bucket })).toMatchObject({ exists: false });
});

test('delete empties a bucket with versions, delete markers and incomplete uploads, after a dry run', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	for (const Body of ['one', 'two']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'ü +#.txt', Body }));
	await s3('object.delete', { bucket, key: 'ü +#.txt' });
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'unfinished' }));
	const dry = await s3('bucket.delete', { bucket, options: { emptyFirst: true, dryRun: true } });
	expect(jsonOf(dry).map(({ key, versionId, uploadId }) => [key, typeof versionId, typeof uploadId])).toEqual([
		...Array.from({ length: 3 }, () => ['ü +#.txt', 'string', 'undefined']),
		['unfinished', 'undefined', 'string'],
		[undefined, 'undefined', 'undefined'],
	]);
	expect(dry.hints).toEqual([expect.stringContaining('5 changes are planned, nothing was changed')]);
	expect(await one('bucket.delete', { bucket, options: { emptyFirst: true } })).toEqual({
		deleted: true,
		bucket,
		emptied: 4,
	});
});

test('empty deletes only current objects, or everything', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	for (const Key of ['a', 'b/c']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
	await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'unfinished' }));
	const dry = await s3('bucket.empty', { bucket, options: { dryRun: true } });
	expect(jsonOf(dry).map(({ key }) => key)).toEqual(['a', 'b/c']);
	expect(await one('bucket.empty', { bucket })).toEqual({ emptied: true, bucket, deleted: 2 });
	expect(jsonOf(await s3('version.getAll', { bucket, returnAll: true }))).toHaveLength(4);
	expect(await one('bucket.empty', { bucket, contents: 'everything' })).toEqual({ emptied: true, bucket, deleted: 5 });
	expect(await one('bucket.delete', { bucket })).toEqual({ deleted: true, bucket });
});

test('get returns all readable settings, and names the others', async () => {
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
	expect(await one('bucket.get', { bucket })).toMatchObject({
		bucket,
		region: 'us-east-1',
		versioning: { Status: 'Enabled' },
		objectLock: { ObjectLockEnabled: 'Enabled' },
		tagging: null,
	});
	const user = await makeUser();
	await allow(bucket, user.name, [{ Action: ['s3:GetBucketVersioning'], Resource: [`arn:aws:s3:::${bucket}`] }]);
	const seen = await one('bucket.get', { bucket }, { connection: user });
	expect(seen).toMatchObject({ versioning: { Status: 'Enabled' }, unreadable: { tagging: 'not allowed' } });
	expect(await refusal(s3('bucket.get', { bucket: 'no-such-bucket-here' }))).toMatchObject({
		message: "The bucket 'no-such-bucket-here' does not exist",
	});
});

test('create rejects an existing name, and getLocation a missing bucket', async () => {
	const bucket = await makeBucket();
	expect(await refusal(s3('bucket.create', { bucket, options: { acl: 'public-read' } }))).toMatchObject({
		message: `The bucket name '${bucket}' is taken`,
	});
	expect(await refusal(s3('bucket.getLocation', { bucket: 'no-such-bucket-here' }))).toEqual({
		message: "The bucket 'no-such-bucket-here' does not exist",
		description: expect.stringContaining("'Bucket'"),
	});
});
