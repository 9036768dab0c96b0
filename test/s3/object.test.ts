import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
	DeleteObjectCommand,
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListMultipartUploadsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { jsonOf, keepBinary, readBinary } from '../support/n8n';
import type { Decision } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { get, makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { until } from '../support/until';

const MiB = 1024 ** 2;

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (key: string, Body: string | Buffer = 'x', more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body, ContentLength: Body.length, ...more }));

const stored = async (key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};

describe('upload', () => {
	test('text with its MIME type', async () => {
		const item = await one('object.upload', {
			bucket,
			key: 'a.csv',
			source: 'text',
			text: 'ü,1\n',
			mimeType: 'text/csv',
		});
		expect(item).toMatchObject({
			uploaded: true,
			bucket,
			key: 'a.csv',
			size: 5,
			contentType: 'text/csv',
			etag: createHash('md5').update('ü,1\n').digest('hex'),
		});
		expect(String(await stored('a.csv'))).toBe('ü,1\n');
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a.csv' }))).toMatchObject({
			ContentType: 'text/csv',
		});
	});

	test('the JSON of each item', async () => {
		const items = [{ json: { a: 1 } }, { json: { a: 'ß' } }];
		await s3(
			'object.upload',
			{ bucket, key: (_: unknown, index: number) => `${index}.json`, source: 'json' },
			{ items },
		);
		expect([String(await stored('0.json')), String(await stored('1.json'))]).toEqual(['{"a":1}', '{"a":"ß"}']);
	});

	test.each([0, 1, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1, 30 * MiB])('a file of %d bytes, byte for byte', async (size) => {
		const bytes = randomBytes(size);
		const items = [{ json: {}, binary: { file: await keepBinary(bytes, 'a.bin', 'image/png') } }];
		const item = await one(
			'object.upload',
			{ bucket, key: 'a', source: 'binary', binaryPropertyName: 'file' },
			{ items },
		);
		expect(item).toMatchObject({ size, contentType: 'image/png' });
		expect((await stored('a')).equals(bytes)).toBe(true);
	});

	test('a file in the memory of n8n', async () => {
		const items = [
			{ json: {}, binary: { data: { data: Buffer.from('hello').toString('base64'), mimeType: 'text/plain' } } },
		];
		await s3('object.upload', { bucket, key: 'm.txt' }, { items });
		expect(String(await stored('m.txt'))).toBe('hello');
	});

	test('metadata, headers, tags, storage class and ACL', async () => {
		await s3('object.upload', {
			bucket,
			key: 'full.txt',
			source: 'text',
			text: 'x',
			options: {
				metadata: { values: [{ name: 'owner', value: 'me' }] },
				tags: { values: [{ name: 'a b', value: 'c&d=e' }] },
				cacheControl: 'max-age=1',
				contentDisposition: 'attachment; filename="x.txt"',
				contentEncoding: 'identity',
				contentLanguage: 'de',
				contentType: 'text/x-mine',
				expires: '2030-01-02T03:04:05Z',
				storageClass: 'STANDARD_IA',
				acl: 'public-read',
			},
		});
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'full.txt' }))).toMatchObject({
			Metadata: { owner: 'me' },
			CacheControl: 'max-age=1',
			ContentDisposition: 'attachment; filename="x.txt"',
			ContentEncoding: 'identity',
			ContentLanguage: 'de',
			ContentType: 'text/x-mine',
			StorageClass: 'STANDARD_IA',
		});
		const { TagSet } = await sdk.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'full.txt' }));
		expect(TagSet).toEqual([{ Key: 'a b', Value: 'c&d=e' }]);
		expect(await one('object.getAcl', { bucket, key: 'full.txt' })).toMatchObject({
			grants: expect.arrayContaining([expect.objectContaining({ permission: 'READ' })]),
		});
	});

	test('If Exists: Fail and Skip keep the object, Overwrite replaces it', async () => {
		await put('there', 'old');
		const parameters = { bucket, key: 'there', source: 'text', text: 'new' };
		expect(await refusal(s3('object.upload', { ...parameters, onConflict: 'fail' }))).toMatchObject({
			message: expect.stringContaining('there'),
		});
		expect(await one('object.upload', { ...parameters, onConflict: 'skip' })).toMatchObject({
			uploaded: false,
			skipped: true,
		});
		expect(String(await stored('there'))).toBe('old');
		await s3('object.upload', { ...parameters, onConflict: 'overwrite' });
		expect(String(await stored('there'))).toBe('new');
	});

	test('If Exists applies to multipart uploads', async () => {
		await put('there', 'old');
		const items = [{ json: {}, binary: { data: await keepBinary(randomBytes(9 * MiB)) } }];
		expect(await one('object.upload', { bucket, key: 'there', onConflict: 'skip' }, { items })).toMatchObject({
			skipped: true,
		});
		expect(String(await stored('there'))).toBe('old');
		const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
		expect(Uploads).toEqual([]);
	});

	test('with SSE-C: readable only with the same key', async () => {
		const options = { sseCustomerKey: randomBytes(32).toString('base64') };
		await s3('object.upload', { bucket, key: 'secret', source: 'text', text: 'psst', options });
		expect((await refusal(s3('object.download', { bucket, key: 'secret' }))).message).toBe(
			`The object 'secret' in bucket '${bucket}' is encrypted with a customer-provided key (SSE-C)`,
		);
		const [item] = await s3('object.download', { bucket, key: 'secret', options });
		expect(String(await readBinary(item?.binary?.data ?? { data: '', mimeType: '' }))).toBe('psst');
	});

	test('with SSE-C, as a multipart upload', async () => {
		const options = { sseCustomerKey: randomBytes(32).toString('base64') };
		const bytes = randomBytes(17 * MiB);
		await s3(
			'object.upload',
			{ bucket, key: 'big', options },
			{ items: [{ json: {}, binary: { data: await keepBinary(bytes) } }] },
		);
		const [item] = await s3('object.download', { bucket, key: 'big', options });
		expect((await readBinary(item?.binary?.data ?? { data: '', mimeType: '' })).equals(bytes)).toBe(true);
	});

	test('multipart with a checksum: sends the checksum and the size of the whole object', async () => {
		const bytes = randomBytes(17 * MiB);
		const proxy = await startProxy(server.endpoint);
		await s3(
			'object.upload',
			{ bucket, key: 'summed', options: { checksumAlgorithm: 'CRC32' } },
			{ items: [{ json: {}, binary: { data: await keepBinary(bytes) } }], connection: { endpoint: proxy.url } },
		);
		const beginMultipartUpload = proxy.requests.find(
			({ method, url }) => method === 'POST' && url?.includes('uploads'),
		);
		expect(beginMultipartUpload?.headers).toMatchObject({
			'x-amz-checksum-algorithm': 'CRC32',
			'x-amz-checksum-type': 'FULL_OBJECT',
		});
		const sum = Buffer.alloc(4);
		sum.writeUInt32BE(crc32(bytes));
		expect(proxy.requests.at(-1)?.headers).toMatchObject({
			'x-amz-checksum-crc32': sum.toString('base64'),
			'x-amz-checksum-type': 'FULL_OBJECT',
			'x-amz-mp-object-size': String(bytes.length),
		});
	});

	test('a missing source file leaves the old object unchanged', async () => {
		await put('keep', 'old');
		const whole = await keepBinary(randomBytes(20 * MiB));
		const broken = { ...whole, id: 'no-such-file' };
		const items = [{ json: {}, binary: { data: broken } }];
		expect((await refusal(s3('object.upload', { bucket, key: 'keep' }, { items }))).message).toContain('no-such-file');
		expect(String(await stored('keep'))).toBe('old');
	});

	test('canceling leaves no parts', async () => {
		const cancel = new AbortController();
		const items = [{ json: {}, binary: { data: await keepBinary(randomBytes(64 * MiB)) } }];
		const unfinished = async () => (await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? [];
		// Without its last part, the upload cannot be complete before it is canceled.
		const proxy = await startProxy(server.endpoint, ({ url = '' }) =>
			url.includes('partNumber=8&') ? 'silence' : 'pass',
		);
		const connection = { endpoint: proxy.url };
		const running = refusal(s3('object.upload', { bucket, key: 'big' }, { items, connection, cancel: cancel.signal }));
		await until(async () => (await unfinished()).length > 0).finally(() => cancel.abort());
		expect(await running).toMatchObject({ message: 'The execution was stopped' });
		await until(async () => (await unfinished()).length === 0);
		expect(await one('object.exists', { bucket, key: 'big' })).toMatchObject({ exists: false });
	});
});

