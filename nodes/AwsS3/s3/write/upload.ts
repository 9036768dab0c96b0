import type {
	CompletedPart,
	PutObjectCommandInput,
	ServerSideEncryption,
	UploadPartCommandOutput,
} from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { partChecksums } from '../parts/partChecksums';
import { checksumFor } from '../parts/uploadChecksum';
import type { S3 } from '../client/client';
import { isTaken, throwIfExists } from './conditionalWrite';
import type { MemoryBudget } from '../flow/memoryBudget';
import { claimsOn } from '../flow/memoryBudget';
import { abortable } from '../flow/abortable';
import { beginMultipartUpload, completed } from './multipart';
import type { ConcurrencyLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { fitsInMemory, maxObjectSize, partSizeFor } from '../parts/partSize';
import type { Cutting, Part } from '../parts/cutParts';
import { checkLength, cutParts, tooLarge } from '../parts/cutParts';
import { confirmEncryption } from './confirmWritten';
import { chunker } from '../parts/chunker';
import { statusOf, wasRetried, wasSentOnce } from '../failure';
import { matchingPart, findUnfinishedUpload } from '../parts/unfinishedUpload';
import { temporaryFiles } from '../parts/temporaryFile';
import { digestOf, hasContent } from '../contentIdentity';
import { headIfAllowed } from '../list/headObject';

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
	/** Where the length is not known: the most that it can be, in bytes, so that the parts need not grow on the way. */
	atMost?(): Promise<number>;
	/** The size of the parts in bytes, for a copy that is to have those of its original; it fits into the memory. */
	partSize?: number;
	budget: MemoryBudget;
	/** Whether to resume an interrupted upload of the same key, and to keep the parts if it is interrupted again. */
	resume?: boolean;
}

/** S3's response for a stored object. */
export interface Stored {
	ETag?: string;
	VersionId?: string;
	ServerSideEncryption?: ServerSideEncryption;
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
	/** Whether it continued an interrupted upload, so that the object has the properties which that one requested. */
	isResumed?: boolean;
}

/**
 * A `catch` handler for a conditional PutObject: if the response to a first attempt was lost, S3 rejects the retry because
 * the first attempt has stored the object. Returns that object; throws all other errors.
 */
const orAlreadyStored =
	(s3: S3, { Bucket: bucket = '', Key: key = '' }: Upload['input'], bytes: Buffer) =>
	async (error: unknown) => {
		const isRetry = isTaken(error) && wasRetried(error);
		const existing = isRetry ? await headIfAllowed(s3, { bucket, key }) : undefined;
		if (!existing || !hasContent(existing, await digestOf([bytes]))) throw error;
		return { ETag: existing.ETag, VersionId: existing.VersionId };
	};

/** Bytes. V8 looks through n8n's whole heap the more often, the more large memory is new; many small pieces would take long to find. */
const leastToRecycle = 1024 ** 2;

/**
 * The memory to claim for a number of bytes: one of a few sizes, two in each doubling, so that objects of different sizes use it one
 * after the other; or exactly as much, if more does not fit.
 */
const roomFor = (bytes: number, budget: MemoryBudget) => {
	if (bytes < leastToRecycle) return bytes;
	const power = 2 ** Math.floor(Math.log2(bytes));
	const room = [power, 1.5 * power, 2 * power].find((size) => size >= bytes) ?? bytes;
	return fitsInMemory(room, budget) ? room : bytes;
};

/** Throws if content of this length, in bytes, fits into no object. */
export const throwIfTooLarge = (s3: S3, { input, length }: Pick<Upload, 'input' | 'length'>) => {
	if (length !== undefined && length > maxObjectSize) throw tooLarge(s3, input);
};

/**
 * Uploads a stream of any length as one object: below 8 MiB in one request, else in parallel parts. Throws if the length
 * is wrong or S3 rejects a request, and then leaves no object, and no parts unless `resume` is set.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
 */
