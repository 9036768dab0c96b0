import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import {
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { listen } from './listen';
import { keepBinary } from './n8n';
import { storeJob, storePlan } from './plans';
import { bucketName, makeBucket, sdk } from './s3';
import { zipOf } from './zip';

const MiB = 1024 ** 2;

/** What one run works on, apart from what others do. */
export interface Place {
	bucket: string;
	folder: string;
	key: string;
	uploadId: string;
	versionId: string;
	website: string;
}

/** What an operation needs to be there, besides a bucket. */
export type Need =
	'objects' | 'large' | 'deleted' | 'upload' | 'archive' | 'ownBucket' | 'lock' | 'file' | 'plan' | 'job';

export type Try = [id: string, needs: Need[], parameters: (place: Place) => object];

const pairs = { values: [{ name: 'a', value: 'b' }] };
const fromTo = ({ bucket, key }: Place) => ({
	...{ sourceBucket: bucket, sourceKey: key },
	...{ destinationBucket: bucket, destinationKey: `${key}-copy` },
});
const folders = ({ bucket, folder }: Place) => ({
	...{ sourceBucket: bucket, sourceFolder: folder },
	...{ destinationBucket: bucket, destinationFolder: `${folder}-copy` },
});
const transfer = ({ bucket, folder }: Place) => ({
	...{ bucket, prefix: `${folder}/`, destinationBucket: bucket, destinationPrefix: `${folder}-copy/` },
});
const toItems = ({ bucket, folder }: Place) => ({
	...{ bucket, prefix: `${folder}/`, destination: 'items', destinationBucket: bucket },
	...{ recordKey: `${folder}-record.jsonl`, options: { includeContent: true } },
});
const confirmed = ({ folder }: Place) => ({
	...{ recordKey: `${folder}-record.jsonl`, carriedOut: 'create', confirmedKey: 'a' },
	...{ confirmedSize: '1', confirmedEtag: 'e', confirmedId: 'id-1' },
});
const other = { destination: 'destinationConnection' };
const atKey = ({ key }: Place) => ({ key });
const ofUpload = ({ folder, uploadId }: Place) => ({ key: `${folder}/unfinished`, uploadId });
const until = '2999-01-01T00:00:00Z';

/** Every operation, and what runs differently because of a parameter. */
export const tries: Record<string, Try> = Object.fromEntries(
	(
		[
			['access.check', ['objects'], () => ({ tryWriting: true })],
			['access.generatePolicy', [], () => ({ kind: 'operations', operations: ['object.get'] })],
			['access.getIdentity', [], () => ({})],
			['bucket.create', [], () => ({ name: bucketName(), options: { versioning: true } })],
			['bucket.delete', ['ownBucket', 'objects', 'upload'], () => ({ options: { emptyFirst: true } })],
			['bucket.empty', ['ownBucket', 'objects', 'upload'], () => ({ contents: 'everything' })],
			['bucket.exists', [], () => ({})],
			['bucket.get', [], () => ({})],
			['bucket.getAll', [], () => ({ returnAll: true })],
			['bucket.getLocation', [], () => ({})],
			['bucketSetting.delete', ['ownBucket'], () => ({ setting: 'cors' })],
			['bucketSetting.get', [], () => ({ setting: 'versioning' })],
			['bucketSetting.set', ['ownBucket'], () => ({ setting: 'tagging', tags: pairs })],
			['bucketSetting.setNotification', ['ownBucket'], () => ({ change: 'remove', sendTo: 'queue', entryId: 'n8n' })],
			['folder.copy', ['objects'], folders],
			['folder.copy to another connection', ['objects', 'large'], (place) => ({ ...folders(place), ...other })],
			['folder.create', [], ({ folder }) => ({ folder: `${folder}/new` })],
			['folder.delete', ['objects'], ({ folder }) => ({ folder })],
			['folder.getAll', ['objects'], () => ({ returnAll: true })],
			['folder.getStatistics', ['objects'], () => ({ options: { unfinishedUploads: true } })],
			['folder.move', ['objects'], folders],
			[
				'folder.unzip',
				['archive'],
				({ bucket, folder }) => ({ zipBucket: bucket, zipKey: `${folder}/a.zip`, folder: `${folder}/out` }),
			],
			[
				'folder.zip',
				['objects', 'large'],
				({ bucket, folder }) => ({
					...{ zipBucket: bucket, zipKey: `${folder}.zip`, folder },
					options: { compressionLevel: 0 },
				}),
			],
			['multipartUpload.abort', ['upload'], ofUpload],
			['multipartUpload.abortStale', ['upload'], ({ folder }) => ({ prefix: folder, olderThanHours: 0 })],
			['multipartUpload.complete', ['upload'], ofUpload],
			[
				'multipartUpload.copyPart',
				['upload', 'objects'],
				(place) => ({ ...ofUpload(place), sourceBucket: place.bucket, sourceKey: place.key }),
			],
			['multipartUpload.create', [], atKey],
			['multipartUpload.getAll', ['upload'], () => ({ returnAll: true })],
			['multipartUpload.getParts', ['upload'], (place) => ({ ...ofUpload(place), returnAll: true })],
			['multipartUpload.uploadPart', ['upload', 'file'], ofUpload],
			['object.copy', ['objects'], (place) => ({ ...fromTo(place), onConflict: 'skipIfSame' })],
			['object.copy to another connection', ['objects', 'large'], (place) => ({ ...fromTo(place), ...other })],
			['object.delete', ['objects'], atKey],
			['object.deleteMany', ['objects'], ({ folder }) => ({ source: 'prefix', prefix: folder })],
			['object.deleteTags', ['objects'], atKey],
			['object.download', ['objects', 'large'], atKey],
			['object.exists', ['objects'], atKey],
			['object.get', ['objects'], atKey],
			['object.getAcl', ['objects'], atKey],
			['object.getAll', ['objects'], () => ({ returnAll: true, options: { join: ['metadata', 'tags'] } })],
			['object.getAttributes', ['objects'], atKey],
			['object.getLegalHold', ['objects', 'lock'], atKey],
			['object.getRetention', ['objects', 'lock'], atKey],
			['object.getTags', ['objects'], atKey],
			['object.move', ['objects'], fromTo],
			['object.read', ['objects', 'large'], (place) => ({ ...atKey(place), format: 'lines', returnAll: true })],
			[
				'object.read of the beginning',
				['objects', 'large'],
				(place) => ({ ...atKey(place), format: 'lines', limit: 1 }),
			],
			['object.restore', ['objects'], atKey],
			['object.setAcl', ['objects'], (place) => ({ ...atKey(place), options: { acl: 'private' } })],
			['object.setLegalHold', ['objects', 'lock'], atKey],
			['object.setMetadata', ['objects'], (place) => ({ ...atKey(place), metadata: pairs })],
			['object.setRetention', ['objects', 'lock'], (place) => ({ ...atKey(place), until })],
			['object.setStorageClass', ['objects'], (place) => ({ ...atKey(place), storageClass: 'STANDARD_IA' })],
			['object.setTags', ['objects'], (place) => ({ ...atKey(place), tags: pairs })],
			['object.upload', [], (place) => ({ ...atKey(place), source: 'text', text: 'x', onConflict: 'rename' })],
			['object.upload in parts', ['file'], atKey],
			['object.upload that compares', ['file', 'objects'], (place) => ({ ...atKey(place), onConflict: 'skipIfSame' })],
			[
				'object.upload from a URL',
				['objects'],
				(place) => ({ ...atKey(place), source: 'url', url: place.website, onConflict: 'skip' }),
			],
			['presignedUrl.delete', [], atKey],
			['presignedUrl.download', [], atKey],
			['presignedUrl.head', [], atKey],
			['presignedUrl.post', [], atKey],
			['presignedUrl.upload', [], atKey],
			['presignedUrl.uploadPart', [], (place) => ({ ...ofUpload(place), uploadId: 'u' })],
			[
				'transfer.analyze',
				['objects'],
				() => ({ options: { target: 'windows', alsoCount: ['unfinishedUploads', 'versions'] } }),
			],
			[
				'transfer.applyPlan',
				['objects', 'plan'],
				(place) => ({ ...transfer(place), planKey: `${place.folder}-plan.jsonl` }),
			],
			['transfer.confirm', [], confirmed],
			['transfer.plan', ['objects'], transfer],
			['transfer.report', ['objects', 'job'], () => ({ jobName: 'reported', runs: 'all', format: 'json' })],
			['transfer.run', ['objects'], transfer],
			['transfer.run for another system', ['objects'], toItems],
			['transfer.run of a job', ['objects'], (place) => ({ ...transfer(place), jobName: 'job' })],
			['transfer.run that moves', ['objects'], (place) => ({ ...transfer(place), mode: 'move' })],
			['transfer.run to another connection', ['objects', 'large'], (place) => ({ ...transfer(place), ...other })],
			['transfer.verify', ['objects'], (place) => ({ ...transfer(place), compare: 'content' })],
			['version.delete', ['objects'], ({ key, versionId }) => ({ key, versionId })],
			['version.getAll', ['objects'], () => ({ returnAll: true })],
			['version.purge', ['objects'], ({ folder }) => ({ prefix: folder, keepVersions: 0, olderThanDays: 0 })],
			['version.restore', ['objects'], ({ key, versionId }) => ({ key, versionId })],
			['version.restoreFolder', ['objects'], ({ folder }) => ({ prefix: folder, time: '2020-01-01T00:00:00Z' })],
			['version.undelete', ['deleted'], atKey],
		] satisfies Try[]
	).map((one): [string, Try] => [one[0], one]),
);

/** Which keys an operation may change, or `settings` of the bucket; whatever is not here may change nothing. */
export const changes: Record<string, (place: Place) => Array<string | RegExp>> = {
	'bucket.delete': () => [/^/],
	'bucket.empty': () => [/^[^ ]+$/],
	'bucketSetting.delete': () => ['settings cors'],
	'bucketSetting.set': () => ['settings tagging'],
	'folder.copy': ({ folder }) => [new RegExp(`^${folder}-copy/`)],
	'folder.create': ({ folder }) => [`${folder}/new/`],
	'folder.delete': ({ folder }) => [new RegExp(`^${folder}/`)],
	'folder.move': ({ folder }) => [new RegExp(`^${folder}/`), new RegExp(`^${folder}-copy/`)],
	'folder.unzip': ({ folder }) => [new RegExp(`^${folder}/out/(one.txt|two.bin|three.txt)$`)],
	'folder.zip': ({ folder }) => [`${folder}.zip`],
	'multipartUpload.complete': ({ folder }) => [`${folder}/unfinished`],
	'object.copy': ({ key }) => [`${key}-copy`],
	'object.delete': ({ key }) => [key],
	'object.deleteMany': ({ folder }) => [new RegExp(`^${folder}`)],
	'object.deleteTags': ({ key }) => [`tags ${key}`],
	'object.move': ({ key }) => [key, `${key}-copy`],
	'object.restore': ({ key }) => [key],
	'object.setAcl': ({ key }) => [`acl ${key}`],
	'object.setMetadata': ({ key }) => [key],
	'object.setStorageClass': ({ key }) => [key],
	'object.setTags': ({ key }) => [`tags ${key}`],
	'object.upload': ({ key }) => [key],
	'transfer.applyPlan': ({ folder }) => [new RegExp(`^${folder}-copy/`)],
	'transfer.confirm': ({ folder }) => [`${folder}-record.jsonl`],
	'transfer.run': ({ folder }) => [new RegExp(`^${folder}/`), new RegExp(`^${folder}-copy/`)],
	'version.delete': ({ key }) => [key],
	'version.purge': ({ folder }) => [new RegExp(`^${folder}`)],
	'version.restore': ({ key }) => [key],
	'version.restoreFolder': ({ folder }) => [new RegExp(`^${folder}`)],
	'version.undelete': ({ key }) => [key],
};

/** The operation that a name of the table begins with. */
export const idOf = (name: string) => name.split(' ')[0] ?? '';

const large = randomBytes(9 * MiB);

/** An item with a file that is stored in parts. */
export const itemsWithFile = async (): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(large) } },
];

