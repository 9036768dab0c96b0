import {
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	UploadPartCommand,
	paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import type { Decision } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';

const versioned = async () => {
	const Bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return Bucket;
};

/** Every key below a prefix with its history, oldest first, by the list of *Version: Get Many*, which has tests of its own. */
const historiesIn = async (bucket: string, prefix: string) => {
	const items = jsonOf(await s3('version.getAll', { bucket, prefix, returnAll: true }));
	const contents = await Promise.all(
		items.map(async ({ key, versionId, isDeleteMarker }) => {
			if (isDeleteMarker === true) return 'deleted';
			const at = { Bucket: bucket, Key: String(key), VersionId: String(versionId) };
			return (await (await sdk.send(new GetObjectCommand(at))).Body?.transformToString()) ?? '';
		}),
	);
	const byKey: Record<string, string[]> = {};
	for (const [index, { key }] of items.entries())
		(byKey[String(key).slice(prefix.length)] ??= []).unshift(contents[index] ?? '');
	return byKey;
};

const setUp = async () => {
	const [bucket, destinationBucket] = [await versioned(), await versioned()];
	const parameters = {
		...{ bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' },
		options: { allVersions: true },
	};
	return {
		...{ bucket, destinationBucket, parameters },
		put: async (key: string, Body: string, more: object = {}) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${key}`, Body, ...more })),
		remove: async (key: string) => await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: `from/${key}` })),
		putThere: async (key: string, Body: string) =>
			await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: `to/${key}`, Body })),
		run: async (more: object = {}, settings: object = {}) =>
			await one('transfer.run', { ...parameters, ...more }, settings),
		here: async () => await historiesIn(bucket, 'from/'),
		there: async () => await historiesIn(destinationBucket, 'to/'),
	};
};

test('40 keys arrive with all versions and delete markers in their order; a second run does nothing', async () => {
	const { put, remove, run, here, there } = await setUp();
	const kinds = ['1', '12', '1d', '1d2', '12d3', 'd', '1dd2', '11'];
	const keys = Array.from({ length: 40 }, (_, index) => `k${index}/ü &.txt`);
	await Promise.all(
		keys.map(async (key, index) => {
			for (const kind of kinds[index % kinds.length] ?? '')
				await (kind === 'd'
					? remove(key)
					: put(key, `${kind} of ${key}`, { Metadata: { kind }, ContentType: 'text/x' }));
		}),
	);
	const before = await here();
	// Some servers make no delete marker for a key without an object.
	const count = Object.keys(before).length;
	expect(count).toBeGreaterThanOrEqual(35);
	const versions = Object.values(before).flat();
	const first = await run();
	expect(first).toMatchObject({
		...{ done: true, copied: count, failed: 0 },
		versions: versions.filter((one) => one !== 'deleted').length,
		deleteMarkers: versions.filter((one) => one === 'deleted').length,
	});
	expect(await there()).toEqual(before);
	expect(await run()).toMatchObject({ done: true, copied: 0, versions: 0, deleteMarkers: 0, reasons: { same: count } });
	await put('k0/ü &.txt', 'new');
	await remove('k1/ü &.txt');
	await put('new', 'new');
	expect(await run()).toMatchObject({
		done: true,
		copied: 3,
		versions: 2,
		deleteMarkers: 1,
		reasons: { same: count - 2 },
	});
	expect(await there()).toEqual(await here());
});

test('a version whose answer is lost is found, also with its tags, and the next ones follow', async () => {
	const { put, run, there, parameters, destinationBucket } = await setUp();
	// The condition on what is replaced holds for all of them, so no copy may be sent twice.
	for (const value of ['1', '2', '3']) await put('k', 'same', { Tagging: `number=${value}` });
	let copies = 0;
	const proxy = await startProxy(server.endpoint, ({ method, headers }): Decision =>
		method === 'PUT' && headers['x-amz-copy-source'] && ++copies === 2 ? { at: 0, how: 'lost' } : 'pass',
	);
	const options = { ...parameters.options, keepTimes: true };
	const settings = { connection: { endpoint: proxy.url } };
	expect(await run({ options }, settings)).toMatchObject({ done: true, failed: 0, versions: 3 });
	expect(copies).toBe(3);
	expect(await there()).toEqual({ k: ['same', 'same', 'same'] });
	const items = jsonOf(await s3('version.getAll', { bucket: destinationBucket, prefix: 'to/', returnAll: true }));
	const tags = items.map(async ({ versionId }) => {
		const at = { Bucket: destinationBucket, Key: 'to/k', VersionId: String(versionId) };
		return (await sdk.send(new GetObjectTaggingCommand(at))).TagSet?.map(({ Value }) => Value).join();
	});
	expect(await Promise.all(tags)).toEqual(['3', '2', '1']);
});

test('what a killed run has begun, the next one goes on with; another history is never touched', async () => {
	const { put, putThere, remove, run, there, parameters } = await setUp();
	for (const body of ['1', '2', '3']) await put('begun', body);
	await putThere('begun', '1');
	await putThere('other', 'theirs');
	await put('other', 'ours');
	await putThere('longer', '1');
	await putThere('longer', '2');
	await put('longer', '1');
	await put('gone', '1');
	await remove('gone');
	const [plan = {}] = jsonOf(await s3('transfer.plan', parameters));
	expect(plan).toMatchObject({ planned: true, copied: 2, versions: 3, deleteMarkers: 1, reasons: { otherHistory: 2 } });
	expect(await run()).toMatchObject({ copied: 2, versions: 3, deleteMarkers: 1, reasons: { otherHistory: 2 } });
	expect(await there()).toEqual({
		begun: ['1', '2', '3'],
		gone: ['1', 'deleted'],
		longer: ['1', '2'],
		other: ['theirs'],
	});
});

test('a version in parts is recognised, though its copy has another ETag', async () => {
	const { put, run, there, bucket } = await setUp();
	const at = { Bucket: bucket, Key: 'from/parts' };
	const { UploadId } = await sdk.send(new CreateMultipartUploadCommand(at));
	const { ETag } = await sdk.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: 'in parts' }));
	const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
	await sdk.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }));
	await put('parts', 'plain');
	expect(await run()).toMatchObject({ done: true, versions: 2 });
	expect(await run()).toMatchObject({ done: true, versions: 0, reasons: { same: 1 } });
	expect(await there()).toEqual({ parts: ['in parts', 'plain'] });
});

test('nothing is appended to what somebody writes meanwhile', async () => {
	const { put, putThere, run, there } = await setUp();
	for (const body of ['1', '2', '3']) await put('key', body);
	await putThere('key', '1');
	let looks = 0;
	const proxy = await startProxy(server.endpoint, async ({ method, url }): Promise<Decision> => {
		// Before the second version is compared with what the first copy has written.
		if (method === 'HEAD' && url?.includes('/to/key') && ++looks === 2) await putThere('key', 'theirs');
		return 'pass';
	});
	expect(await run({}, { connection: { endpoint: proxy.url } })).toMatchObject({ copied: 0, changed: 1, versions: 1 });
	expect(await there()).toEqual({ key: ['1', '2', 'theirs'] });
	expect(await run()).toMatchObject({ copied: 0, reasons: { otherHistory: 1 } });
});

test('names that are not allowed are left out with all their versions', async () => {
	const { put, run, there } = await setUp();
	for (const key of ['a', 'b:']) await put(key, 'x');
	const options = { allVersions: true, checkNamesFor: 'windows', ifNameNotAllowed: 'skip' };
	expect(await run({ options })).toMatchObject({ done: true, copied: 1, reasons: { nameNotAllowed: 1 } });
	expect(await there()).toEqual({ a: ['x'] });
});

test('limits stop between keys, and the next run goes on', async () => {
	const { put, run, there, here } = await setUp();
	for (const key of ['a', 'b', 'c']) for (const body of ['1', '2']) await put(key, body);
	const options = { allVersions: true, maxActions: 2 };
	expect(await run({ options })).toMatchObject({ done: false, stoppedBy: 'actions', copied: 2, versions: 4 });
	expect(await run({ options })).toMatchObject({ copied: 1, versions: 2 });
	expect(await there()).toEqual(await here());
});

test('keeps versions of a bucket without versioning, and needs it at the destination before anything is written', async () => {
	const { run, there, parameters, putThere, destinationBucket } = await setUp();
	const plain = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: plain, Key: 'from/a', Body: 'only' }));
	expect(await run({ bucket: plain })).toMatchObject({ done: true, copied: 1, versions: 1 });
	expect(await there()).toEqual({ a: ['only'] });
	await putThere('b', 'x');
	const back = { bucket: destinationBucket, prefix: 'to/', destinationBucket: plain, destinationPrefix: 'from/' };
	for (const verb of ['run', 'plan'] as const)
		expect((await refusal(s3(`transfer.${verb}`, { ...parameters, ...back }))).message).toBe(
			`The destination bucket '${plain}' has no versioning`,
		);
	const keys: string[] = [];
	for await (const { Contents = [] } of paginateListObjectsV2({ client: sdk }, { Bucket: plain }))
		keys.push(...Contents.map(({ Key = '' }) => Key));
	expect(keys).toEqual(['from/a']);
});
