import { Readable } from 'node:stream';
import { archiveOf, openArchive, readAll } from '../support/archive';

// These tests use no S3, but they take too long for unit tests.

const GiB = 1024 ** 3;

test('zips and unzips more than 65,535 files', async () => {
	const count = 66_000;
	const names = Array.from({ length: count }, (_, index) => `folder ${index % 10}/${index}.txt`);
	const bytes = await archiveOf(
		names.map((name, index) => {
			const content = Buffer.from(`${index}`);
			return { name, size: content.length, open: async () => Readable.from([content]) };
		}),
		0,
	);
	const { files } = await openArchive(bytes);
	expect(files.map(({ name }) => name)).toEqual(names);
	for (const index of [0, 1, 32_768, 65_535, 65_536, count - 1])
		expect((await readAll(files[index])).beginning).toBe(`${index}`);
});

test('zips and unzips a file of more than 4 GiB', async () => {
	const chunk = Buffer.alloc(16 * 1024 ** 2, 'abcdefgh');
	const count = Math.ceil((4 * GiB) / chunk.length) + 1;
	const open = async () =>
		Readable.from(
			(function* () {
				for (let sent = 0; sent < count; sent++) yield chunk;
			})(),
		);
	const last = Buffer.from('behind it');
	const bytes = await archiveOf([
		{ name: 'large.bin', size: count * chunk.length, open },
		{ name: 'last.txt', size: last.length, open: async () => Readable.from([last]) },
	]);
	const { files } = await openArchive(bytes);
	expect(files.map(({ name, size }) => [name, size])).toEqual([
		['large.bin', count * chunk.length],
		['last.txt', last.length],
	]);
	// Reading to the end also checks the checksum.
	expect(await readAll(files[0])).toMatchObject({ size: count * chunk.length });
	expect(await readAll(files[1])).toMatchObject({ beginning: 'behind it' });
}, 600_000);