export const upload = async (s3: S3, { body, ...given }: Upload): Promise<Stored> => {
	const { input, length, budget, resume } = given;
	const source = chunker(body, budget, length);
	const memory = claimsOn(budget, s3.signal);
	const files = temporaryFiles(s3.signal);
	try {
		throwIfTooLarge(s3, given);
		const most = length ?? (await given.atMost?.());
		const partSize = given.partSize ?? partSizeFor(1, most);
		const uploadFrom = async (first?: Cutting['first']) =>
			await uploadParts(
				s3,
				{ input, length, resume },
				{ source, budget, memory, files, length: most, first, partSize: given.partSize },
			);
		if (!fitsInMemory(partSize, budget)) return await uploadFrom();
		const room = roomFor(Math.min(partSize, length ?? partSize), budget);
		const release = await memory.take(room);
		// A source may be stuck: a stop does not wait for it.
		const bytes = await abortable(source.read(partSize, room), s3.signal, () => undefined);
		if (bytes.length === partSize) return await uploadFrom({ bytes, release });
		checkLength(bytes.length, length);
		const put = new PutObjectCommand({ ...input, Body: bytes, ContentLength: bytes.length });
		const stored = await s3.send(put).then(
			async (answer) => {
				await confirmEncryption(s3, input, answer);
				if (bytes.buffer.byteLength >= leastToRecycle && wasSentOnce(answer)) source.recycle(bytes);
				return answer;
			},
			orAlreadyStored(s3, input, bytes),
		);
		return { ...stored, size: bytes.length };
	} finally {
		memory.close();
		await files.close();
		await source.close();
	}
};

/**
 * A `catch` handler for a look at the key before an upload: users who may write need not be allowed to look, where the server
 * checks the condition as well. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
const orRefused = (s3: S3) => (error: unknown) => {
	if (statusOf(error) !== 403 || s3.capabilities.conditionalComplete !== 'yes') throw error;
};

const completedPart = ({ number }: Part, sent: UploadPartCommandOutput): CompletedPart => ({
	PartNumber: number,
	ETag: sent.ETag,
	...partChecksums(sent),
});

const uploadParts = async (
	s3: S3,
	{ input: { Bucket, Key, ...input }, length, resume }: Pick<Upload, 'input' | 'length' | 'resume'>,
	cutting: Omit<Cutting, 'checksum'>,
): Promise<Stored> => {
	const name = { bucket: Bucket ?? '', key: Key ?? '' };
	// S3 checks the condition only at the end, so fail before sending parts. Where the server may ignore the condition,
	// `ifFree` has checked already.
	if (input.IfNoneMatch === '*' && s3.capabilities.conditionalPut === 'yes')
		await throwIfExists(s3, name, 'conditionalComplete').catch(orRefused(s3));
	const { ChecksumAlgorithm: algorithm, IfMatch, IfNoneMatch, ContentMD5: _ofObject, ...headers } = input;
	const checksum = checksumFor(algorithm ?? (s3.capabilities.checksums === 'yes' ? 'CRC32' : undefined));
	const { ChecksumAlgorithm, ChecksumType } = checksum;
	const { StorageClass = s3.defaults.StorageClass } = headers;
	const begin = async () => {
		const UploadId = await beginMultipartUpload(s3, { Bucket, Key, ...headers, ChecksumAlgorithm, ChecksumType });
		return { UploadId, parts: new Map<number, CompletedPart>() };
	};
	const interrupted = resume
		? await findUnfinishedUpload(s3, name, { ChecksumAlgorithm, ChecksumType, StorageClass })
		: undefined;
	const multipartUpload = interrupted ?? (await begin());
	const at = { Bucket, Key, UploadId: multipartUpload.UploadId };
	let resumedBytes = 0;
	const sendPart = async (part: Part, signal: AbortSignal): Promise<CompletedPart> => {
		const existing = await matchingPart(multipartUpload, part);
		if (existing) resumedBytes += part.size;
		return existing ?? completedPart(part, await part.send(s3.endedBy(signal), at));
	};
	const done = await completed(s3, { ...at, IfMatch, IfNoneMatch }, resume === true, async () => {
		let size = 0;
		const parts = await poolAll(
			(signal) => cutParts(s3, at, { ...cutting, checksum }, signal),
			{ limit: partLimit(), signal: s3.signal },
			async (part, signal) => {
				size += part.size;
				return await sendPart(part, signal).finally(part.release);
			},
		);
		checkLength(size, length);
		return { parts, size, ...(await checksum.ofWhole(size)) };
	});
	return { ...done, ...(resumedBytes > 0 && { resumedBytes }), ...(interrupted && { isResumed: true }) };
};
