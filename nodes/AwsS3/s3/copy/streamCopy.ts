import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conditionalWrite';
import type { Copy } from './copyRequest';
import { carriedOver, taggingFor } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { hasOtherEtags } from '../write/otherEtags';
import { provenCopy } from './provenCopy';
import { download } from '../read/download';
import { fitsInMemory } from '../parts/partSize';
import { partCountIn, sourcePartSize } from '../parts/sourceParts';
import { headObject } from '../list/headObject';
import type { ObjectHead } from '../contentIdentity';
import { bareEtag, hasMd5Etag, isCopyOf, withSourceEtag } from '../contentIdentity';
import { conditionalUpload } from '../write/conditionalUpload';
import type { Upload } from '../write/upload';
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
	/** Whether a copy that was stored damaged is left as it is. */
	isAppendOnly?: boolean;
}

/** Whether a copy of an object of this size goes in one request if its original has no parts. */
const isCopiedWhole = (size: number | undefined, budget: MemoryBudget): size is number =>
	size !== undefined && size <= largestWhole && fitsInMemory(size + 1, budget);

/** The size of the parts of a copy in bytes; undefined for the usual one. */
const partSizeOf = async (from: S3, original: GetObjectCommandInput, head: ObjectHead, budget: MemoryBudget) => {
	const { ContentLength: size } = head;
	// More than the object has, so that it is no part.
	if (partCountIn(head.ETag) === 0) return isCopiedWhole(size, budget) ? size + 1 : undefined;
	const partSize = await sourcePartSize(from, original, head);
	return partSize !== undefined && fitsInMemory(partSize, budget) ? partSize : undefined;
};

/** The MD5 of an original, which need not be computed again. */
const md5Of = ({ ETag }: ObjectHead): { ContentMD5?: string } => ({
	ContentMD5: Buffer.from(bareEtag(ETag), 'hex').toString('base64'),
});

/** Whether bytes were damaged on their way: those that were read, or those that the destination got. */
const wasDamaged = (error: unknown) =>
	/^(ChecksumMismatch|BadDigest|XAmzContentSHA256Mismatch)$/.test(codeOf(error) ?? '');

/** Once the state of the object is known, its ETag is the only condition. */
const withoutConditions = { IfNoneMatch: undefined, IfModifiedSince: undefined, IfUnmodifiedSince: undefined };

/**
 * Reads an original for a copy into a bucket; `open` gives its content as often as that is needed, the first time without another request.
 * With `isLeft`, only the destination compares what it gives the first time.
 */
const originalOf = async (
	between: Between,
	input: GetObjectCommandInput,
	{ bucket, compares }: { bucket: string; compares: boolean },
) => {
	const { from, to, budget } = between;
	const reopen = async ({ ETag }: ObjectHead) =>
		(await download(from, { ...input, ...(ETag && { ...withoutConditions, IfMatch: ETag }) }, { budget })).body;
	// A look is enough for what may not be needed.
	if (compares || to.isDryRun) {
		const head: ObjectHead = await from.send(new HeadObjectCommand({ ...input, ChecksumMode: 'ENABLED' }));
		return { head, isLeft: false, open: async () => await reopen(head), close: () => undefined };
	}
	// Asked once, because an answer that arrives before the upload may tell more of the server.
	const isCompared = comparesMd5(to.connection) && !hasOtherEtags(to, bucket);
	const isComparedLater = (found: ObjectHead) =>
		isCompared && hasMd5Etag(found) && isCopiedWhole(found.ContentLength, budget);
	const { body, ...head } = await download(from, input, { budget, isComparedLater });
	let unread: typeof body | undefined = body;
	return {
		head,
		isLeft: isComparedLater(head),
		open: async () => {
			const first = unread;
			unread = undefined;
			return first ?? (await reopen(head));
		},
		close: () => void unread?.[Symbol.asyncIterator]().return?.(),
	};
};

/**
 * Streams an object from one connection to another, with metadata, headers and tags: whole up to 16 MiB, else in its
 * original parts if they fit into the memory. A whole one that is damaged on its way is sent a second time. `onConflict` decides
 * what happens if the destination exists. Throws if the source changes during the copy.
 */
export const streamCopy = async (
	between: Between,
	{ source, input }: Copy,
	onConflict: OnConflict = 'overwrite',
): Promise<ConditionalCopied> => {
	const { from, to, budget, isAppendOnly } = between;
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
	const { head, isLeft, open, close } = await originalOf(between, { ...at, ...conditions }, { bucket, compares });
	try {
		const existing = compares ? await headObject(to, { bucket, key }) : undefined;
		if (existing && isCopyOf(head, existing)) return { key, skipped: 'same' };
		const partSize = await partSizeOf(from, at, head, budget);
		const tagging = begun ?? taggingFor(from, { source, input });
		const put = { ...headers, ...(await carriedOver(input, head, tagging)), Bucket: bucket, Key: key };
		const send = async (more: Partial<Upload['input']>, conflict: OnConflict = compares ? 'overwrite' : onConflict) =>
			await conditionalUpload(
				to,
				{
					open,
					input: { ...put, ...(compares && { Metadata: withSourceEtag(put.Metadata, head) }), ...more },
					length: head.ContentLength,
					partSize,
					budget,
				},
				conflict,
			);
		const isSentWhole = isCopiedWhole(head.ContentLength, budget);
		const sendsMd5 = isLeft || (hasMd5Etag(head) && to.capabilities.checksums !== 'yes');
		const first = send(sendsMd5 ? md5Of(head) : {});
		const stored = await first.catch(async (error) => {
			if (!isSentWhole || !wasDamaged(error)) throw error;
			// What is read again is compared here, which shows on which way it was damaged.
			return await send({});
		});
		if (!isSentWhole) return stored;
		return await provenCopy({ to, budget, put, original: head, isLeft, isAppendOnly }, stored, async (change) =>
			send(change, 'overwrite'),
		);
	} finally {
		close();
	}
};
