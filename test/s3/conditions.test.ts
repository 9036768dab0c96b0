import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { keysIn, putMany } from '../support/manyObjects';
import { jsonOf, keepBinary } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';

const content = async (Bucket: string, Key: string) =>
	await (await sdk.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

/** Creates a versioned bucket, in which this server ignores `If-None-Match`. */
const makeIgnoringBucket = async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return bucket;
};

const versionsOf = async (Bucket: string, Prefix: string) =>
	(await sdk.send(new ListObjectVersionsCommand({ Bucket, Prefix }))).Versions?.length ?? 0;

test('this server ignores the condition', async () => {
	const Bucket = await makeIgnoringBucket();
	for (const Body of ['one', 'two']) await sdk.send(new PutObjectCommand({ Bucket, Key: 'a', Body, IfNoneMatch: '*' }));
	expect(await content(Bucket, 'a')).toBe('two');
});

describe('no object is lost on a server that ignores the condition', () => {
	const upload = (bucket: string, onConflict: string) => ({
		bucket,
		key: 'a',
		source: 'text',
		text: 'new',
		onConflict,
	});

	test.each(['fail', 'skip', 'rename', 'skipIfSame'])('upload, %s', async (onConflict) => {
		const bucket = await makeIgnoringBucket();
		await sdk.send(
			new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: onConflict === 'skipIfSame' ? 'new' : 'old' }),
		);
		const items = [{ json: {} }];
		await s3('object.upload', upload(bucket, onConflict), { items, continueOnFail: true });
		expect(await versionsOf(bucket, 'a')).toBe(onConflict === 'rename' ? 2 : 1);
	});

	test.each(['fail', 'skip', 'rename'])('copy, %s', async (onConflict) => {
		const bucket = await makeIgnoringBucket();
		for (const Key of ['a', 'b']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
		const pair = { sourceBucket: bucket, sourceKey: 'b', destinationBucket: bucket, destinationKey: 'a' };
		await s3('object.copy', { ...pair, onConflict }, { continueOnFail: true });
		expect(await content(bucket, 'a')).toBe('a');
	});

	test('copy to another connection', async () => {
		const [from, to] = [await makeBucket(), await makeIgnoringBucket()];
		for (const Bucket of [from, to]) await sdk.send(new PutObjectCommand({ Bucket, Key: 'a', Body: Bucket }));
		const pair = { sourceBucket: from, sourceKey: 'a', destinationBucket: to, destinationKey: 'a' };
		const parameters = { ...pair, destination: 'destinationConnection', onConflict: 'skip' };
		expect(await one('object.copy', parameters)).toMatchObject({ skipped: true });
		expect(await content(to, 'a')).toBe(to);
	});

	test('parallel items never share a key', async () => {
		const bucket = await makeIgnoringBucket();
		const items = Array.from({ length: 6 }, (_, index) => ({ json: { index } }));
		const parameters = { bucket, key: 'same.json', source: 'json', onConflict: 'rename' };
		const names = jsonOf(await s3('object.upload', parameters, { items })).map(({ key }) => String(key));
		expect(new Set(names).size).toBe(6);
		for (const [index, name] of names.entries()) expect(await content(bucket, name)).toBe(JSON.stringify({ index }));
	});

	test('many items of one name take a few requests each', async () => {
		const bucket = await makeBucket();
		const proxy = await startProxy(server.endpoint);
		const items = Array.from({ length: 40 }, (_, index) => ({ json: { index } }));
		const parameters = { bucket, key: 'same.json', source: 'json', onConflict: 'rename' };
		const output = await s3('object.upload', parameters, { items, connection: { endpoint: proxy.url } });
		expect(new Set(jsonOf(output).map(({ key }) => key)).size).toBe(40);
		expect(proxy.requests.length).toBeLessThan(40 * 5);
	});

	test('multipart upload', async () => {
		const bucket = await makeIgnoringBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
		const items = [{ json: {}, binary: { data: await keepBinary(randomBytes(9 * 1024 ** 2)) } }];
		const words = (await refusal(s3('object.upload', { bucket, key: 'a', onConflict: 'fail' }, { items }))).message;
		expect(words).toBe("The object 'a' already exists");
		expect(await content(bucket, 'a')).toBe('old');
	});
});

