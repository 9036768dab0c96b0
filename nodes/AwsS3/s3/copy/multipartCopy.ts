import type { CompletedPart } from '@aws-sdk/client-s3';
import { HeadObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { copySource } from '../address';
import type { S3 } from '../client/client';
import { fixedLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { beginMultipartUpload, completed } from '../write/multipart';
import type { Copied, Copy } from './copyRequest';
import { carriedOver } from './objectProperties';

const GiB = 1024 ** 3;

/** S3 copies the parts, so large ones use no memory here; 10,000 parts make almost 5 TiB. */
const copyPartSize = 0.5 * GiB;
const partsInParallel = 16;

/**
 * Copies an object of any size in parallel parts. `partSize` is at least 5 MiB, in bytes. Throws if S3 rejects a request or
 * the source changes, and then leaves no parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 */
export const copyInParts = async (s3: S3, { source, input }: Copy, partSize = copyPartSize): Promise<Copied> => {
	const { Bucket, Key, MetadataDirective: _m, TaggingDirective: _t, IfMatch, IfNoneMatch, ...headers } = input;
	const { CopySourceSSECustomerAlgorithm, CopySourceSSECustomerKey, CopySourceIfMatch, ...rest } = headers;
	const head = await s3.send(
		new HeadObjectCommand({
			Bucket: source.bucket,
			Key: source.key,
			VersionId: source.versionId,
			IfNoneMatch: input.CopySourceIfNoneMatch,
			IfModifiedSince: input.CopySourceIfModifiedSince,
			IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
			SSECustomerAlgorithm: CopySourceSSECustomerAlgorithm,
			SSECustomerKey: CopySourceSSECustomerKey,
		}),
	);
	const size = head.ContentLength ?? 0;
	const carried = await carriedOver(s3, { source, input }, head);
	const UploadId = await beginMultipartUpload(s3, { Bucket, Key, ...rest, ...carried });
	const numbers = Array.from({ length: Math.max(1, Math.ceil(size / partSize)) }, (_, index) => index + 1);
	const copyPart = async (number: number, signal: AbortSignal): Promise<CompletedPart> => {
		const from = (number - 1) * partSize;
		const { CopyPartResult } = await s3.endedBy(signal).send(
			new UploadPartCopyCommand({
				Bucket,
				Key,
				UploadId,
				PartNumber: number,
				CopySource: copySource(source),
				CopySourceRange: `bytes=${from}-${Math.min(from + partSize, size) - 1}`,
				// All parts must come from the same content, even if another request overwrites the source.
				CopySourceIfMatch: CopySourceIfMatch ?? head.ETag,
				CopySourceSSECustomerAlgorithm,
				CopySourceSSECustomerKey,
			}),
		);
		return { PartNumber: number, ETag: CopyPartResult?.ETag };
	};
	return await completed(s3, { Bucket, Key, UploadId, IfMatch, IfNoneMatch }, false, async () => {
		const parts = await poolAll(numbers, { limit: fixedLimit(partsInParallel), signal: s3.signal }, copyPart);
		return { parts, size };
	});
};
