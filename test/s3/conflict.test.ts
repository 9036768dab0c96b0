import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { jsonOf, keepBinary } from '../support/n8n';
import { listen } from '../support/listen';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';

const MiB = 1024 ** 2;

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string | Buffer = 'old', more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ...more }));
const content = async (Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
	return await Body?.transformToString();
};
const text = (key: string, words: string, onConflict: string, more: object = {}) => ({
	...{ bucket, key, source: 'text', text: words, onConflict },
	...more,
});
const keys = async () => jsonOf(await s3('object.getAll', { bucket, returnAll: true })).map(({ key }) => key);
const file = async (bytes: Buffer): Promise<INodeExecutionData[]> => [
	{ json: {}, binary: { data: await keepBinary(bytes) } },
];

describe('upload, Rename', () => {
	test('uses the next free name', async () => {
		await put('f/report.pdf');
		await put('f/report (3).pdf');
		await put('f/report (x).pdf');
		await put('f/report (2)/deeper.pdf');
		const names = [];
		for (const words of ['b', 'c', 'd']) {
			const item = await one('object.upload', text('f/report.pdf', words, 'rename'));
			expect(item).toMatchObject({ uploaded: true, renamedFrom: 'f/report.pdf' });
			names.push(item.key);
		}
		expect(names).toEqual(['f/report (2).pdf', 'f/report (4).pdf', 'f/report (5).pdf']);
		expect(await content('f/report.pdf')).toBe('old');
		expect(await content('f/report (4).pdf')).toBe('c');
	});

	test.each([
		['a.tar.gz', 'a.tar (2).gz'],
		['none', 'none (2)'],
		['f.d/none', 'f.d/none (2)'],
		['.profile', '.profile (2)'],
		['f/.profile', 'f/.profile (2)'],
		['ü (2).txt', 'ü (2) (2).txt'],
	])('%s becomes %s', async (key, next) => {
		await put(key);
		expect(await one('object.upload', text(key, 'x', 'rename'))).toMatchObject({ key: next });
	});

	test('parallel items never share a key', async () => {
		const items = Array.from({ length: 20 }, (_, index) => ({ json: { index } }));
		const output = await s3('object.upload', { ...text('same.json', '', 'rename'), source: 'json' }, { items });
		const names = jsonOf(output).map(({ key }) => String(key));
		expect(new Set(names).size).toBe(20);
		for (const [index, name] of names.entries()) expect(await content(name)).toBe(JSON.stringify({ index }));
	});

	test('a multipart upload uses the next free name as well', async () => {
		await put('big.bin');
		const bytes = randomBytes(9 * MiB);
		const items = await file(bytes);
		const item = await one('object.upload', { bucket, key: 'big.bin', onConflict: 'rename' }, { items });
		expect(item).toMatchObject({ key: 'big (2).bin', size: bytes.length });
		expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
	});

	test('rejects a name that gets too long', async () => {
		const key = 'x'.repeat(1022);
		await put(key);
		expect((await refusal(s3('object.upload', text(key, 'x', 'rename')))).message).toContain('no free name');
	});
});