test('retries without a condition that the server rejects, and omits it from then on', async () => {
	const bucket = await makeBucket();
	const proxy = await startProxy(server.endpoint, ({ headers }) =>
		headers['if-none-match'] ? refused(501, 'NotImplemented', 'A header you provided is not implemented') : 'pass',
	);
	const connection = { endpoint: proxy.url };
	const upload = (key: string) => ({ bucket, key, source: 'text', text: 'x', onConflict: 'fail' });
	const sent = () => proxy.taken().map((line) => line.split(' ')[0]);
	expect(await one('object.upload', upload('a'), { connection })).toMatchObject({ uploaded: true });
	expect(sent()).toEqual(['HEAD', 'PUT', 'PUT']);
	expect(await one('object.upload', upload('b'), { connection })).toMatchObject({ uploaded: true });
	expect(sent()).toEqual(['HEAD', 'PUT']);
	expect((await refusal(s3('object.upload', upload('a'), { connection }))).message).toContain('already');
	expect(sent()).toEqual(['HEAD']);
});

test('a server that does not know another part of a request still gets the condition', async () => {
	const bucket = await makeBucket();
	const proxy = await startProxy(server.endpoint, ({ headers }) =>
		headers['x-amz-acl'] ? refused(501, 'NotImplemented', 'A header you provided is not implemented') : 'pass',
	);
	const connection = { endpoint: proxy.url };
	const upload = { bucket, key: 'a', source: 'text', text: 'x', onConflict: 'fail' };
	await refusal(s3('object.upload', { ...upload, options: { acl: 'private' } }, { connection }));
	proxy.requests.splice(0);
	await s3('object.upload', upload, { connection });
	expect(proxy.requests.map(({ method, headers }) => [method, headers['if-none-match']])).toEqual([
		['HEAD', undefined],
		['PUT', '*'],
	]);
});

describe('a copy whose answer was lost', () => {
	/** S3 makes the copy, its answer is lost, and the retry meets the copy. */
	const losingAnswers = async () => {
		let copies = 0;
		const proxy = await startProxy(server.endpoint, ({ headers }) => {
			if (!headers['x-amz-copy-source']) return 'pass';
			return ++copies === 1 ? { at: 0, how: 'lost' } : refused(412, 'PreconditionFailed');
		});
		return { endpoint: proxy.url };
	};
	const pairIn = (bucket: string) => ({
		...{ sourceBucket: bucket, sourceKey: 'a' },
		...{ destinationBucket: bucket, destinationKey: 'b' },
	});
	const keysOf = async (Bucket: string) =>
		((await sdk.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).map(({ Key }) => Key);

	test.each(['fail', 'skip', 'rename'])('is not taken for the object of somebody else: %s', async (onConflict) => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'content' }));
		const copied = await one('object.copy', { ...pairIn(bucket), onConflict }, { connection: await losingAnswers() });
		expect(copied).toMatchObject({ copied: true, key: 'b' });
		expect(await keysOf(bucket)).toEqual(['a', 'b']);
	});

	test('a move deletes the original then', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'content' }));
		const connection = await losingAnswers();
		const moved = await one('object.move', { ...pairIn(bucket), onConflict: 'rename' }, { connection });
		expect(moved).toMatchObject({ moved: true, key: 'b' });
		expect(await keysOf(bucket)).toEqual(['b']);
	});

	test('a move keeps the original where only the metadata is the same', async () => {
		const bucket = await makeBucket();
		const Metadata = { sha256: 'f'.repeat(64) };
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'ours', Metadata }));
		let copies = 0;
		const proxy = await startProxy(server.endpoint, async ({ headers }) => {
			if (!headers['x-amz-copy-source']) return 'pass';
			if (++copies > 1) return refused(412, 'PreconditionFailed');
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'them', Metadata }));
			return 'reset';
		});
		const moving = s3(
			'object.move',
			{ ...pairIn(bucket), onConflict: 'fail' },
			{ connection: { endpoint: proxy.url } },
		);
		expect((await refusal(moving)).message).toContain('its response was lost');
		expect([await content(bucket, 'a'), await content(bucket, 'b')]).toEqual(['ours', 'them']);
	});

	test('where it cannot be told whose object it is, nothing more is written, and the message says so', async () => {
		const bucket = await makeBucket();
		const items = [{ json: {}, binary: { data: await keepBinary(randomBytes(9 * 1024 ** 2)) } }];
		await s3('object.upload', { bucket, key: 'a' }, { items });
		const pair = { ...pairIn(bucket), onConflict: 'rename' };
		const { message, description } = await refusal(s3('object.move', pair, { connection: await losingAnswers() }));
		expect(message).toBe(`S3 may have written the object 'b' in bucket '${bucket}', but its response was lost`);
		expect(description).toContain('Check the object');
		expect(await keysOf(bucket)).toEqual(['a', 'b']);
	});
});

