import { PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import { lacks } from '../support/lacks';
import { storeJob, storePlan } from '../support/plans';
import { allow, makeBucket, makeUser, one, refusal, s3, sdk } from '../support/s3';
import { zipOf } from '../support/zip';

/** The bucket that each operation runs in, and the ids of its contents. */
interface There {
	bucket: string;
	uploadId: string;
	versionId: string;
}

const pairs = { values: [{ name: 'a', value: 'b' }] };
const fromTo = ({ bucket }: There) => ({
	sourceBucket: bucket,
	sourceKey: 'f/1',
	destinationBucket: bucket,
	destinationKey: 'x',
});
const folders = ({ bucket }: There) => ({
	sourceBucket: bucket,
	sourceFolder: 'f',
	destinationBucket: bucket,
	destinationFolder: 'g',
});
const transfer = ({ bucket }: There) => ({
	...{ bucket, prefix: 'f/', destinationBucket: bucket, destinationPrefix: 'g/' },
});
const upload = ({ uploadId }: There) => ({ key: 'unfinished', uploadId });
const until = '2999-01-01T00:00:00Z';

/** The parameters of each operation. A user with exactly its declared permissions must be able to run it. */
const tries: Record<string, (there: There) => object> = {
	'bucket.delete': () => ({ options: { emptyFirst: true } }),
	'bucket.empty': () => ({ contents: 'everything' }),
	'bucket.exists': () => ({}),
	'bucket.getLocation': () => ({}),
	'bucketSetting.delete': () => ({ setting: 'cors' }),
	'bucketSetting.get': () => ({ setting: 'versioning' }),
	'bucketSetting.set': () => ({ setting: 'tagging', tags: pairs }),
	'folder.copy': folders,
	'folder.create': () => ({ folder: 'new' }),
	'folder.delete': () => ({ folder: 'f' }),
	'folder.getAll': () => ({}),
	'folder.getStatistics': () => ({ options: { unfinishedUploads: true } }),
	'folder.move': folders,
	'folder.unzip': ({ bucket }) => ({ zipBucket: bucket, zipKey: 'a.zip', folder: 'out' }),
	'folder.zip': ({ bucket }) => ({ zipBucket: bucket, zipKey: 'new.zip', folder: 'f' }),
	'multipartUpload.abort': upload,
	'multipartUpload.abortStale': () => ({ olderThanHours: 0 }),
	'multipartUpload.complete': upload,
	'multipartUpload.copyPart': (there) => ({ ...upload(there), sourceBucket: there.bucket, sourceKey: 'f/1' }),
	'multipartUpload.create': () => ({ key: 'new' }),
	'multipartUpload.getAll': () => ({}),
	'multipartUpload.getParts': upload,
	'multipartUpload.uploadPart': (there) => ({ ...upload(there), source: 'text', text: 'x' }),
	'object.copy': (there) => ({ ...fromTo(there), onConflict: 'skipIfSame', options: { keepAcl: true } }),
	'object.delete': () => ({ key: 'f/1' }),
	'object.deleteMany': () => ({ source: 'prefix', prefix: 'f/' }),
	'object.deleteTags': () => ({ key: 'f/1' }),
	'object.download': ({ versionId }) => ({ key: 'f/1', options: { versionId } }),
	'object.exists': () => ({ key: 'f/1' }),
	'object.get': () => ({ key: 'f/1' }),
	'object.getAcl': () => ({ key: 'f/1' }),
	'object.getAll': () => ({ options: { join: ['metadata', 'tags'] } }),
	'object.getLegalHold': () => ({ key: 'f/1' }),
	'object.getRetention': () => ({ key: 'f/1' }),
	'object.getTags': () => ({ key: 'f/1' }),
	'object.move': fromTo,
	'object.read': () => ({ key: 'f/1' }),
	'object.setAcl': () => ({ key: 'f/1', options: { acl: 'private' } }),
	'object.setLegalHold': () => ({ key: 'f/1' }),
	'object.setMetadata': () => ({ key: 'f/1', metadata: pairs }),
	'object.setRetention': () => ({ key: 'f/1', until }),
	'object.setStorageClass': () => ({ key: 'f/1', storageClass: 'STANDARD_IA' }),
	'object.setTags': () => ({ key: 'f/1', tags: pairs }),
	'object.upload': () => ({ key: 'f/1', source: 'text', text: 'new', onConflict: 'rename', options: { tags: pairs } }),
	'transfer.analyze': () => ({ options: { alsoCount: ['unfinishedUploads', 'versions'] } }),
	'transfer.applyPlan': (there) => ({ ...transfer(there), planKey: 'plan.jsonl' }),
	'transfer.confirm': () => ({
		...{ recordKey: 'record.jsonl', carriedOut: 'create', confirmedKey: 'a', confirmedSize: '1', confirmedEtag: 'e' },
	}),
	'transfer.plan': (there) => ({ ...transfer(there), jobName: 'job' }),
	'transfer.report': () => ({ jobName: 'reported', format: 'json' }),
	'transfer.run': (there) => ({ ...transfer(there), mode: 'move', jobName: 'job' }),
	'transfer.verify': (there) => ({ ...transfer(there), compare: 'content' }),
	'version.delete': ({ versionId }) => ({ key: 'f/1', versionId }),
	'version.getAll': () => ({}),
	'version.purge': () => ({ prefix: 'f/', keepVersions: 0, olderThanDays: 0 }),
	'version.restore': ({ versionId }) => ({ key: 'f/1', versionId }),
	'version.restoreFolder': () => ({ prefix: 'f/', time: '2020-01-01T00:00:00Z' }),
	'version.undelete': () => ({ key: 'deleted' }),
};

/**
 * Not tested here: signing a URL sends no request, and the other operations need permissions that a bucket policy
 * cannot grant, or report denials in their output. Ceph lets only the owner of a bucket see and set its notifications.
 */
const elsewhere =
	/^(presignedUrl|access)\.|^bucket\.(create|getAll|get)$|^bucketSetting\.setNotification$|^object\.(getAttributes|restore)$/;

const operations = Object.values(registry).map((operation: Operation): [`${string}.${string}`, Operation] => [
	`${operation.resource}.${operation.operation}`,
	operation,
]);
const tried = operations.filter(([id]) => !elsewhere.test(id));

test('the table has every operation that a bucket policy can allow', () => {
	expect(Object.keys(tries).sort()).toEqual(tried.map(([id]) => id).sort());
});

const setUp = async (isLocked: boolean): Promise<There> => {
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: isLocked });
	if (!isLocked)
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	const put = async (key: string) =>
		await one('object.upload', { bucket, key, source: 'text', text: 'x', options: { tags: pairs } });
	const { versionId } = await put('f/1');
	for (const key of ['f/1', 'f/2', 'deleted']) await put(key);
	await s3('object.delete', { bucket, key: 'deleted' });
	const data = (await zipOf({ 'one.txt': '1' })).toString('base64');
	const items = [{ json: {}, binary: { data: { data, mimeType: 'application/zip' } } }];
	await s3('object.upload', { bucket, key: 'a.zip' }, { items });
	await storePlan(bucket, 'plan.jsonl', 'f/', 'g/');
	await storeJob(bucket, 'reported');
	const { uploadId } = await one('multipartUpload.create', { bucket, key: 'unfinished' });
	await s3('multipartUpload.uploadPart', { bucket, key: 'unfinished', uploadId, source: 'text', text: 'x' });
	return { bucket, uploadId: String(uploadId), versionId: String(versionId) };
};

