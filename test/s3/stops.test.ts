import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import {
	ListMultipartUploadsCommand,
	ListObjectsV2Command,
	PutBucketVersioningCommand,
	PutObjectCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
} from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Operation } from '../../nodes/AwsS3/core/operation';
import * as registry from '../../nodes/AwsS3/operations';
import type { MemoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { leftBy, randomOf, showingBudgets } from '../support/leftovers';
import { listen } from '../support/listen';
import { keepBinary, runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { bucketName, credentials, makeBucket, sdk, server } from '../support/s3';
import { zipOf } from '../support/zip';

const MiB = 1024 ** 2;

/** How often each operation is stopped. */
const stops = 20;

/** How long a run may go on after a stop, in milliseconds, on a machine that has other things to do as well. */
const bound = 3000;

/** What one run works on, apart from what others do. */
interface Place {
	bucket: string;
	folder: string;
	key: string;
	uploadId: string;
	versionId: string;
	website: string;
}

/** What an operation needs to be there, besides a bucket. */
type Need = 'objects' | 'large' | 'deleted' | 'upload' | 'archive' | 'ownBucket' | 'lock' | 'file';

type Try = [id: string, needs: Need[], parameters: (place: Place) => object];

const pairs = { values: [{ name: 'a', value: 'b' }] };
const fromTo = ({ bucket, key }: Place) => ({
	...{ sourceBucket: bucket, sourceKey: key },
	...{ destinationBucket: bucket, destinationKey: `${key}-copy` },
});
const folders = ({ bucket, folder }: Place) => ({
	...{ sourceBucket: bucket, sourceFolder: folder },
	...{ destinationBucket: bucket, destinationFolder: `${folder}-copy` },
});
const other = { destination: 'destinationConnection' };
const atKey = ({ key }: Place) => ({ key });
const ofUpload = ({ folder, uploadId }: Place) => ({ key: `${folder}/unfinished`, uploadId });
const until = '2999-01-01T00:00:00Z';

/** Every operation, and what runs differently because of a parameter. */
const tries: Record<string, Try> = Object.fromEntries(
	(
		[
			['access.check', ['objects'], () => ({ options: { tryWriting: true } })],
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
			['version.delete', ['objects'], ({ key, versionId }) => ({ key, versionId })],
			['version.getAll', ['objects'], () => ({ returnAll: true })],
			['version.purge', ['objects'], ({ folder }) => ({ prefix: folder, keepVersions: 0, olderThanDays: 0 })],
			['version.restore', ['objects'], ({ key, versionId }) => ({ key, versionId })],
			['version.restoreFolder', ['objects'], ({ folder }) => ({ prefix: folder, time: '2020-01-01T00:00:00Z' })],
			['version.undelete', ['deleted'], atKey],
		] satisfies Try[]
	).map((one): [string, Try] => [one[0], one]),
);

const idOf = (name: string) => name.split(' ')[0] ?? '';

test('the table has every operation', () => {
	const ids = Object.values(registry).map(({ resource, operation }: Operation) => `${resource}.${operation}`);
	expect([...new Set(Object.keys(tries).map(idOf))].sort()).toEqual(ids.sort());
});

const large = randomBytes(9 * MiB);
let items: INodeExecutionData[];
let archive: Buffer;
let website: string;
beforeAll(async () => {
	items = [{ json: {}, binary: { data: await keepBinary(large) } }];
	archive = await zipOf({ 'one.txt': '1', 'two.bin': large.subarray(0, MiB), 'three.txt': '3' });
	const server = createServer((_request, response) => response.writeHead(200).end(large.subarray(0, 100_000)));
	website = `http://${await listen(server)}`;
});

const makePlace = async (needs: Need[], bucket: string, number: number): Promise<Place> => {
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
	if (needs.includes('archive')) await put(`${folder}/a.zip`, archive);
	if (needs.includes('upload')) {
		const Key = `${folder}/unfinished`;
		const { UploadId = '' } = await sdk.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key }));
		place.uploadId = UploadId;
	}
	return place;
};

const newBucket = async (needs: Need[]) => {
	const isLocked = needs.includes('lock');
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: isLocked });
	if (!isLocked)
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return bucket;
};

