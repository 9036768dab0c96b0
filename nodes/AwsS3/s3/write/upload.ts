import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { checksumFor } from './uploadChecksum';
import type { S3 } from '../client/client';
import { isTaken, throwIfExists } from './conflict';
import type { MemoryBudget, MemoryClaims } from '../flow/memoryBudget';
import { claimsOn } from '../flow/memoryBudget';
import { beginMultipartUpload, completed } from './multipart';
import type { ConcurrencyLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { partSizeFor } from './partSize';
import { chunker } from './chunker';
import { isS3Failure } from '../failure';
import { matchingPart, findUnfinishedUpload } from './resumeUpload';
import { digestOf, hasContent } from '../list/contentIdentity';
import { headObject } from '../list/headObject';

/** Parts of one object that travel at the same time: few are enough where each arrives soon, and take less memory. */
const partsInParallel = { near: 4, far: 32 };

/** A part that takes longer, in milliseconds, has a slow connection; only more of them help. The budget is the limit then. */
const slow = 400;

const limitOfParts = (): ConcurrencyLimit => {
	let limit = partsInParallel.near;
	const done = (took: number) => {
		if (took > slow) limit = partsInParallel.far;
	};
	return { current: () => limit, done };
};

export interface Upload {
	/** What PutObject takes, without the body. */
	input: Omit<PutObjectCommandInput, 'Body' | 'ContentLength'>;
	body: AsyncIterable<Uint8Array>;
	/** Bytes, where the source knows them; a source that ends earlier or later is an error then. */
	length?: number;
	budget: MemoryBudget;
	/** Goes on with an upload of the same key that was cut off, and leaves the parts there if it is cut off again. */
	resume?: boolean;
}

/** What S3 says of an object that it has stored. */
export interface Stored {
	ETag?: string;
	VersionId?: string;
	ServerSideEncryption?: string;
	SSEKMSKeyId?: string;
	ChecksumCRC32?: string;
	ChecksumCRC32C?: string;
	ChecksumCRC64NVME?: string;
	ChecksumSHA1?: string;
	ChecksumSHA256?: string;
	size: number;
	parts?: number;
	/** How many of them had arrived before. */
	resumedBytes?: number;
}

const checkLength = (got: number, expected: number | undefined) => {
	if (expected === undefined || got === expected) return;
	throw new Error(`The data to upload has ${got} bytes instead of the ${expected} that were announced`);
};

/**
 * For `catch`: where the answer to a first request was lost, a second one is told that the key is taken, by what the first
 * one has stored. That is no refusal. Throws all others.
 */
const orStoredBefore =
	(s3: S3, { Bucket: bucket = '', Key: key = '' }: Upload['input'], bytes: Buffer) =>
	async (error: unknown) => {
		const wasSentBefore = isS3Failure(error) && isTaken(error) && (error.attempts ?? 1) > 1;
		const there = wasSentBefore ? await headObject(s3, { bucket, key }) : undefined;
		if (!there || !hasContent(there, await digestOf([bytes]))) throw error;
		return { ETag: there.ETag, VersionId: there.VersionId };
	};

/**
 * Stores a stream of any length, known or not, as one object: in one request up to 8 MiB, in parallel parts above.
 * Nothing is visible in S3 before all of it is there; a failure leaves neither an object nor parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const upload = async (s3: S3, { input, body, length, budget, resume }: Upload): Promise<Stored> => {
	const source = chunker(body, length);
	const memory = claimsOn(budget, s3.signal);
	const partSize = partSizeFor(1, length);
	try {
		const release = await memory.take(Math.min(partSize, length ?? partSize));
		const first = await source.read(partSize);
		if (first.length === partSize)
			return await uploadParts(s3, {
				input,
				first: { bytes: first, number: 1, release },
				source,
				length,
				memory,
				resume,
			});
		checkLength(first.length, length);
		const put = new PutObjectCommand({ ...input, Body: first, ContentLength: first.length });
		return { ...(await s3.send(put).catch(orStoredBefore(s3, input, first))), size: first.length };
	} finally {
		memory.close();
		await source.close();
	}
};

interface Part {
	bytes: Buffer;
	number: number;
	release: () => void;
}

interface Parts extends Omit<Upload, 'body' | 'budget'> {
	first: Part;
	source: ReturnType<typeof chunker>;
	memory: MemoryClaims;
}

async function* cut({ first, source, length, memory }: Parts, signal: AbortSignal): AsyncGenerator<Part> {
	yield first;
	for (let number = 2; ; number++) {
		const partSize = partSizeFor(number, length);
		const release = await memory.take(partSize, signal);
		const bytes = await source.read(partSize);
		if (bytes.length === 0) return release();
		yield { bytes, number, release };
		if (bytes.length < partSize) return;
	}
}

const uploadParts = async (s3: S3, upload: Parts): Promise<Stored> => {
	const { Bucket, Key, ...input } = upload.input;
	// To refuse at the end would be right as well, but late. Where the condition may not hold, somebody has looked already.
	if (input.IfNoneMatch === '*' && s3.capabilities.conditionalPut === 'yes')
		await throwIfExists(s3, { bucket: Bucket ?? '', key: Key ?? '' });
	const { ChecksumAlgorithm: chosen, IfMatch, IfNoneMatch, ContentMD5: _ofWhole, ...headers } = input;
	const checksum = checksumFor(chosen ?? (s3.capabilities.checksums === 'yes' ? 'CRC32' : undefined));
	const { ChecksumAlgorithm, ChecksumType } = checksum;
	const begin = async () => {
		const at = { bucket: Bucket ?? '', key: Key ?? '' };
		const remains = upload.resume ? await findUnfinishedUpload(s3, at, { ChecksumAlgorithm, ChecksumType }) : undefined;
		if (remains) return remains;
		const UploadId = await beginMultipartUpload(s3, { Bucket, Key, ...headers, ChecksumAlgorithm, ChecksumType });
		return { UploadId, parts: new Map<number, CompletedPart>() };
	};
	const remains = await begin();
	const { UploadId } = remains;
	let resumedBytes = 0;
	const sendPart = async ({ bytes, number }: Part, signal: AbortSignal): Promise<CompletedPart> => {
		const arrived = matchingPart(remains, number, bytes);
		if (arrived) {
			resumedBytes += bytes.length;
			return arrived;
		}
		const part = { Bucket, Key, UploadId, PartNumber: number, Body: bytes, ChecksumAlgorithm };
		const { ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 } = await s3
			.endedBy(signal)
			.send(new UploadPartCommand(part));
		return { PartNumber: number, ETag, ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256 };
	};
	const at = { Bucket, Key, UploadId, IfMatch, IfNoneMatch };
	const done = await completed(s3, at, upload.resume === true, async () => {
		let size = 0;
		const parts = await poolAll(
			(signal) => checksum.along(cut(upload, signal)),
			{ limit: limitOfParts(), signal: s3.signal },
			async (part, signal) => {
				size += part.bytes.length;
				return await sendPart(part, signal).finally(() => {
					upload.source.recycle(part.bytes);
					part.release();
				});
			},
		);
		checkLength(size, upload.length);
		return { parts, size, ...(await checksum.ofWhole(size)) };
	});
	return { ...done, ...(resumedBytes > 0 && { resumedBytes }) };
};