describe('a move keeps the original', () => {
	const pairIn = (bucket: string) => ({
		...{ sourceBucket: bucket, sourceKey: 'a' },
		...{ destinationBucket: bucket, destinationKey: 'b' },
	});

	test('where something else writes to the destination right after the copy', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'ours' }));
		let isCopied = false;
		const proxy = await startProxy(server.endpoint, async ({ method, headers, url = '' }): Promise<'pass'> => {
			if (headers['x-amz-copy-source']) isCopied = true;
			else if (isCopied && method === 'HEAD' && url.includes('/b'))
				await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'them' }));
			return 'pass';
		});
		const { message } = await refusal(s3('object.move', pairIn(bucket), { connection: { endpoint: proxy.url } }));
		expect(message).toContain("Another program wrote 'b'");
		expect(await content(bucket, 'a')).toBe('ours');
	});

	test.each([
		['a SHA-256 in the metadata', { sha256: 'f'.repeat(64) }],
		['the ETag of the original in the metadata', undefined],
	])('unless Skip if Same copies it once more, for %s proves nothing', async (_, given) => {
		const bucket = await makeBucket();
		// In parts, so that its ETag is no MD5.
		const { Bucket, Key, UploadId } = await sdk.send(
			new CreateMultipartUploadCommand({ Bucket: bucket, Key: 'a', Metadata: given }),
		);
		const part = { Bucket, Key, UploadId, PartNumber: 1 };
		const { ETag } = await sdk.send(new UploadPartCommand({ ...part, Body: 'ours' }));
		const Parts = [{ PartNumber: 1, ETag }];
		await sdk.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }));
		const head = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }));
		const Metadata = given ?? { 'source-etag': String(head.ETag).replaceAll('"', '') };
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'them', Metadata }));
		// Not what this is about, and moto has no ACL for these.
		const skipping = { ...pairIn(bucket), onConflict: 'skipIfSame', options: { keepAcl: false } };
		expect(await one('object.move', skipping)).toMatchObject({ moved: true });
		expect(await content(bucket, 'b')).toBe('ours');
	});

	test('where Skip if Same has compared it with something that changes before the deletion', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'ours' }));
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'ours' }));
		let compared = 0;
		const proxy = await startProxy(server.endpoint, async ({ method, url = '' }): Promise<'pass'> => {
			if (method === 'HEAD' && url.includes('/b') && ++compared === 2)
				await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'them' }));
			return 'pass';
		});
		const skipping = { ...pairIn(bucket), onConflict: 'skipIfSame' };
		const { message } = await refusal(s3('object.move', skipping, { connection: { endpoint: proxy.url } }));
		expect(message).toContain("'b' no longer has the same content as 'a', so the original was kept");
		expect([await content(bucket, 'a'), await content(bucket, 'b')]).toEqual(['ours', 'them']);
	});

	test('no longer, where Skip if Same has found the same content', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'ours' }));
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'b', Body: 'ours', Metadata: { is: 'kept' } }));
		const skipping = { ...pairIn(bucket), onConflict: 'skipIfSame' };
		expect(await one('object.move', skipping)).toMatchObject({ moved: true, key: 'b' });
		const { Metadata } = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'b' }));
		expect([Metadata, await one('object.exists', { bucket, key: 'a' })]).toMatchObject([
			{ is: 'kept' },
			{ exists: false },
		]);
	});

	test('that is written anew while it is copied', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
		let isCopied = false;
		const proxy = await startProxy(server.endpoint, async ({ method, headers, url = '' }): Promise<'pass'> => {
			if (headers['x-amz-copy-source']) isCopied = true;
			else if (isCopied && method === 'HEAD' && url.includes('/b'))
				await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'new' }));
			return 'pass';
		});
		const { message } = await refusal(s3('object.move', pairIn(bucket), { connection: { endpoint: proxy.url } }));
		expect(message).toContain("'a' has changed since it was copied");
		expect([await content(bucket, 'a'), await content(bucket, 'b')]).toEqual(['new', 'old']);
	});

	test('that changes after the copy, and says so', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'ours' }));
		const proxy = await startProxy(server.endpoint, ({ method }) =>
			method === 'DELETE' ? refused(412, 'PreconditionFailed') : 'pass',
		);
		const { message } = await refusal(s3('object.move', pairIn(bucket), { connection: { endpoint: proxy.url } }));
		expect(message).toBe("'a' has changed since it was copied to 'b', so both the original and the copy remain");
	});
});

