import type { CompletedPart, MultipartUpload, Part } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import { bareEtag } from '../contentIdentity';
import type { Unfinished } from '../list/uploads';
import { listParts, listUploads } from '../list/uploads';

/** An incomplete multipart upload and its parts, by part number. */
interface Remains {
	UploadId?: string;
	parts: Map<number, Part>;
}

/**
 * Finds the newest incomplete multipart upload of a key with these checksums and this storage class, and its parts; undefined
 * if none exists.
 */
export const findUnfinishedUpload = async (
	s3: S3,
	{ bucket: Bucket, key: Key }: ObjectAt,
	{
		ChecksumAlgorithm,
		ChecksumType,
		StorageClass,
	}: Pick<MultipartUpload, 'ChecksumAlgorithm' | 'ChecksumType' | 'StorageClass'>,
): Promise<Remains | undefined> => {
	let newest: Unfinished | undefined;
	for await (const upload of listUploads(s3, { Bucket, Prefix: Key })) {
		// S3 lists this key before those that only begin with it.
		if (upload.Key !== Key) break;
		// S3 rejects parts with different checksums in one upload.
		if (upload.ChecksumAlgorithm && upload.ChecksumAlgorithm !== ChecksumAlgorithm) continue;
		if (upload.ChecksumType && upload.ChecksumType !== (ChecksumType ?? 'COMPOSITE')) continue;
		// Ceph lists STANDARD for all of them.
		const isOtherClass = StorageClass && upload.StorageClass && upload.StorageClass !== StorageClass;
		if (isOtherClass && isAws(s3.connection)) continue;
		if (!newest || (upload.Initiated ?? 0) > (newest.Initiated ?? 0)) newest = upload;
	}
	if (!newest) return undefined;
	const { UploadId } = newest;
	const parts = new Map<number, Part>();
	for await (const part of listParts(s3, { Bucket, Key, UploadId })) parts.set(part.PartNumber ?? 0, part);
	return { UploadId, parts };
};

/** The uploaded part with this number if it has the same bytes: its ETag is their MD5, except with KMS encryption. */
export const matchingPart = async (
	remains: Remains | undefined,
	{ number, size, md5 }: { number: number; size: number; md5(): Promise<string> },
): Promise<CompletedPart | undefined> => {
	const part = remains?.parts.get(number);
	if (!part || part.Size !== size) return undefined;
	const { Size: _size, LastModified: _time, ...completed } = part;
	return bareEtag(part.ETag) === (await md5()) ? completed : undefined;
};
