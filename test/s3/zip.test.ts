import { createHash, randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { fromBufferPromise } from 'yauzl';
import { jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { makeBucket, one, refusal, s3, sdk, server } from '../support/s3';
import { zipOf } from '../support/zip';

const MiB = 1024 ** 2;

let bucket: string;
beforeEach(async () => {
	bucket = await makeBucket();
});

const put = async (Key: string, Body: string | Buffer) =>
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body, ContentLength: Buffer.byteLength(Body) }));
const content = async (Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key }));
	return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const keys = async (prefix = '') =>
	jsonOf(await s3('object.getAll', { bucket, prefix, returnAll: true })).map(({ key }) => String(key));
const zip = async (folder: string, zipKey: string, more: object = {}) =>
	await one('folder.zip', { bucket, folder, zipBucket: bucket, zipKey, ...more });
const unzip = (zipKey: string, folder: string, more: object = {}) => ({
	...{ bucket, folder, zipBucket: bucket, zipKey },
	...more,
});

/** The entries of an archive, read by another library: MD5 by name. */
const entries = async (archive: Buffer) => {
	const found: Record<string, string> = {};
	const opened = await fromBufferPromise(archive);
	for await (const entry of opened.eachEntry()) {
		const stream = await opened.openReadStreamPromise(entry);
		found[entry.fileName] = createHash('md5')
			.update(await buffer(stream))
			.digest('hex');
	}
	return found;
};

test('zips a folder, and unzips the archive to the same folder', async () => {
	const files: Record<string, Buffer> = {
		'a.txt': Buffer.from('hello'),
		'ü/日本 +#?.txt': Buffer.from('ä'.repeat(1000)),
		empty: Buffer.alloc(0),
		'big.bin': randomBytes(20 * MiB),
		'text.log': Buffer.alloc(9 * MiB, 'line\n'),
		'photo.jpg': randomBytes(MiB),
	};
	for (const [name, bytes] of Object.entries(files)) await put(`in/${name}`, bytes);
	await put('in/', '');
	await put('beside.txt', 'no');
	const item = await zip('in', 'in/all.zip', { onConflict: 'skipIfSame' });
	const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
	expect(item).toMatchObject({ zipped: true, key: 'in/all.zip', files: 6, bytes, leftOut: 0 });
	const archive = await content('in/all.zip');
	const md5 = (one: Buffer) => createHash('md5').update(one).digest('hex');
	expect(await entries(archive)).toEqual(
		Object.fromEntries(Object.entries(files).map(([name, one]) => [name, md5(one)])),
	);
	expect(archive.length).toBeLessThan(22 * MiB);
	// The archive does not contain itself, and the same files give the same bytes.
	expect(await zip('in', 'in/all.zip', { onConflict: 'skipIfSame' })).toMatchObject({ skipped: true, reason: 'same' });

	const dry = jsonOf(await s3('folder.unzip', unzip('in/all.zip', 'out', { options: { dryRun: true } })));
	expect(dry.map(({ key }) => key).sort()).toEqual(
		Object.keys(files)
			.map((name) => `out/${name}`)
			.sort(),
	);
	expect(await keys('out/')).toEqual([]);
	expect(await one('folder.unzip', unzip('in/all.zip', 'out'))).toEqual({
		...{ unzipped: true, bucket, folder: 'out/' },
		...{ files: 6, bytes, skipped: 0, refused: 0 },
	});
	for (const [name, bytes] of Object.entries(files)) expect((await content(`out/${name}`)).equals(bytes)).toBe(true);
	expect(await one('object.get', { bucket, key: 'out/photo.jpg' })).toMatchObject({ contentType: 'image/jpeg' });
	expect(await one('folder.unzip', unzip('in/all.zip', 'out', { onConflict: 'skip' }))).toMatchObject({
		files: 0,
		skipped: 6,
	});
});

test('zips and unzips with the smallest Memory, and gets each large file in one request', async () => {
	const files = Object.fromEntries(
		Array.from({ length: 41 }, (_, index) => [`${index}.jpg`, randomBytes(index === 40 ? 20 * MiB : 100_000)]),
	);
	for (const [name, bytes] of Object.entries(files)) await put(`in/${name}`, bytes);
	const options = { memoryMib: 16 };
	expect(await zip('in', 'all.zip', { options })).toMatchObject({ zipped: true, files: 41 });
	const proxy = await startProxy(server.endpoint);
	const run = s3('folder.unzip', unzip('all.zip', 'out', { options }), { connection: { endpoint: proxy.url } });
	expect(jsonOf(await run)[0]).toMatchObject({ unzipped: true, files: 41 });
	for (const [name, bytes] of Object.entries(files)) expect((await content(`out/${name}`)).equals(bytes)).toBe(true);
	const ranges = proxy.requests
		.filter(({ method, url }) => method === 'GET' && url?.includes('all.zip'))
		.map(({ headers }) => (/bytes=(\d+)-(\d+)/.exec(headers.range ?? '') ?? []).slice(1).map(Number));
	const [whole, ...more] = ranges.filter(([from = 0, to = 0]) => to - from > 10 * MiB);
	expect(whole).toBeDefined();
	// A busy machine answers as late as a server far away, of which the rest is read anew after the first 8 MiB.
	expect(more.length).toBeLessThan(2);
	for (const [from, to] of more) {
		expect(to).toBe(whole?.[1]);
		expect(from).toBeGreaterThan(Number(whole?.[0]) + 8 * MiB);
	}
	// The small ones come in blocks of a MiB, of which there is memory for one at least.
	const [first = 0, last = 0] = whole ?? [];
	expect(ranges.filter(([from = 0, to = 0]) => from < first || to > last).length).toBeLessThan(20);
});

