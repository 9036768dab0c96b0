import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import type { OnConflict } from '../write/conflict';
import type { Copy } from './copyRequest';
import { carriedOver } from './objectProperties';
import type { ConditionalCopied } from './conditionalCopy';
import { download } from '../read/download';
import { headObject } from '../list/headObject';
import { isCopyOf, withSourceEtag } from '../list/contentIdentity';
import { conditionalUpload } from '../write/conditionalUpload';

/** Two connections that cannot see each other, and the memory in which what is under way between them is held. */
interface Between {
	from: S3;
	to: S3;
	budget: MemoryBudget;
}

/**
 * Copies an object from one connection to another: streamed through, with metadata, headers and tags, and with regard to
 * one that has the key already. The original may not change meanwhile.
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
	const there = compares ? await headObject(to, { bucket, key }) : undefined;
	if (there && isCopyOf(head, there)) return { key, skipped: 'same' };
	const put = { ...headers, ...(await carriedOver(from, { source, input }, head)), Bucket: bucket, Key: key };
	return await conditionalUpload(
		to,
		{
			open: async () => (await download(from, { ...original, IfMatch: head.ETag }, { budget })).body,
			input: compares ? { ...put, Metadata: withSourceEtag(put.Metadata, head) } : put,
			length: head.ContentLength,
			budget,
		},
		compares ? 'overwrite' : onConflict,
	);
};
