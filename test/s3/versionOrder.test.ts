import { setTimeout as sleep } from 'node:timers/promises';
import {
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { keysIn, putMany } from '../support/manyObjects';
import { jsonOf } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server, unlessMissing } from '../support/s3';

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
});

const put = async (Key: string, Body: string) =>
	(await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))).VersionId ?? '';
const remove = async (Key: string) =>
	(await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key }))).VersionId ?? '';
const content = async (Key: string) => {
	const answer = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key })).catch(unlessMissing);
	return await answer?.Body?.transformToString();
};
const count = async () => {
	const { Versions = [], DeleteMarkers = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
	return Versions.length + DeleteMarkers.length;
};
/** Milliseconds after which the server tells another time: some tell whole seconds only. */
let tick = 1100;
beforeAll(async () => {
	const Bucket = await makeBucket();
	for (const Key of ['a', 'b', 'c', 'd']) await sdk.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
	const { Versions = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket }));
	if (Versions.some(({ LastModified }) => LastModified?.getMilliseconds() !== 0)) tick = 30;
});

/** Versions of different times. */
const history = async (Key: string, kinds: string) => {
	const ids: string[] = [];
	for (const [index, kind] of [...kinds].entries()) {
		if (index > 0) await sleep(tick);
		ids.push(kind === 'm' ? await remove(Key) : await put(Key, `${index}`));
	}
	return ids;
};

/** The headers by which this server is recognised; another one has none of them. */
const identity = /^(x-amz-request-id|x-amz-id-2|x-rgw-.*|server)$/;

type Entries = Array<{ isMarker: boolean; xml: string }>;

/** Changes the entries of a listing of versions. */
const listingOf = (change: (entries: Entries) => Entries) => (body: Buffer) => {
	const xml = body.toString();
	if (!xml.includes('<ListVersionsResult')) return body;
	const pattern = /<(Version|DeleteMarker)>.*?<\/\1>/gs;
	const entries = [...xml.matchAll(pattern)].map(([text, kind]) => ({ isMarker: kind === 'DeleteMarker', xml: text }));
	const changed = change(entries).map((entry) => entry.xml);
	return Buffer.from(
		xml.replace(pattern, '').replace('</ListVersionsResult>', `${changed.join('')}</ListVersionsResult>`),
	);
};

const orders: Array<[string, (entries: Entries) => Entries]> = [
	['one order', (entries) => entries],
	['versions first', (entries) => [...entries].sort((a, b) => Number(a.isMarker) - Number(b.isMarker))],
	['delete markers first', (entries) => [...entries].sort((a, b) => Number(b.isMarker) - Number(a.isMarker))],
	['oldest first', (entries) => [...entries].reverse()],
];

describe.each(orders)('on a server that lists %s', (_, change) => {
	const connect = async () => ({
		connection: { endpoint: (await startProxy(server.endpoint, undefined, listingOf(change), identity)).url },
	});

	test('undelete, purge and getAll see the true history', async () => {
		const through = await connect();
		const [first, marker, second, hiding] = await history('a', 'vmvm');
		await put('b', 'x');
		const all = jsonOf(await s3('version.getAll', { bucket, prefix: 'a', options: { exactKey: true } }, through));
		expect(all.map(({ versionId }) => versionId)).toEqual([hiding, second, marker, first]);
		expect(jsonOf(await s3('version.getAll', { bucket, returnAll: true }, through))).toHaveLength(5);
		const purge = { bucket, prefix: 'a', keepVersions: 1, olderThanDays: 0, options: { loneMarkers: true } };
		await sleep(tick);
		const summary = { purged: true, bucket, prefix: 'a', versions: 2 };
		expect(await one('version.purge', purge, through)).toEqual(summary);
		expect(await content('a')).toBeUndefined();
		expect(await one('version.undelete', { bucket, key: 'a' }, through)).toMatchObject({
			...{ undeleted: true, versionId: second, deleteMarkers: 1 },
		});
		expect(await content('a')).toBe('2');
	});

	test('purge deletes lone markers with what they hid, and nothing else', async () => {
		const through = await connect();
		await history('a', 'vm');
		const hidden = await put('lone', 'x');
		await remove('lone');
		await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'lone', VersionId: hidden }));
		await put('there', 'x');
		await sleep(tick);
		const purge = { bucket, prefix: '', keepVersions: 0, olderThanDays: 0 };
		const options = { loneMarkers: true, wholeBucket: true };
		expect(await one('version.purge', { ...purge, options }, through)).toMatchObject({ purged: true, versions: 3 });
		expect(await count()).toBe(1);
		expect(await content('there')).toBe('x');
	});

	test('restoreFolder restores, and does nothing a second time', async () => {
		const through = await connect();
		await put('f/deleted', 'there');
		await put('f/changed', 'before');
		await sleep(tick);
		const time = new Date().toISOString();
		await sleep(tick);
		await remove('f/deleted');
		await put('f/changed', 'longer after');
		await put('f/new', 'new');
		const parameters = { bucket, prefix: 'f/', time };
		expect(await one('version.restoreFolder', parameters, through)).toMatchObject({
			complete: true,
			restored: 2,
			deleted: 1,
		});
		const state = async () => [await content('f/deleted'), await content('f/changed'), await content('f/new')];
		expect(await state()).toEqual(['there', 'before', undefined]);
		const versions = await count();
		const again = { complete: true, restored: 0, deleted: 0, unchanged: 2 };
		expect(await one('version.restoreFolder', parameters, through)).toMatchObject(again);
		const dry = jsonOf(await s3('version.restoreFolder', { ...parameters, options: { dryRun: true } }, through));
		expect(dry.map(({ skipped, reason }) => [skipped, reason])).toEqual([
			[true, 'same'],
			[true, 'same'],
		]);
		expect(await count()).toBe(versions);
		expect(await state()).toEqual(['there', 'before', undefined]);
	});
});

