import { randomBytes } from 'node:crypto';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Example } from '../../docs/pages';
import * as registry from '../../nodes/AwsS3/operations';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import { exampleOf, readExamples, writeExamples } from '../support/examples';
import { keepBinary } from '../support/n8n';
import { bucketName, makeBucket, one, s3, server } from '../support/s3';

const MiB = 1024 ** 2;

/**
 * A small company that keeps its invoices in S3: each operation once, with the input and output that the docs show.
 * `EXAMPLES=1 npm test s3 examples` records them; otherwise their fields are compared with those that the docs show.
 */
const recorded: Record<string, Example> = {};

/** `shown` replaces parameters that only a test has, such as an age of 0 days. */
const record = async (
	id: `${string}.${string}`,
	parameters: Record<string, unknown>,
	{ items, shown }: { items?: INodeExecutionData[]; shown?: object } = {},
): Promise<Record<string, unknown>> => {
	const output = await s3(id, parameters, { items });
	const first: INodeExecutionData = output[0] ?? { json: {} };
	const files = Object.entries(first.binary ?? {}).map(([field, { fileName = '' }]) => [field, fileName]);
	recorded[id] = {
		input: { ...parameters, ...shown },
		output: first.json,
		...(files.length > 0 && { files: Object.fromEntries(files) }),
	};
	return first.json;
};

const itemsWith = async (
	content: Buffer | string,
	fileName: string,
	mimeType: string,
): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(Buffer.from(content), fileName, mimeType) } },
];

/** What Amazon S3 answers where Ceph answers less or in its own way. https://docs.aws.amazon.com/AmazonS3/latest/API/ */
const ofAws: Record<string, Partial<Example>> = {
	'access.getIdentity': {
		output: { account: '111122223333', arn: 'arn:aws:iam::111122223333:user/n8n', userId: 'AIDACKCEVSQ6C2EXAMPLE' },
	},
	'object.getAttributes': {
		input: { bucket: 'acme-documents', key: 'videos/tour.mp4' },
		output: {
			...{ bucket: 'acme-documents', key: 'videos/tour.mp4', size: 52428800, lastModified: '2026-11-26T09:15:00.000Z' },
			etag: 'd41cfd32fe6c1bd0b6c9d3b6a3a6e6c5-7',
			checksum: { checksumCrc64nvme: 'lk8AAbpgf2M=', checksumType: 'FULL_OBJECT' },
			objectParts: { totalPartsCount: 7 },
			storageClass: 'STANDARD',
		},
	},
	'object.restore': {
		input: {
			bucket: 'acme-archive',
			key: 'invoices/2019/0007.pdf',
			days: 3,
			tier: 'Standard',
			options: { wait: true },
		},
		output: {
			...{ requested: true, bucket: 'acme-archive', key: 'invoices/2019/0007.pdf' },
			...{ restored: true, expiresAt: '2026-12-01T00:00:00.000Z' },
		},
	},
};

const ownerId = '75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a';

/** Parts of answers that are those of Amazon S3. */
const partsOfAws: Record<string, object> = {
	'bucket.get': {
		encryption: {
			Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
		},
		ownershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
		versioning: { Status: 'Enabled' },
	},
	'bucketSetting.get': { configuration: { Status: 'Enabled' } },
	'multipartUpload.complete': {
		location: 'https://acme-documents.s3.us-east-1.amazonaws.com/videos/tour.mp4',
		etag: 'c9c1f4d3e2a84c2a0f1f3d2b7a6e5d4c-1',
	},
	'multipartUpload.getAll': { owner: { id: ownerId }, initiator: { id: ownerId } },
	'object.getAcl': {
		owner: { id: ownerId },
		grants: [{ grantee: { type: 'CanonicalUser', id: ownerId }, permission: 'FULL_CONTROL' }],
	},
	'transfer.plan': {
		destination: {
			...{ exists: true, mayWrite: true, versioning: 'enabled', objectLock: 'off', aclsOff: true },
			...{ encryption: { algorithm: 'AES256' }, allStorageClasses: true, remarks: [] },
		},
	},
};

const notOfAws: Record<string, string[]> = { 'bucket.get': ['unreadable', 'objectLock'] };

const asOfAws = (id: string, { output, ...rest }: Example): Example => {
	const { [id]: left = [] } = notOfAws;
	const kept = Object.entries({ ...output, ...partsOfAws[id] }).filter(([name]) => !left.includes(name));
	return { ...rest, output: Object.fromEntries(kept), ...ofAws[id] };
};

const invoice = 'invoices/2026/0041.pdf';
const orders = 'orders/2026-11-26.csv';
const rows = 'order,customer,total,paid\n1041,Meyer GmbH,129.90,true\n1042,Bright & Sons,48.00,false\n';
const until = '2033-12-31T00:00:00Z';
const tags = { values: [{ name: 'department', value: 'accounting' }] };
const metadata = { values: [{ name: 'customer', value: 'Meyer GmbH' }] };

