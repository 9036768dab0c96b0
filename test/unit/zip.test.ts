import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { fromBufferPromise } from 'yauzl';
import type { ZipEntry } from '../../nodes/AwsS3/content/zip';
import { nameFault } from '../../nodes/AwsS3/content/unzip';
import { mostInArchive, zipped } from '../../nodes/AwsS3/content/zip';
import { archiveOf, openArchive, readAll } from '../support/archive';
import { all, inPieces } from '../support/pieces';
import { until } from '../support/until';

test('files are found without reading the archive, and read block by block', async () => {
	const content = Buffer.alloc(30 * 1024 ** 2, 'x');
	const large = { name: 'large.jpg', size: content.length, open: async () => Readable.from([content]) };
	const bytes = await archiveOf([large, { ...large, name: 'other.jpg' }]);
	const { files, read } = await openArchive(bytes);
	expect(files).toHaveLength(2);
	expect(read()).toBeLessThan(5 * 1024 ** 2);
	await readAll(files[1]);
	expect(read()).toBeLessThan(40 * 1024 ** 2);
});

test('who stops reading an archive stops the files that go into it', async () => {
	let isDestroyed = false;
	const endless = new Readable({
		read() {
			this.push(Buffer.alloc(1024 ** 2));
		},
		destroy(error, done) {
			isDestroyed = true;
			done(error);
		},
	});
	let asked = 0;
	async function* entries(): AsyncGenerator<ZipEntry> {
		for (;;) {
			asked++;
			yield { name: `${asked}`, size: 1e15, open: async () => endless };
		}
	}
	for await (const _chunk of zipped(entries(), 1)) break;
	await until(() => isDestroyed);
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(asked).toBe(1);
});

test.each([
	['', 'has no name'],
	['a\\b', 'contains a backslash'],
	['/a', 'is an absolute path'],
	['c:/a', 'is an absolute path'],
	['Z:a', 'is an absolute path'],
	['../a', 'points outside the folder'],
	['a/../b', 'points outside the folder'],
	['a/..', 'points outside the folder'],
	['ä'.repeat(32_768), 'is too long for a zip archive'],
	['x'.repeat(65_535), undefined],
	['a/b.txt', undefined],
	['a..b/..c/...', undefined],
	['cc:/a', undefined],
	['1:a', undefined],
])('the name %.20p %s', (name, fault) => {
	expect(nameFault(name)).toBe(fault);
});

/** What a library finds in an archive: names, sizes as packed, and times. */
const found = async (bytes: Buffer) => {
	const archive = await fromBufferPromise(bytes);
	return (await all(archive.eachEntry())).map((entry) => ({
		name: entry.fileName,
		isPacked: entry.compressionMethod !== 0,
		size: entry.compressedSize,
		modified: entry.getLastModDate().getTime(),
	}));
};

const entry = (name: string, more: Partial<ZipEntry> = {}): ZipEntry => ({
	...{ name, size: 1000, modified: new Date(2026, 0, 31, 12) },
	open: async () => Readable.from([Buffer.alloc(1000)]),
	...more,
});

test('files are packed, but for those that would not get smaller, and keep their times', async () => {
	const names = ['a.txt', 'b.csv', 'jpg', 'c.jpg', 'd.JPEG', 'e.gz', 'f.zip', 'g.docx', 'h.mp4', 'i.zipped', 'folder/'];
	const modified = new Date(2026, 0, 31, 12).getTime();
	const packed = (name: string, isPacked: boolean) => expect.objectContaining({ name, isPacked, modified });
	const files = await found(await archiveOf(names.map((name) => entry(name))));
	expect(files).toEqual([
		...['a.txt', 'b.csv', 'jpg'].map((name) => packed(name, true)),
		...['c.jpg', 'd.JPEG', 'e.gz', 'f.zip', 'g.docx', 'h.mp4'].map((name) => packed(name, false)),
		packed('i.zipped', true),
		packed('folder/', false),
	]);
	expect(files[0]?.size).toBeLessThan(100);
	const [stored] = await found(await archiveOf([entry('a.txt')], 0));
	expect(stored?.size).toBe(1000);
});

test('the same files give the same bytes', async () => {
	const files = ['a.txt', 'folder/', 'b.jpg'].map((name) => entry(name));
	expect((await archiveOf(files)).equals(await archiveOf(files))).toBe(true);
});

test('an archive is never larger than was said of its files', async () => {
	const files = ['a', 'ü'.repeat(1000), 'c.jpg', 'folder/'].map((name, index) => {
		const content = randomBytes(name.endsWith('/') ? 0 : (index + 1) * 1_000_000);
		return { name, size: content.length, modified: new Date(), open: async () => Readable.from([content]) };
	});
	const most = files.reduce((sum, file) => sum + mostInArchive(file), 0);
	for (const level of [0, 1, 6, 9]) {
		const { length } = await archiveOf(files, level);
		expect(length).toBeLessThanOrEqual(most);
		expect(length).toBeGreaterThan(most * 0.99);
	}
});

test('one file is open at a time', async () => {
	let open = 0;
	let most = 0;
	const files = Array.from({ length: 5 }, (_, index) =>
		entry(`${index}`, {
			open: async () => {
				most = Math.max(most, ++open);
				return Readable.from([Buffer.alloc(1000)]).once('close', () => open--);
			},
		}),
	);
	await archiveOf(files);
	expect(most).toBe(1);
});

test.each<[string, string, () => AsyncIterable<ZipEntry>]>([
	[
		'that cannot be opened',
		'gone',
		() =>
			inPieces(
				entry('a', {
					open: async () => {
						throw new Error('gone');
					},
				}),
			),
	],
	[
		'that breaks off',
		'gone',
		() =>
			inPieces(
				entry('a', {
					open: async () =>
						new Readable({
							read() {
								this.destroy(new Error('gone'));
							},
						}),
				}),
			),
	],
	['of another size than was said', 'unexpected number of bytes', () => inPieces(entry('a', { size: 5 }))],
	[
		'that cannot be listed',
		'gone',
		async function* () {
			yield entry('a');
			throw new Error('gone');
		},
	],
])('a file %s breaks the archive', async (_, message, entries) => {
	await expect(all(zipped(entries(), 1))).rejects.toThrow(message);
});

test('a file that opens after the reader has left is closed', async () => {
	const late = new Readable({ read: () => undefined });
	const waiting: Array<(stream: Readable) => void> = [];
	let isClosed = false;
	async function* entries(): AsyncGenerator<ZipEntry> {
		try {
			yield { name: 'first', size: 5, open: async () => Readable.from([Buffer.from('first')]) };
			yield { name: 'late', size: 5, open: async () => await new Promise((resolve) => waiting.push(resolve)) };
			yield { name: 'never', size: 5, open: async () => Readable.from([]) };
		} finally {
			isClosed = true;
		}
	}
	for await (const _chunk of zipped(entries(), 0)) {
		await until(() => waiting.length > 0);
		break;
	}
	waiting[0]?.(late);
	await until(() => late.destroyed && isClosed);
});