describe('a history that is not certain is refused, and nothing of it is changed', () => {
	const changed = (replace: (xml: string) => string) =>
		listingOf((entries) => entries.map((entry) => ({ ...entry, xml: replace(entry.xml) })));
	const rewrites: Array<[string, (body: Buffer) => Buffer, string]> = [
		[
			'no current version',
			changed((xml) => xml.replace('<IsLatest>true', '<IsLatest>false')),
			'names no current version of',
		],
		[
			'two current versions',
			changed((xml) => xml.replace('<IsLatest>false', '<IsLatest>true')),
			'more than one current',
		],
		[
			'equal times in groups',
			(body) =>
				changed((xml) => xml.replace(/<LastModified>[^<]*/, '<LastModified>2026-01-01T00:00:00.000Z'))(
					listingOf((entries) => [...entries].sort((a, b) => Number(b.isMarker) - Number(a.isMarker)))(body),
				),
			'does not show the order',
		],
	];

	test.each(rewrites)('%s', async (_, rewrite, words) => {
		const connection = { endpoint: (await startProxy(server.endpoint, undefined, rewrite, identity)).url };
		for (const Body of ['1', '2']) {
			await put('a', Body);
			await remove('a');
		}
		await sleep(tick);
		const before = new Date().toISOString();
		const at = { bucket, prefix: 'a' };
		const purge = { ...at, keepVersions: 0, olderThanDays: 0, options: { loneMarkers: true } };
		const message = expect.stringContaining(words);
		expect(await refusal(s3('version.purge', purge, { connection }))).toMatchObject({ message });
		expect(await refusal(s3('version.restoreFolder', { ...at, time: before }, { connection }))).toMatchObject({
			message,
		});
		expect(await refusal(s3('version.undelete', { bucket, key: 'a' }, { connection }))).toMatchObject({ message });
		const options = { ...purge.options, dryRun: true };
		const dry = jsonOf(await s3('version.purge', { ...purge, options }, { connection }));
		expect(dry).toMatchObject([{ deleted: false, key: 'a', error: { code: 'InconsistentVersions', message } }]);
		expect(await count()).toBe(4);
		// To list is no risk.
		expect(jsonOf(await s3('version.getAll', { bucket, returnAll: true }, { connection }))).toHaveLength(4);
	});

	test('and the other keys are purged', async () => {
		const rewrite = listingOf((entries) =>
			entries.map(({ xml, ...rest }) => ({
				...rest,
				xml: xml.includes('<Key>bad</Key>') ? xml.replace('<IsLatest>true', '<IsLatest>false') : xml,
			})),
		);
		const connection = { endpoint: (await startProxy(server.endpoint, undefined, rewrite, identity)).url };
		for (const Key of ['bad', 'good']) for (const Body of ['1', '2']) await put(Key, Body);
		await sleep(tick);
		const purge = { bucket, prefix: '', keepVersions: 0, olderThanDays: 0, options: { wholeBucket: true } };
		expect(await one('version.purge', purge, { connection })).toMatchObject({
			...{ purged: false, versions: 1, failed: 1 },
			errors: [{ key: 'bad', code: 'InconsistentVersions' }],
		});
		expect(await count()).toBe(3);
	});

	test('a server that lists objects instead of versions', async () => {
		const body =
			'<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>';
		const proxy = await startProxy(server.endpoint, ({ url = '' }) =>
			url.includes('versions') ? { status: 200, headers: { 'content-type': 'application/xml' }, body } : 'pass',
		);
		await put('a', 'x');
		const connection = { endpoint: proxy.url };
		const message = `${proxy.url} does not support versions of objects`;
		expect(await refusal(s3('bucket.empty', { bucket, contents: 'everything' }, { connection }))).toMatchObject({
			message,
		});
		expect(await refusal(s3('version.undelete', { bucket, key: 'a' }, { connection }))).toMatchObject({ message });
		expect(await content('a')).toBe('x');
	});
});