describe('keys', () => {
	const keys = [
		'a#b.txt',
		'a?b.txt',
		'a%20b.txt',
		'../x.txt',
		'a+b.txt',
		'a b.txt',
		'ü ß 🦀.txt',
		'a//b',
		'/leading',
		'trailing/',
		'./x',
		'quote\'"<>&.txt',
		'tab\tnew\nline\r',
		'x'.repeat(1024),
		'ü'.repeat(512),
	];

	test.each(keys)('%p is stored, listed, read, copied and deleted exactly', async (key) => {
		await s3('object.upload', { bucket, key, source: 'text', text: `of ${key}` });
		expect(String(await stored(key))).toBe(`of ${key}`);
		expect(jsonOf(await s3('object.getAll', { bucket, returnAll: true }))).toEqual([expect.objectContaining({ key })]);
		const [item] = await s3('object.download', { bucket, key });
		expect(String(await readBinary(item?.binary?.data ?? { data: '', mimeType: '' }))).toBe(`of ${key}`);
		await s3('object.copy', {
			sourceBucket: bucket,
			sourceKey: key,
			destinationBucket: bucket,
			destinationKey: 'copy',
		});
		expect(String(await stored('copy'))).toBe(`of ${key}`);
		const [json] = jsonOf(await s3('presignedUrl.download', { bucket, key }));
		expect(await get(String(json?.url))).toBe(`of ${key}`);
		expect(jsonOf(await s3('object.delete', { bucket, key: [key, 'copy'].at(0) }))).toEqual([
			{ deleted: true, bucket, key },
		]);
		expect(jsonOf(await s3('object.getAll', { bucket, returnAll: true }))).toEqual([
			expect.objectContaining({ key: 'copy' }),
		]);
	});

	test('deleteMany deletes all of them', async () => {
		for (const key of keys) await put(key);
		const output = jsonOf(await s3('object.deleteMany', { bucket, keys: JSON.stringify(keys) }));
		expect(output.map(({ key, deleted }) => [key, deleted])).toEqual(keys.map((key) => [key, true]));
		expect(await s3('object.getAll', { bucket, returnAll: true })).toHaveLength(0);
	});

	test('an address gives both bucket and key', async () => {
		await put('folder/ä b.txt', 'here');
		for (const value of [
			`s3://${bucket}/folder/ä b.txt`,
			`https://${bucket}.s3.eu-west-1.amazonaws.com/folder/%C3%A4%20b.txt`,
		]) {
			expect(await one('object.exists', { bucket: '', key: { __rl: true, mode: 'url', value } })).toMatchObject({
				exists: true,
				key: 'folder/ä b.txt',
			});
		}
	});
});

