import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { Budget } from './budget';
import type { S3 } from './client';
import type { OnConflict } from './conflict';
import type { Copy } from './copy';
import { carriedOver } from './copy';
import type { CopiedUnless } from './copyUnless';
import { download } from './download';
import { headOf, isCopyOf, markOrigin } from './same';
import { uploadUnless } from './uploadUnless';

/** Two connections that cannot see each other, and the memory in which what is under way between them is held. */
interface Between {
	from: S3;
	to: S3;
	budget: Budget;
}

/**
 * Copies an object from one connection to another: streamed through, with metadata, headers and tags, and with regard to
 * one that has the key already. The original may not change meanwhile.
 */
export const copyThrough = async (
	{ from, to, budget }: Between,
	{ source, input }: Copy,
	onConflict: OnConflict = 'overwrite',
): Promise<CopiedUnless> => {
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
	const there = compares ? await headOf(to, { bucket, key }) : undefined;
	if (there && isCopyOf(head, there)) return { key, skipped: 'same' };
	const put = { ...headers, ...(await carriedOver(from, { source, input }, head)), Bucket: bucket, Key: key };
	return await uploadUnless(
		to,
		{
			open: async () => (await download(from, { ...original, IfMatch: head.ETag }, { budget })).body,
			input: compares ? { ...put, Metadata: markOrigin(put.Metadata, head) } : put,
			length: head.ContentLength,
			budget,
		},
		compares ? 'overwrite' : onConflict,
	);
};
