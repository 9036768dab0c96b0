import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { damaged, byteReader, byteWriter, noRecordBefore, readRecord, writeRecord } from './recordCodec';
import type { Change } from './watchedObject';

/**
 * The file format of a state: a header with the version of the format, separately compressed blocks of records, and at the end
 * the number of records and a checksum of everything before. It can be written and read block by block, and reveals that it was
 * cut off or changed before the trigger reports anything.
 */

const magic = Buffer.from('n8nS3w');
const formatVersion = 1;
const header = Buffer.concat([magic, Buffer.from([formatVersion])]);

/** In bytes, before compression. */
const blockSize = 64 * 1024;
/** The maximum size of a block, so that a damaged length does not make a reader wait for gigabytes. */
const longestBlock = 16 * 1024 * 1024;
const checksumLength = 32;

const lengthOf = (count: number) => {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(count);
	return bytes;
};

/** Encodes pages of records, in the order of their keys, as a state. */
export async function* encodeState(pages: AsyncIterable<readonly Change[]> | Iterable<readonly Change[]>) {
	const hash = createHash('sha256');
	const hashed = (bytes: Buffer) => {
		hash.update(bytes);
		return bytes;
	};
	const writer = byteWriter(2 * blockSize);
	let last = noRecordBefore();
	let count = 0;
	const block = () => {
		last = noRecordBefore();
		const bytes = deflateRawSync(writer.taken(), { level: 6 });
		return hashed(Buffer.concat([lengthOf(bytes.length), bytes]));
	};
	yield hashed(header);
	for await (const page of pages) {
		for (const change of page) {
			writeRecord(writer, last, change);
			count++;
			if (writer.length() >= blockSize) yield block();
		}
	}
	if (writer.length() > 0) yield block();
	const end = Buffer.alloc(12);
	end.writeBigUInt64BE(BigInt(count), 4);
	yield hashed(end);
	yield hash.digest();
}

const recordsOf = (block: Buffer): Change[] => {
	const from = byteReader(inflated(block));
	const last = noRecordBefore();
	const records: Change[] = [];
	while (!from.isAtEnd()) records.push(readRecord(from, last));
	return records;
};

const inflated = (block: Buffer) => {
	try {
		return inflateRawSync(block, { maxOutputLength: longestBlock });
	} catch {
		throw damaged('a block cannot be decompressed');
	}
};

/** Reads exact numbers of bytes from a stream. Throws if it ends too early. */
const exactly = (chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
	const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
	let rest: Buffer = Buffer.alloc(0);
	const take = async (count: number): Promise<Buffer> => {
		const parts = [rest];
		let length = rest.length;
		while (length < count) {
			const { value, done } = await iterator.next();
			if (done) throw damaged('it is shorter than it should be');
			parts.push(Buffer.from(value));
			length += value.length;
		}
		const all = parts.length === 1 ? rest : Buffer.concat(parts);
		rest = all.subarray(count);
		return all.subarray(0, count);
	};
	const isAtEnd = async () => rest.length === 0 && (await iterator.next()).done === true;
	return { take, isAtEnd, close: async () => void (await iterator.return?.()) };
};

const wrongVersion = (version: number) =>
	damaged(`it has format version ${version}, but this node supports version ${formatVersion}`);

/**
 * Reads the records of a state page by page. Throws if `encodeState` did not write these bytes, or if the checksum is not the
 * given one. It may throw only at the end, so use the records only after that.
 */
export async function* decodeState(
	chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
	checksum?: string,
): AsyncGenerator<Change[]> {
	const { take, isAtEnd, close } = exactly(chunks);
	const hash = createHash('sha256');
	const hashed = async (count: number) => {
		const bytes = await take(count);
		hash.update(bytes);
		return bytes;
	};
	try {
		const start = await hashed(header.length);
		if (!start.subarray(0, magic.length).equals(magic)) throw damaged('it is not a state');
		if (!start.equals(header)) throw wrongVersion(start[magic.length] ?? 0);
		let count = 0;
		for (;;) {
			const length = (await hashed(4)).readUInt32BE();
			if (length === 0) break;
			if (length > longestBlock) throw damaged('a block is too long');
			const records = recordsOf(await hashed(length));
			count += records.length;
			yield records;
		}
		if ((await hashed(8)).readBigUInt64BE() !== BigInt(count)) throw damaged('records are missing');
		const found = (await take(checksumLength)).toString('hex');
		if (found !== hash.digest('hex')) throw damaged('its checksum is wrong');
		if (checksum !== undefined && found !== checksum) throw damaged('another n8n wrote it');
		if (!(await isAtEnd())) throw damaged('it is longer than it should be');
	} finally {
		await close();
	}
}