describe('download', () => {
	test('content as a binary file, properties as JSON', async () => {
		await put('a/b.json', '{"x":1}', { ContentType: 'application/json', Metadata: { who: 'me' } });
		const [item] = await s3('object.download', { bucket, key: 'a/b.json', binaryPropertyName: 'file' });
		expect(item?.json).toMatchObject({
			bucket,
			key: 'a/b.json',
			size: 7,
			contentType: 'application/json',
			metadata: { who: 'me' },
			etag: expect.stringMatching(/^[0-9a-f]{32}$/),
			lastModified: expect.stringMatching(/^\d{4}-.*Z$/),
		});
		expect(item?.binary?.file).toMatchObject({ fileName: 'b.json', mimeType: 'application/json' });
	});

	test('a range of bytes', async () => {
		await put('r', '0123456789');
		const [item] = await s3('object.download', { bucket, key: 'r', options: { range: '2-4' } });
		expect(String(await readBinary(item?.binary?.data ?? { data: '', mimeType: '' }))).toBe('234');
	});

	test('a version', async () => {
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
		const { VersionId } = await put('v', 'one');
		await put('v', 'two');
		const [item] = await s3('object.download', { bucket, key: 'v', options: { versionId: VersionId } });
		expect(item?.json.versionId).toBe(VersionId);
		expect(String(await readBinary(item?.binary?.data ?? { data: '', mimeType: '' }))).toBe('one');
	});

	test('conditions', async () => {
		const { ETag = '' } = await put('c');
		await s3('object.download', { bucket, key: 'c', options: { ifMatch: ETag.replaceAll('"', '') } });
		expect(await refusal(s3('object.download', { bucket, key: 'c', options: { ifMatch: 'other' } }))).toMatchObject({
			message: expect.stringContaining("'c'"),
		});
		expect(
			await refusal(s3('object.download', { bucket, key: 'c', options: { ifModifiedSince: '2099-01-01T00:00:00Z' } })),
		).toMatchObject({ message: `The object 'c' in bucket '${bucket}' has not changed` });
	});

	test('one missing key among ten with Continue On Fail', async () => {
		for (let index = 0; index < 10; index++) if (index !== 4) await put(`k${index}`, `${index}`);
		const items = Array.from({ length: 10 }, (_, index) => ({ json: { index } }));
		const output = await s3(
			'object.download',
			{ bucket, key: (_: unknown, index: number) => `k${index}` },
			{ items, continueOnFail: true },
		);
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		expect(output[4]?.json).toEqual({
			error: {
				message: `The object 'k4' in bucket '${bucket}' does not exist`,
				description: expect.stringContaining("'Key'"),
				code: 'NoSuchKey',
				httpStatus: 404,
				requestId: expect.any(String),
			},
		});
		expect(output.filter(({ json }) => json.error)).toHaveLength(1);
	});
});