test("a move with 'Source If Match' moves only the original that is meant", async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
	const { etag: sourceIfMatch } = await one('object.get', { bucket, key: 'a' });
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'new' }));
	const pair = { sourceBucket: bucket, sourceKey: 'a', destinationBucket: bucket, destinationKey: 'b' };
	const move = async (etag: unknown) => await s3('object.move', { ...pair, options: { sourceIfMatch: etag } });
	const { message } = await refusal(move(sourceIfMatch));
	expect(message).toContain('has changed, or already exists');
	expect((await refusal(move(''))).message).toContain("'Source If Match' is empty");
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(Contents.map(({ Key }) => Key)).toEqual(['a']);
	expect(jsonOf(await move((await one('object.get', { bucket, key: 'a' })).etag))).toMatchObject([{ moved: true }]);
	expect(await content(bucket, 'b')).toBe('new');
});

describe('a condition on the source is not taken for one on the destination', () => {
	test.each(['rename', 'skip', 'fail'])('%s', async (onConflict) => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a' }));
		const proxy = await startProxy(server.endpoint, ({ headers }) =>
			headers['x-amz-copy-source-if-match'] ? refused(412, 'PreconditionFailed') : 'pass',
		);
		const pair = { sourceBucket: bucket, sourceKey: 'a', destinationBucket: bucket, destinationKey: 'b' };
		const parameters = { ...pair, onConflict, options: { sourceIfMatch: 'another' } };
		const { message } = await refusal(s3('object.copy', parameters, { connection: { endpoint: proxy.url } }));
		expect(message).toContain('has changed, or already exists');
		expect(proxy.requests.length).toBeLessThan(6);
		const { KeyCount } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
		expect(KeyCount).toBe(1);
	});
});

describe("'If Match' holds on a server that ignores it", () => {
	const options = { ifMatch: '00000000000000000000000000000000' };
	const state = 'has changed, or already exists';

	test('upload', async () => {
		const bucket = await makeIgnoringBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
		const upload = { bucket, key: 'a', source: 'text', text: 'new' };
		expect((await refusal(s3('object.upload', { ...upload, options }))).message).toContain(state);
		expect(await content(bucket, 'a')).toBe('old');
		const { etag: ifMatch } = await one('object.get', { bucket, key: 'a' });
		expect(await one('object.upload', { ...upload, options: { ifMatch } })).toMatchObject({ uploaded: true });
	});

	test('delete, alone and among others', async () => {
		const bucket = await makeBucket();
		for (const Key of ['a', 'b']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: Key }));
		expect((await refusal(s3('object.delete', { bucket, key: 'a', options }))).message).toContain(state);
		const { etag } = await one('object.get', { bucket, key: 'b' });
		const items = [{ json: { key: 'a', etag: options.ifMatch } }, { json: { key: 'b', etag } }];
		const parameters = {
			bucket,
			key: ({ json }: { json: { key?: unknown } }) => json.key,
			options: ({ json }: { json: { etag?: unknown } }) => ({ ifMatch: json.etag }),
		};
		const output = jsonOf(await s3('object.delete', parameters, { items, continueOnFail: true }));
		expect(output).toEqual([
			{ error: expect.objectContaining({ code: 'PreconditionFailed' }) },
			expect.objectContaining({ deleted: true, key: 'b' }),
		]);
		expect(await content(bucket, 'a')).toBe('a');
	});

	test('complete', async () => {
		const bucket = await makeBucket();
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'old' }));
		const { uploadId } = await one('multipartUpload.create', { bucket, key: 'a' });
		await one('multipartUpload.uploadPart', { bucket, key: 'a', uploadId, partNumber: 1, source: 'text', text: 'new' });
		const complete = { bucket, key: 'a', uploadId };
		for (const conditions of [options, { ifNoneMatch: '*' }])
			await refusal(s3('multipartUpload.complete', { ...complete, options: conditions }));
		expect(await content(bucket, 'a')).toBe('old');
	});
});

