import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conditionalWrite';
import type { Copy } from './copyRequest';
import { carriedOver } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { download } from '../read/download';
import { fitsInMemory } from '../parts/partSize';
import { sourcePartSize } from '../parts/sourceParts';
import { headObject } from '../list/headObject';
import { isCopyOf, withSourceEtag } from '../list/contentIdentity';
import { conditionalUpload } from '../write/conditionalUpload';

/** Two connections that cannot copy directly, and the memory budget for the data in transit. */
interface Between {
	from: S3;
	to: S3;
	budget: MemoryBudget;
}

/**
 * Streams an object from one connection to another, with metadata, headers and tags, in the parts that it was uploaded in if
 * they fit into the memory; `onConflict` decides what happens if
 * the destination exists. Throws if the source changes meanwhile.
 */
export const streamCopy = async (
	{ from, to, budget }: Between,
	{ source, input }: Copy,
	onConflict: OnConflict = 'overwrite',
): Promise<ConditionalCopied> => {
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
	const original = {
		...{ Bucket: source.bucket, Key: source.key, VersionId: source.versionId },
		...{ SSECustomerAlgorithm, SSECustomerKey },
	};
	const conditions = { IfMatch, IfNoneMatch, IfModifiedSince, IfUnmodifiedSince };
	const head = await from.send(new HeadObjectCommand({ ...original, ...conditions, ChecksumMode: 'ENABLED' }));
	const compares = onConflict === 'skipIfSame';
	const existing = compares ? await headObject(to, { bucket, key }) : undefined;
	if (existing && isCopyOf(head, existing)) return { key, skipped: 'same' };
	const partSize = await sourcePartSize(from, original, head);
	const put = { ...headers, ...(await carriedOver(from, { source, input }, head)), Bucket: bucket, Key: key };
	return await conditionalUpload(
		to,
		{
			open: async () => (await download(from, { ...original, IfMatch: head.ETag }, { budget })).body,
			input: compares ? { ...put, Metadata: withSourceEtag(put.Metadata, head) } : put,
			length: head.ContentLength,
			partSize: partSize !== undefined && fitsInMemory(partSize, budget) ? partSize : undefined,
			budget,
		},
		compares ? 'overwrite' : onConflict,
	);
};