describe('get and exists', () => {
	test('get returns the properties from HEAD', async () => {
		await put('h', 'abc', { ContentType: 'text/x', Metadata: { A: 'b' }, CacheControl: 'no-store' });
		expect(await one('object.get', { bucket, key: 'h' })).toMatchObject({
			bucket,
			key: 'h',
			size: 3,
			contentType: 'text/x',
			storageClass: 'STANDARD',
			metadata: { a: 'b' },
		});
		expect(await one('object.get', { bucket, key: 'h', simplify: false })).toMatchObject({ cacheControl: 'no-store' });
		expect(await refusal(s3('object.get', { bucket, key: 'none' }))).toMatchObject({
			message: `The object 'none' in bucket '${bucket}' does not exist`,
		});
	});

	test('exists returns false for a missing object', async () => {
		await put('e');
		expect(await one('object.exists', { bucket, key: 'e' })).toEqual({ exists: true, bucket, key: 'e' });
		expect(await one('object.exists', { bucket, key: 'E' })).toEqual({ exists: false, bucket, key: 'E' });
	});
});

describe('getAll', () => {
	const keys = ['a.csv', 'a/b.csv', 'a/b.json', 'a/c/d.csv', 'z.txt'];
	const listed = async (parameters: object) =>
		jsonOf(await s3('object.getAll', { bucket, returnAll: true, ...parameters })).map(({ key }) => key);

	beforeEach(async () => {
		for (const [index, key] of keys.entries()) await put(key, 'x'.repeat(index));
	});

	test('everything below a prefix, or one level with its folders', async () => {
		expect(await listed({})).toEqual(keys);
		expect(await listed({ prefix: 'a/' })).toEqual(['a/b.csv', 'a/b.json', 'a/c/d.csv']);
		expect(await listed({ prefix: 'a/', recursive: false })).toEqual(['a/c/', 'a/b.csv', 'a/b.json']);
		const only = (returnOnly: string, more: object) => ({
			prefix: 'a/',
			recursive: false,
			options: { returnOnly },
			...more,
		});
		expect(await listed(only('objects', { returnAll: false, limit: 1 }))).toEqual(['a/b.csv']);
		expect(await listed(only('folders', {}))).toEqual(['a/c/']);
		// All objects are below the prefix, so there are no folders to leave out.
		expect(await listed(only('folders', { recursive: true }))).toContain('a/b.csv');
	});

	test.each([
		['glob', { glob: '**/*.csv' }, ['a.csv', 'a/b.csv', 'a/c/d.csv']],
		['glob with alternatives', { glob: 'a/*.{csv,json}' }, ['a/b.csv', 'a/b.json']],
		['regex', { regex: '^a/.\\.' }, ['a/b.csv', 'a/b.json']],
		['suffix', { suffix: '.txt' }, ['z.txt']],
		['size', { minSize: 1, maxSize: 2 }, ['a/b.csv', 'a/b.json']],
		['time', { modifiedAfter: '2099-01-01T00:00:00Z' }, []],
		['class', { storageClasses: ['GLACIER'] }, []],
		['start', { startAfter: 'a/b.json' }, ['a/c/d.csv', 'z.txt']],
	])('filter by %s', async (_, options, expected) => {
		expect(await listed({ options })).toEqual(expected);
	});

	test('limit, and optional details', async () => {
		expect(await listed({ returnAll: false, limit: 2 })).toEqual(['a.csv', 'a/b.csv']);
		await put('t', 'x', { Tagging: 'k=v', Metadata: { m: 'n' } });
		const [json] = jsonOf(await s3('object.getAll', { bucket, prefix: 't', options: { join: ['tags', 'metadata'] } }));
		expect(json).toMatchObject({ key: 't', tags: { k: 'v' }, metadata: { m: 'n' } });
		expect(Object.keys(json ?? {})).not.toContain('owner');
		expect(await one('object.getAll', { bucket, prefix: 't', simplify: false })).toHaveProperty('owner');
	});

	test('an object that is deleted after it was listed is in the list, without the details', async () => {
		await put('gone', 'x');
		const proxy = await startProxy(server.endpoint, async ({ method, url = '' }): Promise<Decision> => {
			const isMeant = method === 'HEAD' && url.includes('/gone');
			if (isMeant) await sdk.send(new DeleteObjectCommand({ Bucket: bucket, Key: 'gone' }));
			return 'pass';
		});
		const parameters = { bucket, prefix: '', returnAll: true, options: { join: ['metadata'], startAfter: 'a/c' } };
		const found = jsonOf(await s3('object.getAll', parameters, { connection: { endpoint: proxy.url } }));
		expect(found.map(({ key, metadata }) => [key, metadata])).toEqual([
			...[
				['a/c/d.csv', {}],
				['gone', undefined],
				['z.txt', {}],
			],
		]);
	});

	test('more than one page', async () => {
		const items = Array.from({ length: 1100 }, () => ({ json: {} }));
		await s3(
			'object.upload',
			{
				bucket,
				key: (_: unknown, index: number) => `many/${index}`,
				source: 'text',
				text: 'x',
				options: { concurrency: 32 },
			},
			{ items },
		);
		expect(await listed({ prefix: 'many/' })).toHaveLength(1100);
	});
});

