import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conditionalWrite';
import type { Copy } from './copyRequest';
import { carriedOver, taggingFor } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { download } from '../read/download';
import { fitsInMemory } from '../parts/partSize';
import { partCountIn, sourcePartSize } from '../parts/sourceParts';
import { headObject } from '../list/headObject';
import type { ObjectHead } from '../contentIdentity';
import { bareEtag, hasMd5Etag, isCopyOf, withSourceEtag } from '../contentIdentity';
import { conditionalUpload } from '../write/conditionalUpload';
import { comparesMd5 } from '../capabilities';
import { codeOf } from '../failure';

const MiB = 1024 ** 2;

/** Bytes. Larger objects are copied in parts. Others keep the ETag of their original, if that has no parts either. */
const largestWhole = 16 * MiB;

/** Two connections that cannot copy directly, and the memory budget for the data in transit. */
interface Between {
	from: S3;
	to: S3;
	budget: MemoryBudget;
}

/** Whether a copy of an object of this size goes in one request if its original has no parts. */
const isCopiedWhole = (size: number, budget: MemoryBudget) => size <= largestWhole && fitsInMemory(size + 1, budget);

/** The size of the parts of a copy in bytes; undefined for the usual one. */
const partSizeOf = async (from: S3, original: GetObjectCommandInput, head: ObjectHead, budget: MemoryBudget) => {
	const { ContentLength: size } = head;
	// More than the object has, so that it is no part.
	if (partCountIn(head.ETag) === 0) return size !== undefined && isCopiedWhole(size, budget) ? size + 1 : undefined;
	const partSize = await sourcePartSize(from, original, head);
	return partSize !== undefined && fitsInMemory(partSize, budget) ? partSize : undefined;
};

/** What the destination compares a copy in one request with: the MD5 of the original, which need not be computed again. */
const digestOfWhole = (to: S3, head: ObjectHead) =>
	hasMd5Etag(head) && (comparesMd5(to.connection) || to.capabilities.checksums !== 'yes')
		? { ContentMD5: Buffer.from(bareEtag(head.ETag), 'hex').toString('base64') }
		: {};

/** Whether the destination rejects a copy with other bytes than those of the original. */
const isComparedThere = ({ to, budget }: Between, head: ObjectHead) =>
	comparesMd5(to.connection) &&
	hasMd5Etag(head) &&
	head.ContentLength !== undefined &&
	isCopiedWhole(head.ContentLength, budget);

/** Once the state of the object is known, its ETag is the only condition. */
const withoutConditions = { IfNoneMatch: undefined, IfModifiedSince: undefined, IfUnmodifiedSince: undefined };

/**
 * Reads an original; `open` gives its content as often as that is needed, the first time without another request. What the
 * destination compares is compared here as well only when it is opened again.
 */
const originalOf = async (between: Between, input: GetObjectCommandInput, compares: boolean) => {
	const { from, to, budget } = between;
	const read = async (IfMatch?: string) =>
		await (IfMatch === undefined
			? download(from, input, { budget, isComparedLater: (head) => isComparedThere(between, head) })
			: download(from, { ...input, ...withoutConditions, IfMatch }, { budget }));
	// A look is enough for what may not be needed.
	if (compares || to.isDryRun) {
		const head: ObjectHead = await from.send(new HeadObjectCommand({ ...input, ChecksumMode: 'ENABLED' }));
		return { head, open: async () => (await read(head.ETag)).body, close: () => undefined };
	}
	const { body, ...head } = await read();
	let unread: typeof body | undefined = body;
	return {
		head,
		open: async () => {
			const first = unread;
			unread = undefined;
			return first ?? (await read(head.ETag)).body;
		},
		close: () => void unread?.[Symbol.asyncIterator]().return?.(),
	};
};

/** A `catch` handler: copies again what the destination has rejected, and then tells whether it was damaged on its way here. */
const onceMoreIfDamaged =
	<T>(copy: () => Promise<T>) =>
	async (error: unknown): Promise<T> => {
		if (codeOf(error) !== 'BadDigest') throw error;
		return await copy();
	};

/**
 * Streams an object from one connection to another, with metadata, headers and tags: whole up to 16 MiB, else in its
 * original parts if they fit into the memory. `onConflict` decides what happens if the destination exists. Throws if
 * the source changes during the copy.
 */
export const streamCopy = async (
	between: Between,
	{ source, input }: Copy,
	onConflict: OnConflict = 'overwrite',
): Promise<ConditionalCopied> => {
	const { from, to, budget } = between;
	const { Bucket: bucket = '', Key: key = '', MetadataDirective: _m, TaggingDirective: _t, ...given } = input;
	const {
		CopySourceIfMatch: IfMatch,
		CopySourceIfNoneMatch: IfNoneMatch,
		CopySourceIfModifiedSince: IfModifiedSince,
		CopySourceIfUnmodifiedSince: IfUnmodifiedSince,
		CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
		CopySourceSSECustomerKey: SSECustomerKey,
		...headers
	} = given;
	const at = {
		...{ Bucket: source.bucket, Key: source.key, VersionId: source.versionId },
		...{ SSECustomerAlgorithm, SSECustomerKey },
	};
	const conditions = { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince };
	const compares = onConflict === 'skipIfSame';
	const begun = compares ? undefined : taggingFor(from, { source, input });
	const { head, open, close } = await originalOf(between, { ...at, ...conditions }, compares);
	try {
		const existing = compares ? await headObject(to, { bucket, key }) : undefined;
		if (existing && isCopyOf(head, existing)) return { key, skipped: 'same' };
		const partSize = await partSizeOf(from, at, head, budget);
		const tagging = begun ?? taggingFor(from, { source, input });
		const put = {
			...{ ...headers, ...(await carriedOver(input, head, tagging)), ...digestOfWhole(to, head) },
			...{ Bucket: bucket, Key: key },
		};
		const send = async () =>
			await conditionalUpload(
				to,
				{
					open,
					input: compares ? { ...put, Metadata: withSourceEtag(put.Metadata, head) } : put,
					length: head.ContentLength,
					partSize,
					budget,
				},
				compares ? 'overwrite' : onConflict,
			);
		return await send().catch(onceMoreIfDamaged(send));
	} finally {
		close();
	}
};