test('leaves unsafe names out of the archive and lists them in hints', async () => {
	for (const key of ['f/ok', 'f/../up', 'f//abs', 'f/c:/x', 'f/back\\slash']) await put(key, 'x');
	const output = await s3('folder.zip', { bucket, folder: 'f', zipBucket: bucket, zipKey: 'z.zip' });
	expect(jsonOf(output)[0]).toMatchObject({ files: 1, leftOut: 4 });
	expect(output.hints).toContain("Skipped 'f/../up': its name points outside the folder.");
	expect(Object.keys(await entries(await content('z.zip')))).toEqual(['ok']);
});

test('an archive in the folder that it packs does not pack the ones before it', async () => {
	for (const name of ['a.txt', 'out (draft).zip']) await put(`in/${name}`, name);
	const keysOfRuns: unknown[] = [];
	for (let run = 1; run <= 3; run++) {
		const item = await zip('in', 'in/out.zip', { onConflict: 'rename' });
		expect(item).toMatchObject({ files: 2, leftOut: run - 1 });
		keysOfRuns.push(item.key);
	}
	expect(keysOfRuns).toEqual(['in/out.zip', 'in/out (2).zip', 'in/out (3).zip']);
	const again = await s3('folder.zip', { bucket, folder: 'in', zipBucket: bucket, zipKey: 'in/out.zip' });
	expect(again.hints).toContain("Skipped 'in/out (2).zip': it is an earlier archive of this folder.");
});

test('creates no archive for an empty folder', async () => {
	expect((await refusal(zip('nothing', 'z.zip'))).message).toBe("The folder 'nothing/' is empty or does not exist");
	expect(await keys()).toEqual([]);
});

test('creates no archive if an object changes while it is zipped', async () => {
	for (let index = 0; index < 30; index++) await put(`f/${index}`, Buffer.alloc(300 * 1024, index));
	let changed = false;
	const proxy = await startProxy(server.endpoint, ({ method, url }) => {
		if (method === 'GET' && url?.includes('/f/29') && !changed) {
			changed = true;
			return { status: 412 };
		}
		return 'pass';
	});
	const parameters = { bucket, folder: 'f', zipBucket: bucket, zipKey: 'z.zip' };
	const { message } = await refusal(s3('folder.zip', parameters, { connection: { endpoint: proxy.url } }));
	expect(message).toBe(`The object 'f/29' in bucket '${bucket}' has changed, or already exists`);
	expect(await keys('z')).toEqual([]);
	expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
});

describe('an untrusted archive', () => {
	test.each([
		['../up.txt', 'points outside the folder'],
		['a/../../up', 'points outside the folder'],
		['/abs.txt', 'is an absolute path'],
		['C:/win.txt', 'is an absolute path'],
		['..\\up.txt', 'points outside the folder'],
		['C:\\win.txt', 'is an absolute path'],
	])('refuses %s and unpacks the others', async (name, why) => {
		await put('evil.zip', await zipOf({ 'good.txt': 'good', [name]: 'evil' }));
		const output = await s3('folder.unzip', unzip('evil.zip', 'out'));
		expect(jsonOf(output)[0]).toMatchObject({ unzipped: true, files: 1, refused: 1 });
		expect(output.hints[0]).toContain(`: it ${why}.`);
		expect(await keys()).toEqual(['evil.zip', 'out/good.txt']);
	});

	test('refuses a symbolic link', async () => {
		await put('link.zip', await zipOf({ 'good.txt': 'good', link: '/etc/passwd' }, { links: ['link'] }));
		const output = await s3('folder.unzip', unzip('link.zip', 'out'));
		expect(output.hints).toEqual(["Skipped 'link': it is a link."]);
		expect(await keys('out/')).toEqual(['out/good.txt']);
	});

	test('refuses too many bytes or files before it writes anything', async () => {
		await put('bomb.zip', await zipOf({ 'first.bin': Buffer.alloc(3 * MiB), 'other.bin': Buffer.alloc(3 * MiB) }));
		const proxy = await startProxy(server.endpoint);
		const attempt = async (options: object) =>
			await refusal(s3('folder.unzip', unzip('bomb.zip', 'out', { options }), { connection: { endpoint: proxy.url } }));
		expect((await attempt({ maxUnpackedMib: 5 })).message).toBe('The extracted files exceed 5 MiB');
		expect((await attempt({ maxFiles: 1 })).message).toBe('The archive has more than 1 files');
		expect(proxy.taken().filter((line) => !/^(GET|HEAD)/.test(line))).toEqual([]);
	});

	test('stores no corrupt file from an archive that is damaged or declares wrong sizes', async () => {
		const good = await zipOf({ 'a.txt': 'a'.repeat(5000), 'b.txt': 'bbbb' });
		const damaged = Buffer.from(good);
		// Inside the compressed data of the first file.
		damaged.writeUInt8(damaged.readUInt8(50) ^ 0xff, 50);
		await put('damaged.zip', damaged);
		const item = await one('folder.unzip', unzip('damaged.zip', 'out'));
		expect(item).toMatchObject({ unzipped: false, files: 1, failed: 1, errors: [{ key: 'out/a.txt' }] });
		expect(await keys('out/')).toEqual(['out/b.txt']);
		await put('cut.zip', good.subarray(0, -30));
		expect((await refusal(s3('folder.unzip', unzip('cut.zip', 'out')))).message).toContain('is not a zip archive');
		await put('text.zip', 'no archive');
		expect((await refusal(s3('folder.unzip', unzip('text.zip', 'out')))).message).toContain('is not a zip archive');
		expect((await refusal(s3('folder.unzip', unzip('none.zip', 'out')))).message).toContain("'none.zip'");
	});
});
