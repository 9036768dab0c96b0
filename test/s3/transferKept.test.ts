import { randomBytes } from 'node:crypto';
import {
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	GetObjectAclCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	PutObjectAclCommand,
	PutObjectCommand,
	PutObjectLockConfigurationCommand,
	S3Client,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { jsonOf } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, makeUser, s3, sdk, server } from '../support/s3';

const MiB = 1024 ** 2;
const day = 24 * 60 * 60_000;

/** Two buckets, and runs from one to the other: inside S3, or streamed to another address of the same server. */
const setUp = async (way: 'inside' | 'streamed' = 'inside', lockOf: { source?: boolean; target?: boolean } = {}) => {
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: lockOf.source });
	const destinationBucket = await makeBucket({ ObjectLockEnabledForBucket: lockOf.target });
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	const other = way === 'streamed' ? { endpoint: (await startProxy(server.endpoint)).url } : {};
	const at = (key: string) => ({ Bucket: destinationBucket, Key: `to/${key}` });
	return {
		...{ bucket, destinationBucket, parameters },
		put: async (key: string, Body: string | Buffer, more: object = {}) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `from/${key}`, Body, ...more })),
		run: async (options: object, more: object = {}) => {
			const destination = way === 'streamed' ? 'destinationConnection' : undefined;
			const given = { ...parameters, ...(destination && { destination }), options, ...more };
			const output = await s3('transfer.run', given, { destination: other });
			const [summary = {}] = jsonOf(output);
			return { summary, hints: output.hints };
		},
		head: async (key: string) => await sdk.send(new HeadObjectCommand(at(key))),
		tags: async (key: string) => {
			const { TagSet = [] } = await sdk.send(new GetObjectTaggingCommand(at(key)));
			return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key, Value]));
		},
		acl: async (key: string) => await sdk.send(new GetObjectAclCommand(at(key))),
		at,
	};
};

const change = (kind: string, name: string, newValue = '') => ({ change: kind, name, newValue });