describe('upload, Skip if Same', () => {
	test('skips the same content and replaces different content', async () => {
		await s3('object.upload', text('a', 'one', 'skipIfSame'));
		const again = await one('object.upload', text('a', 'one', 'skipIfSame'));
		expect(again).toEqual({ uploaded: false, skipped: true, reason: 'same', bucket, key: 'a' });
		expect(await one('object.upload', text('a', 'two', 'skipIfSame'))).toMatchObject({ uploaded: true });
		expect(await content('a')).toBe('two');
	});

	test('recognises objects of other clients by ETag, and its own by digest', async () => {
		await put('plain', 'one');
		expect(await one('object.upload', text('plain', 'one', 'skipIfSame'))).toMatchObject({ reason: 'same' });
		// The same length but different content, and an ETag that is no digest.
		const options = { serverSideEncryption: 'aws:kms', kmsKeyId: 'testkey-1' };
		for (const uploaded of [true, false])
			expect(await one('object.upload', text('kms', 'one', 'skipIfSame', { options }))).toMatchObject({ uploaded });
		expect(await one('object.upload', text('kms', 'two', 'skipIfSame', { options }))).toMatchObject({ uploaded: true });
	});

	test('compares multipart uploads as well', async () => {
		const bytes = randomBytes(17 * MiB);
		const parameters = { bucket, key: 'big', onConflict: 'skipIfSame' };
		for (const uploaded of [true, false])
			expect(await one('object.upload', parameters, { items: await file(bytes) })).toMatchObject({ uploaded });
		bytes.writeUInt8(bytes.readUInt8(9 * MiB) ^ 1, 9 * MiB);
		expect(await one('object.upload', parameters, { items: await file(bytes) })).toMatchObject({ uploaded: true });
	});

	test('keeps the given metadata', async () => {
		const options = { metadata: { values: [{ name: 'owner', value: 'me' }] } };
		await s3('object.upload', text('a', 'one', 'skipIfSame', { options }));
		const { Metadata } = await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }));
		expect(Metadata).toMatchObject({ owner: 'me', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
	});

	test('sends only one HEAD request for the same content', async () => {
		await put('a', 'one');
		const proxy = await startProxy(server.endpoint);
		await s3('object.upload', text('a', 'one', 'skipIfSame'), { connection: { endpoint: proxy.url } });
		expect(proxy.taken().map((line) => line.split(' ')[0])).toEqual(['HEAD']);
	});
});

describe('copy and move', () => {
	const pair = (sourceKey: string, destinationKey: string) => ({
		sourceBucket: bucket,
		sourceKey,
		destinationBucket: bucket,
		destinationKey,
	});

	test.each(['copy', 'move'])('%s with each choice for an existing key', async (verb) => {
		await put('a', 'new');
		await put('b.txt', 'old');
		const run = async (onConflict: string) => await one(`object.${verb}`, { ...pair('a', 'b.txt'), onConflict });
		expect((await refusal(s3(`object.${verb}`, { ...pair('a', 'b.txt'), onConflict: 'fail' }))).message).toBe(
			"The object 'b.txt' already exists",
		);
		expect(await run('skip')).toMatchObject({ skipped: true, reason: 'exists' });
		expect(await content('b.txt')).toBe('old');
		expect(await content('a')).toBe('new');
		expect(await run('rename')).toMatchObject({ key: 'b (2).txt' });
		expect(await content('b (2).txt')).toBe('new');
		if (verb === 'move') await put('a', 'new');
		expect(await run('overwrite')).toMatchObject({ key: 'b.txt' });
		expect(await content('b.txt')).toBe('new');
	});

	test('copy recognises the same content by source ETag, MD5 ETag or digest', async () => {
		const bytes = randomBytes(9 * MiB);
		await s3('object.upload', { bucket, key: 'parts' }, { items: await file(bytes) });
		await put('plain', 'one', { Metadata: { a: 'b' }, Tagging: 'x=y' });
		await s3('object.upload', text('digest', 'one', 'skipIfSame'));
		for (const key of ['parts', 'plain', 'digest']) {
			for (const copied of [true, false]) {
				const item = await one('object.copy', { ...pair(key, `copy/${key}`), onConflict: 'skipIfSame' });
				expect(item).toMatchObject({ copied, ...(!copied && { reason: 'same' }) });
			}
		}
		await put('plain', 'two');
		expect(await one('object.copy', { ...pair('plain', 'copy/plain'), onConflict: 'skipIfSame' })).toMatchObject({
			copied: true,
		});
		expect(await content('copy/plain')).toBe('two');
	});

	test('move keeps all properties and deletes the original', async () => {
		const more = { ContentType: 'text/x-mine', Metadata: { a: 'b' }, Tagging: 'x=y', StorageClass: 'STANDARD_IA' };
		await put('ä + b.txt', 'content', { ...more, ACL: 'public-read' });
		const dry = await one('object.move', { ...pair('ä + b.txt', 'c/d.txt'), options: { dryRun: true } });
		expect(dry).toMatchObject({ moved: false, dryRun: true, exists: true, size: 7 });
		expect(await keys()).toEqual(['ä + b.txt']);
		expect(await one('object.move', pair('ä + b.txt', 'c/d.txt'))).toMatchObject({
			moved: true,
			sourceKey: 'ä + b.txt',
			key: 'c/d.txt',
		});
		expect(await keys()).toEqual(['c/d.txt']);
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'c/d.txt' }))).toMatchObject({
			ContentType: 'text/x-mine',
			Metadata: { a: 'b' },
			StorageClass: 'STANDARD_IA',
		});
		expect(await one('object.getTags', { bucket, key: 'c/d.txt' })).toMatchObject({ tags: { x: 'y' } });
		expect(JSON.stringify(await one('object.getAcl', { bucket, key: 'c/d.txt' }))).toContain('AllUsers');
	});

	test.each([
		['x', '/x'],
		['/x', 'x'],
		['x', './x'],
		['d/x', 'd//x'],
		['d/x', 'D/X'],
	])('move of %s to %s loses nothing where the server takes them for one', async (from, to) => {
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: from, Body: 'content' }));
		await s3('object.move', pair(from, to)).catch(() => {
			// Some servers refuse such keys.
		});
		const [key, ...others] = await keys();
		expect(others).toEqual([]);
		expect(await content(String(key))).toBe('content');
	});

	test('move rejects its own key, and keeps the original if it cannot verify the copy', async () => {
		await put('a', 'content');
		expect((await refusal(s3('object.move', pair('a', 'a')))).message).toContain('the same');
		const proxy = await startProxy(server.endpoint, ({ method, url }) =>
			method === 'HEAD' && url?.includes('/b') ? { status: 200, headers: { 'content-length': '3' } } : 'pass',
		);
		const connection = { endpoint: proxy.url };
		const attempt = s3('object.move', pair('a', 'b'), { connection });
		expect((await refusal(attempt)).message).toContain('3 bytes instead of 7, so the original was kept');
		expect(await content('a')).toBe('content');
	});
});

