import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { PassThrough } from 'node:stream';
import { ZipFile } from 'yazl';

/** One file that goes into an archive. */
export interface ZipEntry {
	/** Path with forward slashes. */
	name: string;
	modified?: Date;
	/** In bytes. Decides whether the entry needs zip64. */
	size: number;
	open(): Promise<Readable>;
}

/** Formats that are compressed already. */
const packed =
	/\.(7z|avif|br|bz2|docx|gif|gz|jar|jpe?g|m4a|mkv|mov|mp[34]|ods|odt|ogg|parquet|png|pptx|rar|webm|webp|xlsx|xz|zip|zst)$/i;

const isFolder = (name: string) => name.endsWith('/');

/**
 * The maximum number of bytes of a file in an archive, somewhat above what is needed. Incompressible content grows by at most
 * 5 bytes per block of 16 KiB. The archive has its name twice, and some 200 more bytes.
 */
export const mostInArchive = ({ name, size }: Pick<ZipEntry, 'name' | 'size'>) =>
	size + Math.ceil(size / 1000) + 2 * Buffer.byteLength(name) + 256;

/**
 * Sets entries aside that are written, until the end: for each file, yazl looks through all entries from the first one on,
 * which takes half a minute of the processor for 66,000 files.
 */
const asideOf = (zip: ZipFile) => {
	const aside: unknown[] = [];
	const entries = (): unknown[] => {
		const found: unknown = Reflect.get(zip, 'entries');
		return Array.isArray(found) ? found : [];
	};
	return {
		/** The last one may not be written yet. */
		keepOnlyLast: () => void aside.push(...entries().splice(0, entries().length - 1)),
		putBack: () => void Reflect.set(zip, 'entries', [...aside, ...entries()]),
	};
};

/**
 * Streams a zip archive of files, and opens one file at a time. Deterministic: the same files give the same bytes.
 * https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export async function* zipped(entries: AsyncIterable<ZipEntry>, compressionLevel: number): AsyncGenerator<Buffer> {
	const zip = new ZipFile();
	const output = new PassThrough();
	const fail = (error: Error) => output.destroy(error);
	zip.outputStream.pipe(output);
	zip.on('error', fail);
	let current: Readable | undefined;
	let isRead = true;
	const aside = asideOf(zip);
	const fill = async () => {
		for await (const { name, modified, size, open } of entries) {
			if (!isRead) return;
			if (isFolder(name)) {
				zip.addEmptyDirectory(name, { mtime: modified });
				continue;
			}
			current = await open();
			// Its reader may have left, and nothing else would close it.
			if (!isRead) return void current.destroy();
			const closed = once(current, 'close');
			zip.addReadStream(current, name, {
				mtime: modified,
				size,
				compressionLevel: packed.test(name) ? 0 : compressionLevel,
			});
			await closed;
			if (!isRead) return;
			aside.keepOnlyLast();
		}
		aside.putBack();
		zip.end();
	};
	fill().catch(fail);
	try {
		yield* output;
	} finally {
		isRead = false;
		current?.destroy();
	}
}