describe('answers of deletions', () => {
	const withoutVersions = (body: Buffer) => {
		const xml = body.toString();
		return xml.includes('<DeleteResult') ? Buffer.from(xml.replace(/<VersionId>[^<]*<\/VersionId>/g, '')) : body;
	};

	test('without version IDs count', async () => {
		const connection = { endpoint: (await startProxy(server.endpoint, undefined, withoutVersions, identity)).url };
		for (const Body of ['1', '2', '3']) await put('a', Body);
		await put('b', '1');
		await remove('b');
		await sleep(tick);
		const purge = { bucket, prefix: 'a', keepVersions: 0, olderThanDays: 0 };
		expect(await one('version.purge', purge, { connection })).toMatchObject({ purged: true, versions: 2 });
		const everything = { bucket, contents: 'everything' };
		expect(await one('bucket.empty', everything, { connection })).toMatchObject({ emptied: true, deleted: 3 });
		expect(await count()).toBe(0);
	});

	test('that leave out a key name it', async () => {
		const silent = (body: Buffer) => {
			const xml = body.toString();
			return xml.includes('<DeleteResult') ? Buffer.from(xml.replace(/<Deleted><Key>b<.*?<\/Deleted>/s, '')) : body;
		};
		const connection = { endpoint: (await startProxy(server.endpoint, undefined, silent, identity)).url };
		for (const Key of ['a', 'b']) await put(Key, 'x');
		expect(jsonOf(await s3('object.deleteMany', { bucket, keys: ['a', 'b'] }, { connection }))).toMatchObject([
			{ deleted: true, key: 'a' },
			{ deleted: false, key: 'b', error: { code: 'NoAnswer', message: "S3 returned no result for 'b'" } },
		]);
	});

	test('undelete says so if the object is not back', async () => {
		const proxy = await startProxy(
			server.endpoint,
			({ method }) => (method === 'DELETE' ? { status: 204 } : 'pass'),
			undefined,
			identity,
		);
		await put('a', 'x');
		await remove('a');
		const run = s3('version.undelete', { bucket, key: 'a' }, { connection: { endpoint: proxy.url } });
		expect(await refusal(run)).toMatchObject({
			message: "The delete markers of 'a' are gone, but the object is not back",
			description: expect.stringContaining("'Restore'"),
		});
	});

	test('purge keeps the delete marker of what S3 does not delete', async () => {
		const first = await put('a', 'secret');
		await remove('a');
		await put('b', 'x');
		await remove('b');
		await sleep(tick);
		// Such as by a lock.
		const denied = (body: Buffer) => {
			const xml = body.toString();
			const pattern = /<Deleted><Key>a<\/Key>.*?<\/Deleted>/s;
			const answer = `<Error><Key>a</Key><VersionId>${first}</VersionId><Code>AccessDenied</Code></Error>`;
			return xml.includes('<DeleteResult') ? Buffer.from(xml.replace(pattern, answer)) : body;
		};
		const proxy = await startProxy(server.endpoint, undefined, denied);
		const purge = { bucket, prefix: '', keepVersions: 0, olderThanDays: 0 };
		const options = { loneMarkers: true, wholeBucket: true };
		const connection = { endpoint: proxy.url };
		expect(await one('version.purge', { ...purge, options }, { connection })).toMatchObject({
			...{ purged: false, versions: 2, failed: 1 },
			errors: [{ key: 'a', code: 'AccessDenied' }],
		});
		const left = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
		expect(left.DeleteMarkers).toEqual([expect.objectContaining({ Key: 'a' })]);
	});
});

