import type { UploadPartCommandInput, UploadPartCommandOutput } from '@aws-sdk/client-s3';
import { UploadPartCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { S3 } from '../client/client';
import { s3Failure, wasSentOnce } from '../failure';
import { abortable } from '../flow/abortable';
import type { MemoryBudget, MemoryClaims } from '../flow/memoryBudget';
import type { Chunker } from './chunker';
import { fitsInMemory, maxParts, partSizeFor } from './partSize';
import type { TemporaryFiles } from './temporaryFile';
import { withBodyFrom } from './temporaryFile';
import type { checksumFor } from './uploadChecksum';
import { partSumFor } from './uploadChecksum';

/** A part of an upload, held so that it can be sent again. */
export interface Part {
	number: number;
	size: number;
	md5(): Promise<string>;
	/** Sends it; `at` names the upload. */
	send(s3: S3, at: Pick<UploadPartCommandInput, 'Bucket' | 'Key' | 'UploadId'>): Promise<UploadPartCommandOutput>;
	/** Gives back the memory or the file that holds it. */
	release(): Promise<void>;
}

/** What parts are cut from, and where they are held until S3 has them. */
export interface Cutting {
	source: Chunker;
	budget: MemoryBudget;
	memory: MemoryClaims;
	files: TemporaryFiles;
	checksum: ReturnType<typeof checksumFor>;
	/** Of all parts together, in bytes; if it is not known, the most that it can be. */
	length?: number;
	/** The size of the parts in bytes, if it is not that of `partSizeFor`. */
	partSize?: number;
	/** The beginning, if it was read already. */
	first?: { bytes: Buffer; release: () => void };
}

/** Throws if a source has not given as many bytes as it announced. */
export const checkLength = (got: number, expected: number | undefined) => {
	if (expected === undefined || got === expected) return;
	throw new Error(`The data to upload has ${got} bytes instead of the announced ${expected}`);
};

/** The failure of content that does not fit into one object. */
export const tooLarge = ({ connection }: S3, { Bucket: bucket, Key: key }: { Bucket?: string; Key?: string }) =>
	s3Failure({
		...{ code: 'EntityTooLarge', message: 'The content exceeds the parts that S3 allows' },
		...{ connection, bucket, key },
	});

const md5Of = async (content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) => {
	const hash = createHash('md5');
	for await (const chunk of content) hash.update(chunk);
	return hash.digest('hex');
};

const partInMemory = (
	{ source, checksum }: Cutting,
	number: number,
	{ bytes, release }: NonNullable<Cutting['first']>,
): Part => {
	const { ChecksumAlgorithm } = checksum;
	checksum.update(bytes);
	let mayBeRead = false;
	return {
		...{ number, size: bytes.length },
		md5: async () => await md5Of([bytes]),
		send: async (s3, at) => {
			mayBeRead = true;
			const put = new UploadPartCommand({ ...at, PartNumber: number, Body: bytes, ChecksumAlgorithm });
			const answer = await s3.send(put);
			mayBeRead = !wasSentOnce(answer);
			return answer;
		},
		release: async () => {
			if (!mayBeRead) source.recycle(bytes);
			release();
		},
	};
};

/**
 * A part that is too large for the memory waits in a file instead. It could also be sent as it comes, but a connection breaks
 * off every few hours, and S3 then wants the whole part again: neither a zip nor a URL could give it a second time.
 */
const partInFile = async (
	{ source, checksum, files }: Cutting,
	number: number,
	size: number,
	signal: AbortSignal,
): Promise<Part> => {
	const { ChecksumAlgorithm } = checksum;
	const sum = partSumFor(ChecksumAlgorithm);
	async function* counted() {
		for await (const chunk of source.pass(size, signal)) {
			sum.update(chunk);
			checksum.update(chunk);
			yield chunk;
		}
	}
	const file = await files.write(counted(), size, signal);
	const part = { PartNumber: number, ContentLength: file.size, ChecksumAlgorithm, ...(await sum.members()) };
	return {
		...{ number, size: file.size },
		md5: async () => await md5Of(file.read()),
		send: async (s3, at) => await s3.send(withBodyFrom(new UploadPartCommand({ ...at, ...part }), file)),
		release: file.remove,
	};
};

/** Reads the next `size` bytes of the source as a part; less at the end of the source. */
export const nextPart = async (cutting: Cutting, number: number, size: number, signal: AbortSignal): Promise<Part> => {
	const { source, budget, memory } = cutting;
	if (!fitsInMemory(size, budget)) return await partInFile(cutting, number, size, signal);
	const release = await memory.take(size, signal);
	const bytes = await abortable(source.read(size), signal, () => undefined);
	return partInMemory(cutting, number, { bytes, release });
};

/** Throws if the source has more bytes, which S3 would not take. */
export const throwIfMore = async (
	s3: S3,
	at: { Bucket?: string; Key?: string },
	{ source }: Pick<Cutting, 'source'>,
	signal: AbortSignal,
) => {
	const more = await abortable(source.read(1), signal, () => undefined);
	if (more.length > 0) throw tooLarge(s3, at);
};

/** Cuts content into parts, one after the other. Ends with the last of them; throws if S3 takes no more. */
export async function* cutParts(
	s3: S3,
	at: { Bucket?: string; Key?: string },
	cutting: Cutting,
	signal: AbortSignal,
): AsyncGenerator<Part> {
	const { length, first, partSize } = cutting;
	if (first) yield partInMemory(cutting, 1, first);
	for (let number = first ? 2 : 1; number <= maxParts; number++) {
		const size = partSize ?? partSizeFor(number, length);
		const part = await nextPart(cutting, number, size, signal);
		if (part.size === 0 && number > 1) return await part.release();
		yield part;
		if (part.size < size) return;
	}
	await throwIfMore(s3, at, cutting, signal);
}
