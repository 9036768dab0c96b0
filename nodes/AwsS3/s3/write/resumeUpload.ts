import type { CompletedPart, MultipartUpload, Part } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import type { Unfinished } from '../list/uploads';
import { listParts, listUploads } from '../list/uploads';

/** An upload that was cut off, and the parts of it that had arrived. */
export interface Remains {
	UploadId?: string;
	parts: Map<number, Part>;
}

/** The newest unfinished upload of a key that is checked in this way, with what has arrived of it; undefined if there is none. */
export const findUnfinishedUpload = async (
	s3: S3,
	{ bucket: Bucket, key: Key }: ObjectAt,
	{ ChecksumAlgorithm, ChecksumType }: Pick<MultipartUpload, 'ChecksumAlgorithm' | 'ChecksumType'>,
): Promise<Remains | undefined> => {
	let newest: Unfinished | undefined;
	for await (const upload of listUploads(s3, { Bucket, Prefix: Key })) {
		// Keys come in order, and those that only begin like this one come behind it.
		if (upload.Key !== Key) break;
		// Its parts could not be completed together with ours.
		if (upload.ChecksumAlgorithm && upload.ChecksumAlgorithm !== ChecksumAlgorithm) continue;
		if (upload.ChecksumType && upload.ChecksumType !== (ChecksumType ?? 'COMPOSITE')) continue;
		if (!newest || (upload.Initiated ?? 0) > (newest.Initiated ?? 0)) newest = upload;
	}
	if (!newest) return undefined;
	const { UploadId } = newest;
	const parts = new Map<number, Part>();
	for await (const part of listParts(s3, { Bucket, Key, UploadId })) parts.set(part.PartNumber ?? 0, part);
	return { UploadId, parts };
};

/** A part that has arrived before, if it is these bytes: its ETag is their MD5 unless KMS has encrypted it. */
export const matchingPart = (
	remains: Remains | undefined,
	number: number,
	bytes: Buffer,
): CompletedPart | undefined => {
	const part = remains?.parts.get(number);
	if (!part || part.Size !== bytes.length) return undefined;
	const { Size: _size, LastModified: _time, ...completed } = part;
	return part.ETag?.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex') ? completed : undefined;
};