describe.each(['inside', 'streamed'] as const)('%s', (way) => {
	test('maps change metadata and tags, and nothing else; a second run does nothing', async () => {
		const { put, run, head, tags } = await setUp(way);
		const kept = { ContentType: 'text/x', CacheControl: 'no-cache' };
		await put('a', 'x', { ...kept, Metadata: { old: 'ü', gone: '1', stays: '2' }, Tagging: 'old=1&gone=2&stays=3' });
		const changes = [change('rename', 'Old', 'new'), change('drop', 'gone'), change('add', 'by', 'n8n')];
		const options = {
			metadataMap: { values: changes },
			tagMap: { values: [change('rename', 'old', 'new'), change('drop', 'gone'), change('add', 'by', 'n8n')] },
		};
		for (const compare of ['sizeAndTime', 'etag']) {
			expect((await run(options, { compare })).summary).toMatchObject({
				copied: compare === 'etag' ? 0 : 1,
				failed: 0,
			});
			expect(await head('a')).toMatchObject({ ...kept, Metadata: { new: expect.any(String), stays: '2', by: 'n8n' } });
			expect(Object.keys((await head('a')).Metadata ?? {}).sort()).toEqual(['by', 'new', 'stays']);
			expect(await tags('a')).toEqual({ new: '1', stays: '3', by: 'n8n' });
		}
	});

	test('notes time and owner as rclone does, and keeps those of a first original', async () => {
		const { put, run, head, bucket } = await setUp(way);
		await put('a', 'x', { Metadata: { m: 'n' }, ContentType: 'text/x' });
		await put('b', 'x', { Metadata: { mtime: '1700000000.25', owner: 'first' } });
		const { LastModified } = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'from/a' }));
		const { Owner } = await sdk.send(new GetObjectAclCommand({ Bucket: bucket, Key: 'from/a' }));
		expect((await run({ keepTimes: true, keepOwner: true })).summary).toMatchObject({ copied: 2 });
		const { Metadata, ContentType } = await head('a');
		expect({ ContentType, ...Metadata }).toMatchObject({
			ContentType: 'text/x',
			m: 'n',
			...(Owner?.ID && { owner: Owner.ID }),
		});
		expect(Math.floor(Number(Metadata?.mtime))).toBe(Math.floor(Number(LastModified) / 1000));
		expect((await head('b')).Metadata).toEqual({ mtime: '1700000000.25', owner: 'first' });
	});

	test('leaves out what it is told to', async () => {
		const { put, run, head, tags } = await setUp(way);
		await put('a', 'x', { Metadata: { m: 'n' }, CacheControl: 'no-cache', Tagging: 'k=v' });
		await run({ leaveOut: ['headers', 'metadata', 'tags'] });
		const { Metadata, CacheControl } = await head('a');
		expect({ Metadata, CacheControl }).toEqual({ Metadata: {} });
		expect(await tags('a')).toEqual({});
	});

	test('leaves out the storage class', async () => {
		const { put, run, head } = await setUp(way);
		await put('a', 'x', { StorageClass: 'STANDARD_IA', Metadata: { m: 'n' } });
		await run({ leaveOut: ['storageClass'] });
		const { Metadata, StorageClass = 'STANDARD' } = await head('a');
		expect({ Metadata, StorageClass }).toEqual({ Metadata: { m: 'n' }, StorageClass: 'STANDARD' });
	});

	test('keeps retention and legal hold, and never shortens what the bucket gives', async () => {
		const { put, run, head, destinationBucket } = await setUp(way, { source: true, target: true });
		const until = new Date(Math.floor(Date.now() / 1000) * 1000 + 20 * day);
		await put('a', 'x', {
			...{ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: 'ON' },
			ContentMD5: 'ndTkYSaMgDT1yFZOFVxnpg==',
		});
		await put('b', 'free');
		expect((await run({ keepLock: true })).summary).toMatchObject({ done: true, copied: 2 });
		expect(await head('a')).toMatchObject({
			...{ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until, ObjectLockLegalHoldStatus: 'ON' },
		});
		expect((await head('b')).ObjectLockMode).toBeUndefined();
		const DefaultRetention = { Mode: 'GOVERNANCE' as const, Days: 30 };
		const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' as const, Rule: { DefaultRetention } };
		await sdk.send(new PutObjectLockConfigurationCommand({ Bucket: destinationBucket, ObjectLockConfiguration }));
		expect((await run({ keepLock: true }, { compare: 'always' })).summary).toMatchObject({ copied: 2 });
		expect(Number((await head('a')).ObjectLockRetainUntilDate)).toBeGreaterThan(Date.now() + 29 * day);
		expect((await head('a')).ObjectLockLegalHoldStatus).toBe('ON');
	});
});

test('a streamed copy has the parts of its original, and so its ETag', async () => {
	const { bucket, run, head, put } = await setUp('streamed');
	const inParts = async (key: string, sizes: number[]) => {
		const at = { Bucket: bucket, Key: `from/${key}` };
		const { UploadId } = await sdk.send(new CreateMultipartUploadCommand(at));
		const Parts = await Promise.all(
			sizes.map(async (size, index) => {
				const part = { PartNumber: index + 1, Body: randomBytes(size) };
				const { ETag } = await sdk.send(new UploadPartCommand({ ...at, UploadId, ...part }));
				return { PartNumber: part.PartNumber, ETag };
			}),
		);
		await sdk.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload: { Parts } }));
		return (await sdk.send(new HeadObjectCommand(at))).ETag;
	};
	const etags = {
		five: await inParts('five', [5 * MiB, 5 * MiB, MiB]),
		one: await inParts('one', [1000]),
	};
	const other = await inParts('uneven', [6 * MiB, 5 * MiB, MiB]);
	await put('plain', randomBytes(9 * MiB));
	expect((await run({}, { compare: 'etag' })).summary).toMatchObject({ done: true, copied: 4 });
	for (const [key, etag] of Object.entries(etags)) expect([key, (await head(key)).ETag]).toEqual([key, etag]);
	expect((await head('uneven')).ETag).not.toBe(other);
	expect((await run({}, { compare: 'etag' })).summary).toMatchObject({ copied: 0, reasons: { same: 4 } });
});