let user: Awaited<ReturnType<typeof makeUser>>;
beforeAll(async () => {
	user = await makeUser();
});

test.each(tried)('%s works with its declared permissions, and not without them', async (id, { permissions }) => {
	const there = await setUp(/LegalHold|Retention/.test(id));
	const parameters = { bucket: there.bucket, ...tries[id]?.(there) };
	const needed = permissions.filter(
		({ action, only }) =>
			!lacks.unknownActions.test(action) &&
			(!only || Object.entries(parameters).some(([name, value]) => name === only.parameter && value === only.value)),
	);
	const actions = (on: string) => needed.filter((one) => one.on === on).map(({ action }) => action);
	const onBucket = [
		...actions('bucket'),
		...(lacks.deleteManyByObjects ? actions('object').filter((one) => /DeleteObject/.test(one)) : []),
	];
	const statements = [
		{ Action: onBucket, Resource: [`arn:aws:s3:::${there.bucket}`] },
		{ Action: actions('object'), Resource: [`arn:aws:s3:::${there.bucket}/*`] },
	].filter(({ Action }) => Action.length > 0);
	const attempt = async () => await s3(id, parameters, { connection: { ...user, name: undefined } });
	// bucket.exists reports a denial in its output instead of throwing.
	if (id !== 'bucket.exists') expect((await refusal(attempt())).message).toContain('denied');
	await allow(there.bucket, user.name, statements);
	if (lacks.copiedPartByPolicy && id === 'multipartUpload.copyPart')
		expect((await refusal(attempt())).message).toContain('denied');
	else await attempt();
});