/** The address of a website with one file. */
export const startWebsite = async () => {
	const server = createServer((_request, response) => response.writeHead(200).end(large.subarray(0, 100_000)));
	return `http://${await listen(server)}`;
};

/** Makes what a run needs, in a folder of its own of a bucket. */
export const makePlace = async (needs: Need[], bucket: string, number: number, website: string): Promise<Place> => {
	const folder = `f${number}`;
	const key = `${folder}/1`;
	const put = async (Key: string, Body: Buffer | string) =>
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const place: Place = { bucket, folder, key, uploadId: '', versionId: '', website };
	if (needs.includes('objects') || needs.includes('deleted')) {
		place.versionId = (await put(key, needs.includes('large') ? large : 'x')).VersionId ?? '';
		await Promise.all([needs.includes('large') ? undefined : put(key, 'z'), put(`${folder}/2`, 'y')]);
	}
	if (needs.includes('deleted')) await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
	const files = { 'one.txt': '1', 'two.bin': large.subarray(0, MiB), 'three.txt': '3' };
	if (needs.includes('archive')) await put(`${folder}/a.zip`, await zipOf(files));
	if (needs.includes('upload')) {
		const Key = `${folder}/unfinished`;
		const { UploadId = '' } = await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
		place.uploadId = UploadId;
	}
	if (needs.includes('job')) await storeJob(bucket, 'reported');
	if (needs.includes('plan')) await storePlan(bucket, `${folder}-plan.jsonl`, `${folder}/`, `${folder}-copy/`);
	return place;
};

/** Makes a bucket with versions, or with Object Lock where it is needed. */
export const newBucket = async (needs: Need[]) => {
	const isLocked = needs.includes('lock');
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: isLocked });
	if (!isLocked)
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return bucket;
};