test('what the destination cannot keep is counted, and said once', async () => {
	const { put, run } = await setUp('inside', { source: true });
	const until = new Date(Date.now() + day);
	const locked = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: until };
	for (const key of ['a', 'b']) await put(key, 'x', { ...locked, ContentMD5: 'ndTkYSaMgDT1yFZOFVxnpg==' });
	const { summary, hints } = await run({ keepLock: true });
	expect(summary).toMatchObject({ done: true, copied: 2, notKept: { lock: 2 } });
	expect(hints).toEqual([
		expect.stringMatching(/^2 copies are missing the original's lock, because the destination bucket/),
	]);
});

test('tags are left out where the server takes none, as Cloudflare R2 says it', async () => {
	const { put, parameters, tags } = await setUp();
	for (const [key, Tagging] of Object.entries({ a: 'k=v', b: 'k=v', c: undefined })) await put(key, key, { Tagging });
	const proxy = await startProxy(server.endpoint, ({ method, headers }) =>
		method === 'PUT' && headers['x-amz-tagging'] !== undefined
			? refused(501, 'NotImplemented', "Header 'x-amz-tagging' with value 'k=v' not implemented")
			: 'pass',
	);
	const toOther = { ...parameters, destination: 'destinationConnection' };
	const output = await s3('transfer.run', toOther, { destination: { endpoint: proxy.url } });
	expect(jsonOf(output)).toMatchObject([{ done: true, copied: 3, notKept: { tags: 2 } }]);
	expect(output.hints).toEqual([expect.stringMatching(/^2 copies are missing the original's tags/)]);
	expect(await tags('a')).toEqual({});
});

test('where the destination has switched ACLs off, that is counted', async () => {
	const { put, parameters, bucket } = await setUp();
	const { name } = await makeUser();
	for (const key of ['a', 'b', 'c']) await put(key, key, { ACL: 'public-read' });
	const { Owner } = await sdk.send(new GetObjectAclCommand({ Bucket: bucket, Key: 'from/a' }));
	const proxy = await startProxy(server.endpoint, ({ method, url }) =>
		method === 'PUT' && url?.includes('?acl')
			? refused(400, 'AccessControlListNotSupported', 'The bucket does not allow ACLs')
			: 'pass',
	);
	const own = { Grantee: { Type: 'CanonicalUser' as const, ID: Owner?.ID }, Permission: 'FULL_CONTROL' as const };
	const grant = { Grantee: { Type: 'CanonicalUser' as const, ID: name }, Permission: 'READ' as const };
	for (const key of ['a', 'b'])
		await sdk.send(
			new PutObjectAclCommand({
				Bucket: bucket,
				Key: `from/${key}`,
				AccessControlPolicy: { Owner, Grants: [own, grant] },
			}),
		);
	const accounts = [{ sourceAccount: name, destinationAccount: name }];
	const options = { keepAcl: true, accountMap: { values: accounts } };
	const output = await s3('transfer.run', { ...parameters, options }, { connection: { endpoint: proxy.url } });
	expect(jsonOf(output)).toMatchObject([{ done: true, copied: 3, notKept: { acl: 2, groups: 1 } }]);
	expect(output.hints).toContainEqual(expect.stringMatching(/^2 copies are missing the original's grants, because/));
});

test('grants go to the accounts of the map; others and groups are left out, and counted', async () => {
	const { put, run, acl, bucket, at } = await setUp();
	const [one, other, third] = [await makeUser(), await makeUser(), await makeUser()];
	for (const key of ['a', 'b', 'c']) await put(key, key);
	const grantTo = async (key: string, ...grantees: object[]) => {
		const { Owner } = await sdk.send(new GetObjectAclCommand({ Bucket: bucket, Key: `from/${key}` }));
		const own = { Grantee: { Type: 'CanonicalUser' as const, ID: Owner?.ID }, Permission: 'FULL_CONTROL' as const };
		const Grants = [own, ...grantees.map((Grantee) => ({ Grantee: { Type: 'CanonicalUser' as const, ...Grantee } }))];
		const AccessControlPolicy = { Owner, Grants: Grants.map((grant) => ({ Permission: 'READ' as const, ...grant })) };
		await sdk.send(new PutObjectAclCommand({ Bucket: bucket, Key: `from/${key}`, AccessControlPolicy }));
	};
	await grantTo('a', { ID: one.name });
	const group = { Type: 'Group', URI: 'http://acs.amazonaws.com/groups/global/AllUsers' };
	await grantTo('b', { ID: one.name }, { ID: third.name }, group);
	const accounts = [{ sourceAccount: one.name, destinationAccount: other.name }];
	const { summary, hints } = await run({ keepAcl: true, accountMap: { values: accounts } });
	expect(summary).toMatchObject({ done: true, copied: 3, notKept: { grantees: 1, groups: 1 } });
	expect(hints).toEqual([
		"1 copy is missing the original's grants to groups, such as public access, which are never copied. Grant access with the bucket policy.",
		`1 copy is missing some of the original's grants. 'Account Map' has no account for: ${third.name}.`,
	]);
	const granted = async (key: string) => {
		const { Owner, Grants = [] } = await acl(key);
		return Grants.filter(({ Grantee }) => Grantee?.ID !== Owner?.ID).map(({ Grantee, Permission }) => [
			Grantee?.ID ?? Grantee?.URI,
			Permission,
		]);
	};
	expect(await granted('a')).toEqual([[other.name, 'READ']]);
	expect(await granted('b')).toEqual([[other.name, 'READ']]);
	expect(await granted('c')).toEqual([]);
	const client = new S3Client({
		endpoint: server.endpoint,
		region: server.region,
		forcePathStyle: true,
		credentials: other,
	});
	expect(await (await client.send(new GetObjectCommand(at('a')))).Body?.transformToString()).toBe('a');
});

test('too much metadata and too many tags are refusals of their objects, and of no others', async () => {
	const { put, run } = await setUp();
	const nine = Array.from({ length: 9 }, (_, index) => `t${index}=1`).join('&');
	await put('many', 'x', { Tagging: nine });
	await put('long', 'x', { Metadata: { a: 'x'.repeat(1500) } });
	await put('fine', 'x');
	const options = {
		metadataMap: { values: [change('add', 'b', 'y'.repeat(600))] },
		tagMap: { values: [change('add', 'n1', ''), change('add', 'n2', '')] },
	};
	const { summary } = await run(options);
	expect(summary).toMatchObject({ copied: 1, failed: 2 });
	expect(summary.errors).toMatchObject([
		{ key: 'from/long', code: 'MetadataTooLarge' },
		{ key: 'from/many', code: 'TooManyTags', message: expect.stringMatching(/would have more than ten tags$/) },
	]);
});

test('limits of requests and bytes hold for all objects together', async () => {
	const { put, run } = await setUp('streamed');
	for (const key of ['a', 'b', 'c', 'd']) await put(key, randomBytes(MiB / 2));
	const secondsWith = async (limit: object) => {
		const start = performance.now();
		expect((await run(limit, { compare: 'always' })).summary).toMatchObject({ done: true, copied: 4 });
		return (performance.now() - start) / 1000;
	};
	const free = await secondsWith({});
	// What a busy machine takes for the same without a limit comes on top.
	const most = 3 + 2 * free;
	let limited = Infinity;
	// A pause of the machine prolongs one run, and not all of them.
	for (let tries = 0; tries < 3 && limited >= most; tries++) {
		limited = await secondsWith({ maxMibPerSecond: 1.5 });
		expect(limited).toBeGreaterThan(1);
	}
	expect(limited).toBeLessThan(most);
	// Two listings, and for each object the content, a look at what it replaces, and the copy.
	expect(await secondsWith({ maxRequestsPerSecond: 10 })).toBeGreaterThan(0.9);
});
