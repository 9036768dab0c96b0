import type { CompletedPart, PutObjectCommandInput } from '@aws-sdk/client-s3';
import { PutObjectCommand, UploadPartCommand } from '@aws-sdk/client-s3';
import { checksumFor } from './uploadChecksum';
import type { S3 } from '../client/client';
import { isTaken, throwIfSeen } from './conflict';
import type { MemoryBudget, MemoryClaims } from '../flow/memoryBudget';
import { claimsOn } from '../flow/memoryBudget';
import { abortable } from '../flow/abortable';
import { beginMultipartUpload, completed } from './multipart';
import type { ConcurrencyLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { partSizeFor } from './partSize';
import { confirmEncryption } from './protection';
import { chunker } from './chunker';
import { isS3Failure } from '../failure';
import { matchingPart, findUnfinishedUpload } from './resumeUpload';
import { digestOf, hasContent } from '../list/contentIdentity';
import { headObject } from '../list/headObject';

/** Parallel parts of one object. Fast parts need few connections, which saves memory. */
const partsInParallel = { near: 4, far: 32 };

/** A part that takes longer, in milliseconds, gets more connections; then only the memory budget limits them. */
const slowPart = 400;

const partLimit = (): ConcurrencyLimit => {
	let limit = partsInParallel.near;
	const done = (took: number) => {
		if (took > slowPart) limit = partsInParallel.far;
	};
	return { current: () => limit, done };
};

/** An upload of one object. */
export interface Upload {
	/** The input of PutObject, without the body. */
	input: Omit<PutObjectCommandInput, 'Body' | 'ContentLength'>;
	body: AsyncIterable<Uint8Array>;
	/** Length of the body in bytes, if known. The upload throws if the body is shorter or longer. */
	length?: number;
	budget: MemoryBudget;
	/** Whether to resume an interrupted upload of the same key, and to keep the parts if it is interrupted again. */
	resume?: boolean;
}

/** S3's response for a stored object. */
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
	/** Bytes of the parts that S3 already had. */
	resumedBytes?: number;
}

const checkLength = (got: number, expected: number | undefined) => {
	if (expected === undefined || got === expected) return;
	throw new Error(`The data to upload has ${got} bytes instead of the ${expected} that were announced`);
};

/**
 * A `catch` handler for a conditional PutObject: if the response to a first attempt was lost, S3 rejects the retry because
 * the first attempt has stored the object. Returns that object; throws all other errors.
 */
const orAlreadyStored =
	(s3: S3, { Bucket: bucket = '', Key: key = '' }: Upload['input'], bytes: Buffer) =>
	async (error: unknown) => {
		const wasRetried = isS3Failure(error) && isTaken(error) && (error.attempts ?? 1) > 1;
		const existing = wasRetried ? await headObject(s3, { bucket, key }) : undefined;
		if (!existing || !hasContent(existing, await digestOf([bytes]))) throw error;
		return { ETag: existing.ETag, VersionId: existing.VersionId };
	};

/**
 * Uploads a stream of any length as one object: below 8 MiB in one request, else in parallel parts. Throws if the length
 * is wrong or S3 rejects a request, and then leaves no object, and no parts unless `resume` is set.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const upload = async (s3: S3, { input, body, length, budget, resume }: Upload): Promise<Stored> => {
	const source = chunker(body, length);
	const memory = claimsOn(budget, s3.signal);
	// A source may be stuck: a stop does not wait for it.
	const read = async (size: number, signal = s3.signal) => await abortable(source.read(size), signal, () => undefined);
	const partSize = partSizeFor(1, length);
	try {
		const release = await memory.take(Math.min(partSize, length ?? partSize));
		const first = await read(partSize);
		if (first.length === partSize)
			return await uploadParts(s3, {
				input,
				first: { bytes: first, number: 1, release },
				read,
				recycle: source.recycle,
				length,
				memory,
				resume,
			});
		checkLength(first.length, length);
		const put = new PutObjectCommand({ ...input, Body: first, ContentLength: first.length });
		const stored = await s3.send(put).then(
			async (answer) => {
				await confirmEncryption(s3, input, answer);
				return answer;
			},
			orAlreadyStored(s3, input, first),
		);
		return { ...stored, size: first.length };
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
	read: (size: number, signal?: AbortSignal) => Promise<Buffer>;
	recycle: (bytes: Buffer) => void;
	memory: MemoryClaims;
}

async function* cutIntoParts({ first, read, length, memory }: Parts, signal: AbortSignal): AsyncGenerator<Part> {
	yield first;
	for (let number = 2; ; number++) {
		const partSize = partSizeFor(number, length);
		const release = await memory.take(partSize, signal);
		const bytes = await read(partSize, signal);
		if (bytes.length === 0) return release();
		yield { bytes, number, release };
		if (bytes.length < partSize) return;
	}
}

const uploadParts = async (s3: S3, upload: Parts): Promise<Stored> => {
	const { Bucket, Key, ...input } = upload.input;
	// S3 checks the condition only at the end, so fail before sending parts. Where the server may ignore the condition,
	// `ifFree` has checked already.
	if (input.IfNoneMatch === '*' && s3.capabilities.conditionalPut === 'yes')
		await throwIfSeen(s3, { bucket: Bucket ?? '', key: Key ?? '' });
	const { ChecksumAlgorithm: algorithm, IfMatch, IfNoneMatch, ContentMD5: _ofObject, ...headers } = input;
	const checksum = checksumFor(algorithm ?? (s3.capabilities.checksums === 'yes' ? 'CRC32' : undefined));
	const { ChecksumAlgorithm, ChecksumType } = checksum;
	const begin = async () => {
		const at = { bucket: Bucket ?? '', key: Key ?? '' };
		const interrupted = upload.resume
			? await findUnfinishedUpload(s3, at, { ChecksumAlgorithm, ChecksumType })
			: undefined;
		if (interrupted) return interrupted;
		const UploadId = await beginMultipartUpload(s3, { Bucket, Key, ...headers, ChecksumAlgorithm, ChecksumType });
		return { UploadId, parts: new Map<number, CompletedPart>() };
	};
	const multipartUpload = await begin();
	const { UploadId } = multipartUpload;
	let resumedBytes = 0;
	const sendPart = async ({ bytes, number }: Part, signal: AbortSignal): Promise<CompletedPart> => {
		const existing = matchingPart(multipartUpload, number, bytes);
		if (existing) {
			resumedBytes += bytes.length;
			return existing;
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
			(signal) => checksum.along(cutIntoParts(upload, signal)),
			{ limit: partLimit(), signal: s3.signal },
			async (part, signal) => {
				size += part.bytes.length;
				return await sendPart(part, signal).finally(() => {
					upload.recycle(part.bytes);
					part.release();
				});
			},
		);
		checkLength(size, upload.length);
		return { parts, size, ...(await checksum.ofWhole(size)) };
	});
	return { ...done, ...(resumedBytes > 0 && { resumedBytes }) };
};
