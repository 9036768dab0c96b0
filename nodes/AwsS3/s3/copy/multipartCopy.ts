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

/** Parts are copied inside S3, so large ones cost no memory here; 10,000 of them make 5 TiB. */
const copyPartSize = 0.5 * GiB;
const partsInParallel = 16;

/** Copies an object of any size in parts of at least 5 MiB (the last one excepted), keeping or replacing what `input` says. */
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
				// All parts must come from the same source, even if somebody overwrites it meanwhile.
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