describe('copy', () => {
	test('keeps or replaces metadata and tags', async () => {
		await put('from', 'abc', { ContentType: 'text/x', Metadata: { a: 'b' }, Tagging: 't=1' });
		const places = { sourceBucket: bucket, sourceKey: 'from', destinationBucket: bucket };
		expect(await one('object.copy', { ...places, destinationKey: 'kept' })).toMatchObject({
			copied: true,
			sourceKey: 'from',
			key: 'kept',
			etag: expect.any(String),
		});
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'kept' }))).toMatchObject({
			ContentType: 'text/x',
			Metadata: { a: 'b' },
		});
		await s3('object.copy', {
			...places,
			destinationKey: 'new',
			options: {
				metadata: { values: [{ name: 'c', value: 'd' }] },
				contentType: 'text/y',
				tags: { values: [{ name: 'u', value: '2' }] },
			},
		});
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'new' }))).toMatchObject({
			ContentType: 'text/y',
			Metadata: { c: 'd' },
		});
		expect((await sdk.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'new' }))).TagSet).toEqual([
			{ Key: 'u', Value: '2' },
		]);
	});

	test('keeps the ACL if asked to', async () => {
		await put('public', 'x', { ACL: 'public-read' });
		await s3('object.copy', {
			sourceBucket: bucket,
			sourceKey: 'public',
			destinationBucket: bucket,
			destinationKey: 'copy',
			options: { keepAcl: true },
		});
		expect(await one('object.getAcl', { bucket, key: 'copy' })).toMatchObject({
			grants: expect.arrayContaining([expect.objectContaining({ permission: 'READ' })]),
		});
	});

	test('a version, to another bucket', async () => {
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
		const { VersionId } = await put('v', 'one');
		await put('v', 'two');
		const other = await makeBucket();
		await s3('object.copy', {
			sourceBucket: bucket,
			sourceKey: 'v',
			destinationBucket: other,
			destinationKey: 'v',
			options: { sourceVersionId: VersionId },
		});
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: other, Key: 'v' }));
		expect(await Body?.transformToString()).toBe('one');
	});

	test('the error names a missing source', async () => {
		expect(
			await refusal(
				s3('object.copy', { sourceBucket: bucket, sourceKey: 'gone', destinationBucket: bucket, destinationKey: 'x' }),
			),
		).toMatchObject({ message: `The object 'gone' in bucket '${bucket}' does not exist` });
	});
});

