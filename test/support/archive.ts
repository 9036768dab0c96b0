import { buffer } from 'node:stream/consumers';
import { blockReader } from '../../nodes/AwsS3/content/blocks';
import type { Unzipped } from '../../nodes/AwsS3/content/unzip';
import { unzipped } from '../../nodes/AwsS3/content/unzip';
import type { ZipEntry } from '../../nodes/AwsS3/content/zip';
import { zipped } from '../../nodes/AwsS3/content/zip';

/** Packs files into an archive in memory. */
export const archiveOf = async (entries: Iterable<ZipEntry>, level = 1) =>
	await buffer(
		zipped(
			(async function* () {
				yield* entries;
			})(),
			level,
		),
	);

const pieceSize = 256 * 1024;

/** Reads an archive of `size` bytes through `fetch`. */
export const readerOf = (size: number, fetch: (start: number, end: number) => Promise<Buffer>) => {
	async function* pieces(start: number, end: number) {
		for (let at = start; at < end; at += pieceSize) yield await fetch(at, Math.min(at + pieceSize, end));
	}
	const stream = async (start: number, end: number) => pieces(start, end);
	return blockReader({ size, fetch, stream, spare: () => () => undefined });
};

/** Opens an archive in memory, and counts the bytes that are read of it. */
export const openArchive = async (bytes: Buffer) => {
	let read = 0;
	const reader = readerOf(bytes.length, async (start, end) => {
		read += end - start;
		return bytes.subarray(start, end);
	});
	return { files: await unzipped(reader, bytes.length, { bytes: 1e15, files: 1e9 }), read: () => read };
};

/** Reads a file of an archive to its end; gives its size and its beginning. */
export const readAll = async (file: Unzipped | undefined) => {
	let size = 0;
	let beginning = '';
	for await (const piece of (await file?.open()) ?? Buffer.alloc(0)) {
		if (beginning.length < 100) beginning += Buffer.from(piece as Uint8Array).toString('utf8', 0, 100);
		size += (piece as Uint8Array).length;
	}
	return { size, beginning };
};