test('Fail ends the copy of a folder at the first taken key', async () => {
	const bucket = await makeBucket();
	const names = Array.from({ length: 200 }, (_, index) => String(index).padStart(3, '0'));
	for (const name of names) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `f/${name}`, Body: 'x' }));
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'g/000', Body: 'old' }));
	const pair = { sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' };
	// The others are slow, so that the first one is refused before half of them have been copied.
	const proxy = await startProxy(server.endpoint, ({ url = '', headers }) =>
		'x-amz-copy-source' in headers && !url.includes('/000') ? { answerAfter: 300 } : 'pass',
	);
	const connection = { endpoint: proxy.url };
	const { message } = await refusal(s3('folder.copy', { ...pair, onConflict: 'fail' }, { connection }));
	expect(message).toBe("The object 'g/000' already exists");
	const { KeyCount = 0 } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'g/' }));
	expect(KeyCount).toBeLessThan(100);
}, 60_000);

describe('a dry run reports the state of the destination', () => {
	const makeFolders = async () => {
		const bucket = await makeBucket();
		const put = async (Key: string, Body: string) =>
			await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
		await put('f/same.txt', 'x');
		await put('f/other.txt', 'x');
		await put('f/free.txt', 'x');
		await put('g/same.txt', 'x');
		await put('g/other.txt', 'y');
		const pair = { sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' };
		return { bucket, pair };
	};
	const resultsByKey = (output: Awaited<ReturnType<typeof s3>>) =>
		Object.fromEntries(
			jsonOf(output).map(({ sourceKey, key, reason, error }) => [
				String(sourceKey).slice(2),
				String(reason ?? (error as { code?: string } | undefined)?.code ?? key),
			]),
		);

	test.each<[string, Record<string, string>]>([
		['overwrite', { 'free.txt': 'g/free.txt', 'other.txt': 'g/other.txt', 'same.txt': 'g/same.txt' }],
		['skip', { 'free.txt': 'g/free.txt', 'other.txt': 'exists', 'same.txt': 'exists' }],
		['fail', { 'free.txt': 'g/free.txt', 'other.txt': 'PreconditionFailed', 'same.txt': 'PreconditionFailed' }],
		['rename', { 'free.txt': 'g/free.txt', 'other.txt': 'g/other (2).txt', 'same.txt': 'g/same (2).txt' }],
		['skipIfSame', { 'free.txt': 'g/free.txt', 'other.txt': 'g/other.txt', 'same.txt': 'same' }],
	])('folder.copy and folder.move, %s', async (onConflict, expected) => {
		const { pair } = await makeFolders();
		for (const verb of ['copy', 'move'] as const) {
			const dry = await s3(`folder.${verb}`, { ...pair, onConflict, options: { dryRun: true } });
			expect(resultsByKey(dry)).toEqual(expected);
			const changes = Object.values(expected).filter((value) => value.startsWith('g/')).length;
			expect(dry.hints.join()).toContain(changes === 1 ? '1 change is planned' : `${changes} changes are planned`);
		}
		const done = jsonOf(await s3('folder.copy', { ...pair, onConflict }, { continueOnFail: true }));
		const planned = Object.values(expected).filter((value) => value.startsWith('g/')).length;
		if (onConflict === 'fail')
			expect(done.at(-1)).toMatchObject({
				error: { message: expect.stringMatching(/^The object 'g\/.*' already exists$/) },
			});
		else expect(done).toEqual([expect.objectContaining({ objects: planned })]);
	});

	test.each([
		['skip', { skipped: true, reason: 'exists' }],
		['rename', { key: 'g/same (2).txt' }],
	])('object.move, %s', async (onConflict, expected) => {
		const { bucket } = await makeFolders();
		const pair = {
			sourceBucket: bucket,
			sourceKey: 'f/same.txt',
			destinationBucket: bucket,
			destinationKey: 'g/same.txt',
		};
		const dry = await one('object.move', { ...pair, onConflict, options: { dryRun: true } });
		expect(dry).toMatchObject({ moved: false, dryRun: true, exists: true, size: 1, ...expected });
	});
});

describe('a run reports what it did, whatever ends it', () => {
	const bucketWith = async (count: number) => {
		const bucket = await makeBucket();
		await putMany(bucket, keysIn('f', count));
		return bucket;
	};

	test('Stop on First Failure leaves no request running, and reports what was deleted', async () => {
		const bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
		const { VersionId: versionId } = await sdk.send(
			new PutObjectCommand({ Bucket: bucket, Key: 'held', Body: 'x', ObjectLockLegalHoldStatus: 'ON' }),
		);
		const keys = [{ key: 'held', versionId }, ...Array.from({ length: 4999 }, (_, index) => `absent/${index}`)];
		const proxy = await startProxy(server.endpoint);
		const deletes = () => proxy.requests.filter(({ method }) => method === 'POST').length;
		const parameters = { bucket, source: 'keys', keys, options: { stopOnFirst: true } };
		const { description } = await refusal(s3('object.deleteMany', parameters, { connection: { endpoint: proxy.url } }));
		expect(description).toContain('Completed before that: 999 deleted.');
		const sent = deletes();
		// One more would come in this time.
		await sleep(500);
		expect([sent, deletes()]).toEqual([1, 1]);
	});

	test('a listing that fails at its second or third page', async () => {
		const bucket = await bucketWith(2010);
		const failingAfter = async (most: number) => {
			let pages = 0;
			const proxy = await startProxy(server.endpoint, ({ url = '' }) =>
				url.includes('list-type') && ++pages > most ? refused(403, 'AccessDenied') : 'pass',
			);
			return { endpoint: proxy.url };
		};
		const folder = { bucket, folder: 'f' };
		const filtered = { bucket, source: 'prefix', prefix: 'f/' };
		const { description } = await refusal(s3('folder.delete', folder, { connection: await failingAfter(2) }));
		expect(description).toContain('Completed before that: 2,000 objects.');
		const second = await bucketWith(1010);
		const output = await s3(
			'object.deleteMany',
			{ ...filtered, bucket: second },
			{ connection: await failingAfter(1), continueOnFail: true },
		);
		expect(output).toHaveLength(1001);
		expect(output.at(-1)?.json).toMatchObject({ error: { code: 'AccessDenied' } });
	}, 300_000);

	test('what S3 says of most keys is kept where a retry for the others fails', async () => {
		const bucket = await makeBucket();
		const keys = Array.from({ length: 10 }, (_, index) => `k${index}`);
		const busy = `<DeleteResult>${keys
			.map((key) =>
				key === 'k3' ? `<Error><Key>${key}</Key><Code>SlowDown</Code></Error>` : `<Deleted><Key>${key}</Key></Deleted>`,
			)
			.join('')}</DeleteResult>`;
		let requests = 0;
		const proxy = await startProxy(server.endpoint, ({ method }) => {
			if (method === 'GET' || method === 'HEAD') return 'pass';
			return requests++ === 0
				? { status: 200, headers: { 'content-type': 'application/xml' }, body: busy }
				: refused(403, 'AccessDenied');
		});
		const parameters = { bucket, source: 'keys', keys };
		const output = await s3('object.deleteMany', parameters, { connection: { endpoint: proxy.url } });
		const refusedKeys = jsonOf(output).flatMap(({ deleted, key }) => (deleted ? [] : [key]));
		expect([output.length, refusedKeys]).toEqual([10, ['k3']]);
	});

	test('Bucket Delete that a lock stops leaves incomplete uploads alone', async () => {
		const bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'held', Body: 'x', ObjectLockLegalHoldStatus: 'ON' }));
		const { uploadId } = await one('multipartUpload.create', { bucket, key: 'under-way' });
		await refusal(s3('bucket.delete', { bucket, options: { emptyFirst: true } }));
		const uploads = jsonOf(await s3('multipartUpload.getAll', { bucket }));
		expect(uploads.map(({ uploadId: id }) => id)).toEqual([uploadId]);
	});

	test('credentials that expire in the middle of a folder end the run at once', async () => {
		const bucket = await bucketWith(300);
		let copies = 0;
		const proxy = await startProxy(server.endpoint, ({ method }) =>
			method === 'PUT' && ++copies > 50 ? refused(400, 'ExpiredToken') : 'pass',
		);
		const pair = { sourceBucket: bucket, sourceFolder: 'f', destinationBucket: bucket, destinationFolder: 'g' };
		const output = await s3('folder.copy', pair, { connection: { endpoint: proxy.url }, continueOnFail: true });
		expect(jsonOf(output)).toEqual([
			expect.objectContaining({ copied: false, objects: expect.any(Number), failed: expect.any(Number) }),
			{ error: expect.objectContaining({ code: 'ExpiredToken' }) },
		]);
		expect(copies).toBeLessThan(100);
	});
});