/** A believable size for a file of this name. */
const sizeOf = (key: string) =>
	40_000 + [...key].reduce((sum, character) => (31 * sum + character.charCodeAt(0)) % 150_000, 0);

const upload = async (bucket: string, key: string, size = sizeOf(key)) => {
	const options = { contentType: 'application/pdf' };
	return await one('object.upload', { bucket, key, source: 'text', text: '%PDF-1.7 '.padEnd(size), options });
};

test('each operation gives what the docs show', async () => {
	const bucket = await makeBucket();
	const locked = await makeBucket({ ObjectLockEnabledForBucket: true });
	const backup = await makeBucket();
	const created = bucketName();

	await record('bucket.create', { bucket: created, options: { versioning: true } });
	await record('bucket.exists', { bucket: created });
	await record('bucket.getLocation', { bucket });
	await record('bucketSetting.set', { bucket, setting: 'versioning', status: 'Enabled' });
	await record('bucketSetting.get', { bucket, setting: 'versioning' });
	await s3('bucketSetting.set', { bucket, setting: 'tagging', tags });
	await record('bucket.get', { bucket });
	await record('bucketSetting.delete', { bucket, setting: 'tagging' });
	await upload(created, invoice);
	await record('bucket.empty', { bucket: created, contents: 'everything' });
	await record('bucket.delete', { bucket: created });

	const { versionId } = await record(
		'object.upload',
		{ bucket, key: orders, source: 'binary', binaryPropertyName: 'data' },
		{ items: await itemsWith(rows, '2026-11-26.csv', 'text/csv') },
	);
	for (const number of ['0041', '0042', '0043']) await upload(bucket, `invoices/2026/${number}.pdf`);
	await upload(bucket, 'invoices/2025/0912.pdf');
	await record('object.exists', { bucket, key: orders });
	await record('object.get', { bucket, key: orders });
	await record('object.read', { bucket, key: orders, format: 'auto', limit: 10, options: { detectTypes: true } });
	await record('object.download', { bucket, key: orders, binaryPropertyName: 'data' });
	await record('object.setTags', { bucket, key: invoice, tags });
	await record('object.getTags', { bucket, key: invoice });
	await record('object.setMetadata', { bucket, key: invoice, metadata });
	const join = ['metadata', 'tags'];
	await record('object.getAll', { bucket, prefix: 'invoices/2026/', returnAll: true, options: { join } });
	await record('object.deleteTags', { bucket, key: invoice });
	await record('object.setAcl', { bucket, key: invoice, options: { acl: 'private' } });
	await record('object.getAcl', { bucket, key: invoice });
	await record('object.setStorageClass', { bucket, key: 'invoices/2025/0912.pdf', storageClass: 'STANDARD_IA' });
	const places = { sourceBucket: bucket, destinationBucket: bucket };
	await record('object.copy', { ...places, sourceKey: invoice, destinationKey: 'sent/0041.pdf' });
	await record('object.move', { ...places, sourceKey: 'sent/0041.pdf', destinationKey: 'paid/0041.pdf' });

	await upload(locked, invoice);
	await record('object.setRetention', { bucket: locked, key: invoice, mode: 'GOVERNANCE', until });
	await record('object.getRetention', { bucket: locked, key: invoice });
	await record('object.setLegalHold', { bucket: locked, key: invoice, legalHold: true });
	await record('object.getLegalHold', { bucket: locked, key: invoice });
	await s3('object.setLegalHold', { bucket: locked, key: invoice, legalHold: false });

	await record('folder.create', { bucket, folder: 'invoices/2027/' });
	await record('folder.getAll', { bucket, parentFolder: 'invoices/', returnAll: true });
	const counted = { unfinishedUploads: true, report: 'html' };
	await record('folder.getStatistics', { bucket, folder: 'invoices/', options: counted });
	const folders = { ...places, sourceFolder: 'invoices/2026/' };
	await record('folder.copy', { ...folders, destinationFolder: 'to-the-accountant/' });
	await record('folder.move', {
		...{ ...places, sourceFolder: 'to-the-accountant/', destinationFolder: 'accounted/' },
	});
	await record('folder.zip', { bucket, folder: 'accounted/', zipBucket: bucket, zipKey: 'invoices-2026.zip' });
	await record('folder.unzip', { zipBucket: bucket, zipKey: 'invoices-2026.zip', bucket, folder: 'unpacked/' });
	await record('folder.delete', { bucket, folder: 'unpacked/' });

	const video = { bucket, key: 'videos/tour.mp4' };
	const { uploadId } = await record('multipartUpload.create', video);
	const part = { ...video, uploadId };
	const firstPart = await itemsWith(randomBytes(5 * MiB), 'tour-part-1.mp4', 'video/mp4');
	const fromItem = { source: 'binary', binaryPropertyName: 'data' };
	await record('multipartUpload.uploadPart', { ...part, partNumber: 1, ...fromItem }, { items: firstPart });
	await record('multipartUpload.getAll', { bucket, returnAll: true });
	await record('multipartUpload.getParts', { ...part, returnAll: true });
	await record('multipartUpload.complete', part);
	const again = await one('multipartUpload.create', video);
	const from = { sourceBucket: bucket, sourceKey: 'videos/tour.mp4' };
	await record('multipartUpload.copyPart', { ...video, uploadId: again.uploadId, partNumber: 1, ...from });
	await record('multipartUpload.abort', { ...video, uploadId: again.uploadId });
	await one('multipartUpload.create', video);
	const stale = { bucket, prefix: 'videos/', olderThanHours: 0 };
	await record('multipartUpload.abortStale', stale, { shown: { olderThanHours: 24 } });

	const link = { bucket, key: invoice, expiresIn: 3600 };
	for (const verb of ['download', 'upload', 'delete', 'head', 'post']) await record(`presignedUrl.${verb}`, link);
	await record('presignedUrl.uploadPart', { ...link, key: 'videos/tour.mp4', uploadId, partNumber: 2 });

	await s3(
		'object.upload',
		{ bucket, key: orders, source: 'binary', binaryPropertyName: 'data' },
		{ items: await itemsWith(`${rows}1043,Meyer GmbH,12.50,true\n`, '2026-11-26.csv', 'text/csv') },
	);
	await record('version.getAll', { bucket, prefix: 'orders/', returnAll: true });
	await record('version.restore', { bucket, key: orders, versionId });
	await record('object.delete', { bucket, key: orders });
	await record('version.undelete', { bucket, key: orders });
	const time = new Date().toISOString();
	await record('object.deleteMany', { bucket, source: 'prefix', prefix: 'accounted/' });
	await record('version.restoreFolder', { bucket, prefix: 'accounted/', time });
	await record('version.delete', { bucket, key: orders, versionId });
	for (const size of [500, 600, 700]) await upload(bucket, 'stock/levels.json', size);
	const old = { bucket, prefix: 'stock/', keepVersions: 1, olderThanDays: 0 };
	await record('version.purge', old, { shown: { olderThanDays: 90 } });

	const transfer = { bucket, prefix: 'invoices/', destinationBucket: backup, destinationPrefix: 'invoices/' };
	const job = { ...transfer, jobName: 'invoices to backup' };
	for (const key of ['Q3: final.pdf', 'Summary.pdf', 'summary.pdf']) await upload(bucket, `reports/${key}`);
	await record('transfer.analyze', { bucket, prefix: 'reports/', options: { target: 'windows' } });
	const { planKey } = await record('transfer.plan', job);
	await record('transfer.applyPlan', { ...job, planKey });
	await upload(bucket, 'invoices/2026/0044.pdf');
	await record('transfer.run', job);
	await record('transfer.verify', { ...transfer, compare: 'content' });
	const reported = { bucket: backup, prefix: 'invoices/', jobName: 'invoices to backup', format: 'html' };
	await record('transfer.report', reported);
	await record('transfer.confirm', {
		...{ bucket: backup, recordKey: 'records/sharepoint.jsonl', carriedOut: 'create', confirmedKey: '2026/0041.pdf' },
		...{ confirmedSize: '24', confirmedEtag: '9dd4e461268c8034f5c8564e155c67a6', confirmedId: '01ABCDEF' },
	});

	await record('access.check', { bucket });
	await record('access.getIdentity', {});
	await record('access.generatePolicy', { kind: 'readOnly', bucket });
	const queue = 'arn:aws:sqs:eu-central-1:111122223333:new-invoices';
	await record('bucketSetting.setNotification', {
		...{ bucket, change: 'set', sendTo: 'queue', targetArn: queue, events: ['created'], entryId: 'n8n' },
		...{ options: { dryRun: true } },
	});
	await record('bucket.getAll', { returnAll: true });

	const shown = {
		[bucket]: 'acme-documents',
		[locked]: 'acme-archive',
		[backup]: 'acme-backup',
		[created]: 'acme-new-bucket',
		[server.endpoint]: 'https://s3.example.com',
		[server.accessKeyId]: 'AKIAIOSFODNN7EXAMPLE',
	};
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	const unanswered = ['object.getAttributes', 'object.restore'];
	expect(Object.keys(recorded).sort()).toEqual(ids.filter((id) => !unanswered.includes(id)).sort());
	const made = Object.fromEntries(
		ids.sort().map((id) => [id, exampleOf(asOfAws(id, recorded[id] ?? { input: {}, output: {} }), shown)]),
	);
	if (process.env.EXAMPLES) writeExamples(made);
	const fieldsOf = (examples: Record<string, Example | undefined>) =>
		Object.entries(examples).map(([id, { input = {}, output = {} } = {}]) => [
			id,
			Object.keys(input).sort(),
			Object.keys(output).sort(),
		]);
	expect(fieldsOf(readExamples()).sort()).toEqual(fieldsOf(made).sort());
}, 180_000);
