import type { CompletedPart } from '@aws-sdk/client-s3';
import { HeadObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { copySource } from '../address';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { s3Failure } from '../failure';
import { fixedLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import { beginMultipartUpload, completed } from '../write/multipart';
import { partChecksums } from '../parts/partChecksums';
import { copyPartSizeFor, maxObjectSize } from '../parts/partSize';
import { sourcePartSize } from '../parts/sourceParts';
import { checksumFor } from '../parts/uploadChecksum';
import type { Copied, Copy } from './copyRequest';
import { forSource } from './copyRequest';
import { carriedOver, taggingFor } from './objectProperties';

const partsInParallel = 16;

const throwIfTooLarge = ({ connection }: S3, { Bucket: bucket, Key: key }: Copy['input'], size: number) => {
	if (size <= maxObjectSize) return;
	const message = `The object has ${size} bytes, more than the ${maxObjectSize} that S3 allows`;
	throw s3Failure({ code: 'EntityTooLarge', message, connection, bucket, key });
};

/** Throws if a source has another ETag now: servers such as Ceph ignore the condition on the source of a part. */
const throwIfChanged = async (s3: S3, source: ObjectAt, etag: string | undefined) => {
	const now = await headObject(s3, source);
	if (bareEtag(now?.ETag) === bareEtag(etag)) return;
	throw s3Failure({
		...{ code: 'PreconditionFailed', status: 412, operation: 'UploadPartCopy', connection: s3.connection, ...source },
		message: `'${source.key}' was changed while its parts were copied`,
	});
};

/**
 * Copies an object of any size in parallel parts of `partSize` bytes, at least 5 MiB, or in those of the original. Throws if S3 rejects a request or the
 * source changes, and then leaves no parts; before the first part if the object is larger than S3 takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 */
export const copyInParts = async (s3: S3, { source, input }: Copy, partSize?: number): Promise<Copied> => {
	const { Bucket, Key, MetadataDirective: _m, TaggingDirective: _t, IfMatch, IfNoneMatch, ...headers } = input;
	const { CopySourceSSECustomerAlgorithm, CopySourceSSECustomerKey, CopySourceIfMatch, ...rest } = headers;
	const head = await forSource(s3, input).send(
		new HeadObjectCommand({
			Bucket: source.bucket,
			Key: source.key,
			VersionId: source.versionId,
			IfNoneMatch: input.CopySourceIfNoneMatch,
			IfModifiedSince: input.CopySourceIfModifiedSince,
			IfUnmodifiedSince: input.CopySourceIfUnmodifiedSince,
		}),
	);
	const size = head.ContentLength ?? 0;
	throwIfTooLarge(s3, input, size);
	const at = { Bucket: source.bucket, Key: source.key, VersionId: source.versionId };
	const bytesPerPart = partSize ?? (await sourcePartSize(forSource(s3, input), at, head)) ?? copyPartSizeFor(size);
	const { ChecksumType } = checksumFor(input.ChecksumAlgorithm);
	const carried = await carriedOver(input, head, taggingFor(s3, { source, input }));
	const UploadId = await beginMultipartUpload(s3, { Bucket, Key, ...rest, ...carried, ChecksumType });
	const numbers = Array.from({ length: Math.max(1, Math.ceil(size / bytesPerPart)) }, (_, index) => index + 1);
	const copyPart = async (number: number, signal: AbortSignal): Promise<CompletedPart> => {
		const from = (number - 1) * bytesPerPart;
		const { CopyPartResult } = await s3.endedBy(signal).send(
			new UploadPartCopyCommand({
				Bucket,
				Key,
				UploadId,
				PartNumber: number,
				CopySource: copySource(source),
				CopySourceRange: `bytes=${from}-${Math.min(from + bytesPerPart, size) - 1}`,
				// All parts must come from the same content, even if another request overwrites the source.
				CopySourceIfMatch: CopySourceIfMatch ?? head.ETag,
				CopySourceSSECustomerAlgorithm,
				CopySourceSSECustomerKey,
			}),
		);
		return { PartNumber: number, ETag: CopyPartResult?.ETag, ...partChecksums(CopyPartResult) };
	};
	return await completed(s3, { Bucket, Key, UploadId, IfMatch, IfNoneMatch }, false, async () => {
		const parts = await poolAll(numbers, { limit: fixedLimit(partsInParallel), signal: s3.signal }, copyPart);
		if (!isAws(s3.connection)) await throwIfChanged(forSource(s3, input), source, CopySourceIfMatch ?? head.ETag);
		return { parts, size, ChecksumType, ...(input.ChecksumAlgorithm && { MpuObjectSize: size }) };
	});
};
