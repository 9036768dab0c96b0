import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { ContentFault } from '../../nodes/AwsS3/content/fault';
import type { Bounds } from '../../nodes/AwsS3/content/unzip';
import { unzipped } from '../../nodes/AwsS3/content/unzip';
import { archiveOf, readerOf } from '../support/archive';
import { zipOf } from '../support/zip';

const MiB = 1024 ** 2;

const open = async (bytes: Buffer, most: Partial<Bounds> = {}) =>
	await unzipped(
		readerOf(bytes.length, async (start, end) => bytes.subarray(start, end)),
		bytes.length,
		{ bytes: 100 * MiB, files: 100, ...most },
	);

const contentOf = async (archive: Buffer) => {
	const found: Record<string, string> = {};
	for (const file of await open(archive))
		found[file.name] = (await buffer(Readable.from(await file.open()))).toString();
	return found;
};

const entry = (name: string, content: Buffer | string = '') => ({
	name,
	size: Buffer.byteLength(content),
	open: async () => Readable.from([Buffer.from(content)]),
});

/** Changes a number of two bytes in the directory of an archive, by its place in the record of the first file. */
const changed = (archive: Buffer, place: number, change: (value: number) => number) => {
	const at = archive.indexOf('PK\u0001\u0002') + place;
	archive.writeUInt16LE(change(archive.readUInt16LE(at)), at);
	return archive;
};

test('files come back as they were, folders do not', async () => {
	const large = randomBytes(3 * MiB).toString('hex');
	const archive = await archiveOf([
		entry('a.txt', 'hello'),
		entry('ü/日本.txt', large),
		entry('folder/'),
		entry('empty'),
	]);
	expect(await contentOf(archive)).toEqual({ 'a.txt': 'hello', 'ü/日本.txt': large, empty: '' });
	expect(await open(archive)).toMatchObject([
		{ name: 'a.txt', size: 5, fault: undefined },
		{ name: 'ü/日本.txt', size: large.length },
		{ name: 'empty', size: 0 },
	]);
});

test.each<[string, () => Promise<Buffer>, (string | undefined)[]]>([
	[
		'a link',
		async () => await zipOf({ 'a.txt': 'x', link: '/etc/passwd' }, { links: ['link'] }),
		[undefined, 'is a link'],
	],
	['encrypted', async () => changed(await zipOf({ a: 'x' }), 8, (flags) => flags | 1), ['is encrypted']],
	[
		'packed otherwise',
		async () => changed(await zipOf({ a: 'x' }), 10, () => 99),
		['uses an unsupported compression method'],
	],
	[
		'a name that leads out',
		async () => await zipOf({ '../a': 'x', 'a/../b': 'x', b: 'x' }),
		['points outside the folder', 'points outside the folder', undefined],
	],
])('not taken out: %s', async (_, archive, faults) => {
	expect((await open(await archive())).map(({ fault }) => fault)).toEqual(faults);
});

test('a file whose checksum is wrong is told at its end', async () => {
	const [file] = await open(changed(await zipOf({ 'a.txt': 'hello' }), 16, (sum) => sum ^ 1));
	const seen: string[] = [];
	const read = async () => {
		for await (const piece of (await file?.open()) ?? []) seen.push(Buffer.from(piece).toString());
	};
	const attempt = read();
	await expect(attempt).rejects.toThrow(new ContentFault("The checksum of 'a.txt' in the archive is wrong", ''));
	await expect(attempt).rejects.toMatchObject({ advice: 'Create the archive again.' });
	expect(seen.join('')).toBe('hello');
});

test.each<[string, () => Promise<Buffer>]>([
	['no archive', async () => Buffer.from('hello, hello, hello, hello')],
	['nothing', async () => Buffer.alloc(0)],
	['the first half of one', async () => (await zipOf({ a: randomBytes(1000) })).subarray(0, 500)],
])('refused: %s', async (_, bytes) => {
	const attempt = open(await bytes());
	await expect(attempt).rejects.toThrow(new ContentFault('The object is not a zip archive, or it is damaged', ''));
	await expect(attempt).rejects.toMatchObject({ advice: expect.stringMatching(/^Check 'Key'.* .*\w{4,}.*$/) });
});

test.each<[string, Partial<Bounds>, string | undefined, string]>([
	['as many files as may be', { files: 3 }, undefined, ''],
	['one more', { files: 2 }, 'The archive has more than 2 files', "'Max Files'"],
	['as many bytes as may be', { bytes: 2 * MiB + 1 }, undefined, ''],
	['one more byte', { bytes: 2 * MiB }, 'The extracted files exceed 2 MiB', "'Max Extracted Size (MiB)'"],
])('bounds: %s', async (_, most, message, advice) => {
	const archive = await archiveOf([
		entry('a', Buffer.alloc(MiB)),
		entry('b', Buffer.alloc(MiB)),
		entry('f/'),
		entry('c', 'x'),
	]);
	const attempt = open(archive, most);
	if (message === undefined) expect(await attempt).toHaveLength(3);
	else await expect(attempt).rejects.toMatchObject({ message, advice: expect.stringContaining(advice) });
});

test('an archive with far too many files is not read to its end', async () => {
	const archive = await archiveOf(Array.from({ length: 1000 }, (_, index) => entry(`${index}`)));
	// Behind the tenth file the directory is nonsense, which nobody gets to see.
	archive.fill(0, archive.indexOf('PK\u0001\u0002') + 600, archive.length - 30);
	await expect(open(archive, { files: 5 })).rejects.toThrow('more than 5 files');
});

test.each(['AbortError', 'S3Failure'])(
	'what keeps the archive from being read is no damage of it: %s',
	async (name) => {
		const reader = readerOf(1000, async () => await Promise.reject(Object.assign(new Error('x'), { name })));
		await expect(unzipped(reader, 1000, { bytes: 1e9, files: 100 })).rejects.toMatchObject({ name, message: 'x' });
	},
);

test('a stop while an archive is read is no damage of it', async () => {
	const reader = readerOf(1000, async () => await Promise.reject(AbortSignal.abort().reason));
	await expect(unzipped(reader, 1000, { bytes: 1e9, files: 100 })).rejects.toMatchObject({ name: 'AbortError' });
});