describe('upload from a URL', () => {
	const bytes = randomBytes(20 * MiB);
	const web = createServer(({ url }, answer) => {
		if (url === '/gone') return answer.writeHead(404).end();
		const length = url === '/cut' ? bytes.length + 1 : bytes.length;
		answer.writeHead(200, { 'content-type': 'image/png', ...(url !== '/chunked' && { 'content-length': length }) });
		return url === '/cut' ? answer.write(bytes, () => answer.destroy()) : answer.end(bytes);
	});
	let address: string;
	beforeAll(async () => {
		address = `http://${await listen(web)}`;
	});
	const from = (path: string, more: object = {}) => ({ bucket, key: 'u', source: 'url', url: address + path, ...more });

	test.each(['/', '/chunked'])('streams the content: %s', async (path) => {
		expect(await one('object.upload', from(path))).toMatchObject({ size: bytes.length, contentType: 'image/png' });
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'u' }));
		expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
		expect(await one('object.upload', from(path, { onConflict: 'skipIfSame' }))).toMatchObject({ uploaded: true });
		expect(await one('object.upload', from(path, { onConflict: 'skipIfSame' }))).toMatchObject({ reason: 'same' });
	});

	test('explains a wrong address, and stores nothing of an incomplete body', async () => {
		expect((await refusal(s3('object.upload', from('/gone')))).message).toBe(
			`The address in 'URL' responded with 404: ${address}/gone`,
		);
		expect((await refusal(s3('object.upload', { ...from(''), url: 'file:///etc/passwd' }))).message).toContain("'URL'");
		expect((await refusal(s3('object.upload', from('/cut')))).message).toBe('terminated');
		expect(await keys()).toEqual([]);
		expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
	});
});
