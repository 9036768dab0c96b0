import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import type { Entry, RandomAccessReader } from 'yauzl';
import { fromRandomAccessReaderPromise, getFileNameLowLevel } from 'yauzl';
import { ContentFault } from './fault';

/** One file of an archive. */
export interface Unzipped {
	name: string;
	/** Uncompressed size in bytes. */
	size: number;
	/** Why it must not be unpacked. */
	fault?: string;
	/** Opens a stream of its content, which throws at the end if the checksum is wrong. */
	open(): Promise<AsyncIterable<Uint8Array>>;
}

/** Limits against zip bombs: total uncompressed bytes, and number of files. */
export interface Bounds {
	bytes: number;
	files: number;
}

/**
 * Returns why a name is unsafe or invalid in an archive, such as a path that points outside the folder; undefined if
 * it is fine.
 */
export const nameFault = (name: string): string | undefined => {
	if (name === '') return 'has no name';
	if (name.includes('\\')) return 'contains a backslash';
	if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'is an absolute path';
	if (name.split('/').includes('..')) return 'points outside the folder';
	if (Buffer.byteLength(name) > 0xffff) return 'is too long for a zip archive';
	return undefined;
};

const unixTypes = 0xf000;
const unixLink = 0xa000;

/** Whether an entry is a symbolic link, whose content is the path of its target. */
const isLink = ({ externalFileAttributes }: Entry) => ((externalFileAttributes >>> 16) & unixTypes) === unixLink;

const nameOf = ({ generalPurposeBitFlag, fileNameRaw, extraFields }: Entry) =>
	getFileNameLowLevel(generalPurposeBitFlag, fileNameRaw, extraFields, false);

const faultOf = (entry: Entry, name: string) => {
	if (isLink(entry)) return 'is a link';
	if (entry.isEncrypted()) return 'is encrypted';
	if (!entry.canDecodeFileData()) return 'uses an unsupported compression method';
	return nameFault(name);
};

/** Opens the stream only once it is read: otherwise a stream whose reader never begins would stay open. */
async function* checked(open: () => Promise<Readable>, name: string, expected: number): AsyncGenerator<Uint8Array> {
	let sum = 0;
	for await (const chunk of await open()) {
		sum = crc32(chunk, sum);
		yield chunk;
	}
	if (sum !== expected)
		throw new ContentFault(`The checksum of '${name}' in the archive is wrong`, 'Create the archive again.');
}

/** The libraries throw plain errors for bytes that they cannot read. A stop or a failure of S3 has another name. */
const orDamaged = (error: unknown) => {
	if (typeof error === 'object' && error !== null && 'name' in error && error.name !== 'Error') return error;
	return new ContentFault(
		'The object is not a zip archive, or it is damaged',
		`Check 'Key', and that the archive opens in another program. ${error instanceof Error ? error.message : ''}`,
	);
};

/**
 * Returns the files of a zip archive in archive order, without folders. Entries with unsafe names, symbolic links and
 * encrypted entries have a fault. Throws a `ContentFault` if the archive is invalid or exceeds the bounds.
 */
export const unzipped = async (reader: RandomAccessReader, size: number, most: Bounds): Promise<Unzipped[]> => {
	const files: Unzipped[] = [];
	let bytes = 0;
	const read = async () => {
		const zip = await fromRandomAccessReaderPromise(reader, size, { autoClose: false, decodeStrings: false });
		for await (const entry of zip.eachEntry()) {
			const name = nameOf(entry);
			if (name.endsWith('/')) continue;
			bytes += entry.uncompressedSize;
			files.push({
				name,
				size: entry.uncompressedSize,
				fault: faultOf(entry, name),
				open: async () => checked(async () => await zip.openReadStreamPromise(entry), name, entry.crc32),
			});
			if (files.length > most.files || bytes > most.bytes) return;
		}
	};
	await read().catch((error) => {
		throw orDamaged(error);
	});
	if (files.length > most.files)
		throw new ContentFault(
			`The archive has more than ${most.files} files`,
			"If this is expected, raise 'Max Files' in 'Options'.",
		);
	if (bytes > most.bytes)
		throw new ContentFault(
			`The extracted files exceed ${Math.round(most.bytes / 1024 ** 2)} MiB`,
			"If this is expected, raise 'Max Extracted Size (MiB)' in 'Options'.",
		);
	return files;
};