describe('a server with two ETags for what was uploaded in parts', () => {
	const refusesCondition = async () => {
		const proxy = await startProxy(
			server.endpoint,
			({ headers }) => ('x-amz-copy-source-if-match' in headers ? refused(412, 'PreconditionFailed') : 'pass'),
			undefined,
			identity,
		);
		return { connection: { endpoint: proxy.url } };
	};
	const putInParts = async (Key: string, Body: string) => {
		const at = { Bucket: bucket, Key };
		const { UploadId } = await sdk.send(new CreateMultipartUploadCommand(at));
		const { ETag } = await sdk.send(new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body }));
		const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
		return (await sdk.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload }))).VersionId ?? '';
	};

	// Not what this is about, and moto has no ACL for these.
	const options = { keepAcl: false };

	test('restore, and restoreFolder once', async () => {
		const through = await refusesCondition();
		const first = await putInParts('f/a', 'old');
		await sleep(tick);
		const time = new Date().toISOString();
		await sleep(tick);
		await put('f/a', 'new one');
		expect(await one('version.restore', { bucket, key: 'f/a', versionId: first, options }, through)).toMatchObject({
			restored: true,
		});
		expect(await content('f/a')).toBe('old');
		await put('f/a', 'newest');
		const parameters = { bucket, prefix: 'f/', time, options };
		expect(await one('version.restoreFolder', parameters, through)).toMatchObject({ complete: true, restored: 1 });
		expect(await content('f/a')).toBe('old');
		const versions = await count();
		expect(await one('version.restoreFolder', parameters, through)).toMatchObject({ restored: 0, unchanged: 1 });
		expect(await count()).toBe(versions);
	});

	test('restoreFolder brings back other metadata of the same content', async () => {
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'f/a', Body: 'x', Metadata: { of: 'then' } }));
		await sleep(tick);
		const time = new Date().toISOString();
		await sleep(tick);
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'f/a', Body: 'x', Metadata: { of: 'now' } }));
		const parameters = { bucket, prefix: 'f/', time };
		expect(await one('version.restoreFolder', parameters)).toMatchObject({ restored: 1 });
		const { Metadata } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'f/a' }));
		expect(Metadata).toEqual({ of: 'then' });
		expect(await one('version.restoreFolder', parameters)).toMatchObject({ restored: 0, unchanged: 1 });
	});

	test('move, but not what has changed meanwhile', async () => {
		const through = await refusesCondition();
		await putInParts('a', 'x');
		const pair = { sourceBucket: bucket, sourceKey: 'a', destinationBucket: bucket, destinationKey: 'b', options };
		expect(await one('object.move', pair, through)).toMatchObject({ moved: true });
		expect([await content('a'), await content('b')]).toEqual([undefined, 'x']);
		await put('a', 'y');
		let isFirst = true;
		const proxy = await startProxy(
			server.endpoint,
			async ({ headers }) => {
				if (!('x-amz-copy-source-if-match' in headers) || !isFirst) return 'pass';
				isFirst = false;
				await put('a', 'z');
				return refused(412, 'PreconditionFailed');
			},
			undefined,
			identity,
		);
		const refusedMove = s3('object.move', pair, { connection: { endpoint: proxy.url } });
		expect((await refusal(refusedMove)).message).toContain('has changed, or already exists');
		expect([await content('a'), await content('b')]).toEqual(['z', 'x']);
	});
});

test('a server that ends a listing where the version of the page marker is gone is emptied all the same', async () => {
	// Three pages, of which the last two begin behind a version that the deletion of a whole page takes away.
	await putMany(bucket, keysIn('f', 2010));
	const none = '<ListVersionsResult><IsTruncated>false</IsTruncated></ListVersionsResult>';
	const ended: string[] = [];
	const proxy = await startProxy(
		server.endpoint,
		async ({ url = '' }) => {
			const query = new URL(url, server.endpoint).searchParams;
			const [Key, VersionId] = [query.get('key-marker'), query.get('version-id-marker')];
			if (!query.has('versions') || !Key || !VersionId) return 'pass';
			// Time for deletions that are under way.
			await sleep(500);
			const head = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key, VersionId })).catch(unlessMissing);
			if (head) return 'pass';
			ended.push(Key);
			return { status: 200, headers: { 'content-type': 'application/xml' }, body: none };
		},
		undefined,
		identity,
	);
	const everything = { bucket, contents: 'everything' };
	const connection = { endpoint: proxy.url };
	expect(await one('bucket.empty', everything, { connection })).toMatchObject({ emptied: true, deleted: 2010 });
	expect(ended).toEqual([]);
	expect(await count()).toBe(0);
	// 2,010 objects took two minutes on the slowest server, on a busy machine.
}, 300_000);

test('folder.delete says if there was no such folder', async () => {
	expect(await one('folder.delete', { bucket, folder: 'never' })).toEqual({
		...{ deleted: false, bucket, folder: 'never/', objects: 0, reason: 'The folder does not exist' },
	});
});