/** The places of all runs: what only reads can share one. */
const makePlaces = async (needs: Need[], isRead: boolean): Promise<Place[]> => {
	const bucket = await newBucket(needs);
	const numbers = Array.from({ length: stops + 1 }, (_, number) => number);
	if (isRead) {
		const place = await makePlace(needs, bucket, 0);
		return numbers.map(() => place);
	}
	const places: Place[] = [];
	for (const number of numbers) {
		const own = needs.includes('ownBucket') && number > 0 ? await newBucket(needs) : bucket;
		places.push(await makePlace(needs, own, number));
	}
	return places;
};

/** Unfinished uploads besides those that a test has begun itself. */
const uploadsIn = async (bucket: string) => {
	const answer = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket })).catch((error: Error) => {
		if (error.name !== 'NoSuchBucket') throw error;
		return { Uploads: [] };
	});
	return (answer.Uploads ?? []).map(({ Key = '' }) => Key).filter((key) => !key.endsWith('/unfinished'));
};

/** Objects that the operation Check has written to try permissions. */
const checksIn = async (bucket: string) => {
	const answer = await sdk.send(new ListObjectsV2Command({ Bucket: bucket })).catch((error: Error) => {
		if (error.name !== 'NoSuchBucket') throw error;
		return { Contents: [] };
	});
	return (answer.Contents ?? []).map(({ Key = '' }) => Key).filter((key) => key.includes('n8n-check'));
};

test.each(Object.keys(tries))('%s ends soon after a stop, and leaves nothing', async (name) => {
	const attempt: Try = tries[name] ?? ['', [], () => ({})];
	const [, needs, parameters] = attempt;
	const [resource = '', operation = ''] = idOf(name).split('.');
	const isRead = Object.values(registry).some(
		(one: Operation) => one.resource === resource && one.operation === operation && one.effect === 'read',
	);
	const places = await makePlaces(needs, isRead);
	const random = randomOf(name);
	const onRequest: Array<() => void> = [];
	const proxy = await startProxy(server.endpoint, () => {
		onRequest.shift()?.();
		return 'pass';
	});
	const budgets = new Set<MemoryBudget>();
	const operations = showingBudgets(budgets);
	const connection = { ...credentials, endpoint: proxy.url };

	/** Runs the operation; `moment` decides when to stop it. */
	const run = async (place: Place, moment: (stop: () => void) => void) => {
		const cancel = new AbortController();
		let stopped = Infinity;
		budgets.clear();
		const began = performance.now();
		moment(() => {
			stopped = Math.min(stopped, performance.now());
			cancel.abort();
		});
		const error = await runNode({
			parameters: { resource, operation, bucket: place.bucket, ...parameters(place) },
			credentials: connection,
			destination: connection,
			items: needs.includes('file') ? items : undefined,
			cancel: cancel.signal,
			operations,
		}).then(
			() => undefined,
			({ message }: Error) => message,
		);
		const ended = performance.now();
		onRequest.length = 0;
		return { error, took: ended - began, late: ended - stopped };
	};

	const [first, ...rest] = places;
	if (!first) throw new Error('There is no place');
	const undisturbed = await run(first, () => undefined);
	const requests = proxy.taken().length;
	expect(await leftBy(proxy, budgets)).toEqual([]);

	let ended = 0;
	for (const [number, place] of rest.entries()) {
		const atRequest = Math.floor(random() * requests);
		const after = number % 2 === 0 && requests > 0 ? random() * 3 : random() * Math.min(undisturbed.took, 50);
		const { error, late } = await run(place, (stop) => {
			if (number % 2 === 1 || requests === 0) setTimeout(stop, after);
			else onRequest.push(...Array.from({ length: atRequest }, () => () => {}), () => setTimeout(stop, after));
		});
		if (error === 'The execution was stopped') ended++;
		else expect(error).toBe(undisturbed.error);
		expect(late).toBeLessThan(bound);
		expect(await leftBy(proxy, budgets)).toEqual([]);
	}
	const isCreate = idOf(name) === 'multipartUpload.create';
	const uploads = (await Promise.all([...new Set(places.map(({ bucket }) => bucket))].map(uploadsIn))).flat();
	expect(uploads.length).toBeLessThanOrEqual(isCreate ? stops + 1 - ended : 0);
	expect((await Promise.all([...new Set(places.map(({ bucket }) => bucket))].map(checksIn))).flat()).toEqual([]);
	// Signing sends nothing, so it is over before anybody can stop it.
	if (requests > 0) expect(ended).toBeGreaterThan(0);
});
