import { Readable } from 'node:stream';
import type { ZipEntry } from '../../nodes/AwsS3/content/zip';
import { zipped } from '../../nodes/AwsS3/content/zip';
import { archiveOf, openArchive, readAll } from '../support/archive';

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
	await new Promise((resolve) => setTimeout(resolve, 50));
	expect([isDestroyed, asked]).toEqual([true, 1]);
});
