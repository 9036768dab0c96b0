import { ListMultipartUploadsCommand, ListObjectVersionsCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { storePlan } from '../support/plans';
import { bucketName, makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { zipOf } from '../support/zip';

const dry = Object.values(registry)
	.filter(({ fields }: Operation) =>
		fields.some(({ name, options = [] }) => name === 'options' && options.some((option) => option.name === 'dryRun')),
	)
	.map(({ resource, operation }: Operation) => `${resource}.${operation}` as const);

/** The parameters of each operation, and how many changes its dry run plans. */
const tries: Record<
	string,
	[parameters: (bucket: string, uploadId: unknown, versionId: unknown) => object, planned: number]
> = {
	'bucket.delete': [() => ({ options: { emptyFirst: true } }), 8],
	'bucket.empty': [() => ({ contents: 'everything' }), 7],
	'bucketSetting.delete': [() => ({ setting: 'cors' }), 1],
	'bucketSetting.setNotification': [() => ({ sendTo: 'eventBridge' }), 1],
	'folder.copy': [
		(bucket) => ({ sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' }),
		2,
	],
	'folder.delete': [() => ({ folder: 'f' }), 2],
	'folder.move': [
		(bucket) => ({ sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' }),
		2,
	],
	'folder.unzip': [(bucket) => ({ folder: 'out', zipBucket: bucket, zipKey: 'a.zip' }), 2],
	'folder.zip': [(bucket) => ({ folder: 'f', zipBucket: bucket, zipKey: 'b.zip' }), 1],
	'multipartUpload.abort': [(_, uploadId) => ({ key: 'unfinished', uploadId }), 1],
	'multipartUpload.abortStale': [() => ({ olderThanHours: 0 }), 1],
	'object.copy': [
		(bucket) => ({ sourceBucket: bucket, sourceKey: 'f/1', destinationBucket: bucket, destinationKey: 'x' }),
		1,
	],
	'object.delete': [() => ({ key: 'f/1' }), 1],
	'object.deleteMany': [() => ({ source: 'prefix', prefix: 'f/' }), 2],
	'object.deleteTags': [() => ({ key: 'f/1' }), 1],
	'object.move': [
		(bucket) => ({ sourceBucket: bucket, sourceKey: 'f/1', destinationBucket: bucket, destinationKey: 'x' }),
		1,
	],
	'object.upload': [() => ({ key: 'f/1', source: 'text', text: 'new' }), 1],
	'transfer.applyPlan': [
		(bucket) => ({ prefix: 'f/', destinationBucket: bucket, destinationPrefix: 'g/', planKey: 'plan.jsonl' }),
		2,
	],
	'transfer.run': [(bucket) => ({ prefix: 'f/', destinationBucket: bucket, destinationPrefix: 'g/' }), 2],
	'version.delete': [(_, __, versionId) => ({ key: 'f/1', versionId }), 1],
	'version.purge': [() => ({ prefix: 'f/', keepVersions: 0, olderThanDays: 0 }), 1],
	'version.restore': [(_, __, versionId) => ({ key: 'f/1', versionId }), 1],
	'version.restoreFolder': [() => ({ prefix: 'f/', time: '2020-01-01T00:00:00Z' }), 2],
	'version.undelete': [() => ({ key: 'deleted' }), 1],
};

test('the table has every operation with a dry run', () => {
	expect(Object.keys(tries).sort()).toEqual([...dry].sort());
});

test.each(dry)('%s: a dry run plans everything and writes nothing', async (id) => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	const text = async (key: string) => await one('object.upload', { bucket, key, source: 'text', text: 'x' });
	const { versionId } = await text('f/1');
	for (const key of ['f/1', 'f/2', 'deleted']) await text(key);
	await s3('object.delete', { bucket, key: 'deleted' });
	const data = (await zipOf({ 'one.txt': '1', 'two.txt': '2' })).toString('base64');
	const items = [{ json: {}, binary: { data: { data, mimeType: 'application/zip' } } }];
	if (id === 'folder.unzip') await s3('object.upload', { bucket, key: 'a.zip' }, { items });
	else await text('a.zip');
	if (id === 'transfer.applyPlan') await storePlan(bucket, 'plan.jsonl', 'f/', 'g/');
	const { uploadId } = await one('multipartUpload.create', { bucket, key: 'unfinished' });
	const state = async () => {
		const { Versions, DeleteMarkers } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
		const { Uploads } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
		return { Versions, DeleteMarkers, Uploads };
	};
	const before = await state();
	const proxy = await startProxy(server.endpoint);
	const [parameters, planned] = tries[id] ?? [() => ({}), 0];
	const given: { options?: object } = parameters(bucket, uploadId, versionId);
	const output = await s3(
		id,
		{ bucket, ...given, options: { ...given.options, dryRun: true } },
		{ connection: { endpoint: proxy.url } },
	);
	expect(proxy.requests.filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
	expect(jsonOf(output).filter(({ dryRun }) => dryRun === true)).toHaveLength(planned);
	expect(output.hints).toContainEqual(
		`Dry run: ${planned === 1 ? '1 change is' : `${planned} changes are`} planned, nothing was changed. Remove 'Dry Run' from 'Options' to make the changes.`,
	);
	expect(await state()).toEqual(before);
});

describe('a dry run fails where the run itself would', () => {
	const dryRun = { options: { dryRun: true } };
	const messageOf = async (operation: `${string}.${string}`, parameters: object) =>
		(await refusal(s3(operation, { ...parameters, ...dryRun }))).message;

	test('a bucket that is not empty, or not there', async () => {
		const bucket = await makeBucket();
		await one('object.upload', { bucket, key: 'k', source: 'text', text: 'x' });
		expect(await messageOf('bucket.delete', { bucket })).toBe((await refusal(s3('bucket.delete', { bucket }))).message);
		const missing = bucketName();
		expect(await messageOf('bucket.delete', { bucket: missing })).toContain(missing);
		expect(await messageOf('object.upload', { bucket: missing, key: 'k', source: 'text', text: 'x' })).toContain(
			missing,
		);
	});

	test.each(['object.copy', 'object.move'] as const)('%s of what is not there', async (operation) => {
		const bucket = await makeBucket();
		const from = { sourceBucket: bucket, sourceKey: 'missing' };
		const parameters = { ...from, destinationBucket: bucket, destinationKey: 'x' };
		expect(await messageOf(operation, parameters)).toContain("'missing'");
	});
});