describe('delete', () => {
	test('many items become one request, each with its own result', async () => {
		for (let index = 0; index < 5; index++) await put(`d${index}`);
		const items = Array.from({ length: 5 }, () => ({ json: {} }));
		const output = await s3('object.delete', { bucket, key: (_: unknown, index: number) => `d${index}` }, { items });
		expect(jsonOf(output)).toEqual(items.map((_, index) => ({ deleted: true, bucket, key: `d${index}` })));
		expect(output.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
	});

	test('deletes a version, or creates a delete marker without a version ID', async () => {
		await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
		const { VersionId } = await put('v', 'one');
		expect(await one('object.delete', { bucket, key: 'v' })).toMatchObject({
			deleted: true,
			deleteMarker: true,
			deleteMarkerVersionId: expect.any(String),
		});
		expect(await one('object.delete', { bucket, key: 'v', options: { versionId: VersionId } })).toMatchObject({
			deleted: true,
			versionId: VersionId,
		});
	});

	test('dry run deletes nothing', async () => {
		await put('stay');
		expect(await one('object.delete', { bucket, key: 'stay', options: { dryRun: true } })).toMatchObject({
			deleted: false,
			dryRun: true,
		});
		expect(await one('object.exists', { bucket, key: 'stay' })).toMatchObject({ exists: true });
	});
});

describe('deleteMany', () => {
	test('by prefix and filter, after a dry run', async () => {
		for (const key of ['a/1.log', 'a/2.txt', 'b/1.log']) await put(key);
		const parameters = { bucket, source: 'prefix', prefix: 'a/', options: { suffix: '.log' } };
		expect(
			jsonOf(await s3('object.deleteMany', { ...parameters, options: { ...parameters.options, dryRun: true } })),
		).toEqual([{ deleted: false, dryRun: true, bucket, key: 'a/1.log' }]);
		expect(jsonOf(await s3('object.deleteMany', parameters))).toEqual([{ deleted: true, bucket, key: 'a/1.log' }]);
		expect(jsonOf(await s3('object.getAll', { bucket })).map(({ key }) => key)).toEqual(['a/2.txt', 'b/1.log']);
	});

	test('an empty prefix needs Allow Empty Prefix', async () => {
		await put('x');
		expect(await refusal(s3('object.deleteMany', { bucket, source: 'prefix' }))).toMatchObject({
			message: "'Prefix' is empty",
		});
		await s3('object.deleteMany', { bucket, source: 'prefix', options: { wholeBucket: true } });
		expect(await s3('object.getAll', { bucket })).toHaveLength(0);
	});
});

test('setAcl replaces the ACL of an object', async () => {
	await put('acl');
	expect(await one('object.setAcl', { bucket, key: 'acl', options: { acl: 'public-read' } })).toEqual({
		updated: true,
		bucket,
		key: 'acl',
	});
	expect(await one('object.getAcl', { bucket, key: 'acl' })).toMatchObject({
		owner: { id: 'owner' },
		grants: expect.arrayContaining([
			expect.objectContaining({
				permission: 'READ',
				grantee: expect.objectContaining({ uri: expect.stringContaining('AllUsers') }),
			}),
		]),
	});
	await s3('object.setAcl', { bucket, key: 'acl', options: { grantRead: 'id=owner' } });
	expect(await one('object.getAcl', { bucket, key: 'acl' })).toMatchObject({
		grants: [expect.objectContaining({ permission: 'READ', grantee: expect.objectContaining({ id: 'owner' }) })],
	});
});

test('stores a stream of unknown length completely', async () => {
	const binary = await keepBinary(
		Readable.from(
			(function* () {
				for (let i = 0; i < 300; i++) yield Buffer.alloc(70_001, i);
			})(),
		),
	);
	await s3('object.upload', { bucket, key: 'u' }, { items: [{ json: {}, binary: { data: binary } }] });
	expect((await stored('u')).equals(await readBinary(binary))).toBe(true);
});
