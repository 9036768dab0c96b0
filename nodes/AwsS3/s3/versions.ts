import type { ListObjectVersionsCommandInput, ObjectVersion } from '@aws-sdk/client-s3';
import {
	AbortMultipartUploadCommand,
	ListMultipartUploadsCommand,
	ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import type { S3 } from './client';
import { decoderFor } from './list';

/** A version of an object, or a delete marker. */
export type Version = ObjectVersion & { Key: string; isDeleteMarker: boolean };

/**
 * Lists all versions and delete markers under a prefix, in S3's order: by key, the newest first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export async function* listVersions(
	s3: S3,
	input: Omit<ListObjectVersionsCommandInput, 'EncodingType'>,
): AsyncGenerator<Version> {
	let KeyMarker: string | undefined;
	let VersionIdMarker: string | undefined;
	do {
		const page = await s3.send(
			new ListObjectVersionsCommand({ ...input, EncodingType: 'url', KeyMarker, VersionIdMarker }),
		);
		const decode = decoderFor(page.EncodingType);
		for (const version of page.Versions ?? [])
			yield { ...version, Key: decode(version.Key ?? ''), isDeleteMarker: false };
		for (const marker of page.DeleteMarkers ?? [])
			yield { ...marker, Key: decode(marker.Key ?? ''), isDeleteMarker: true };
		const next = page.IsTruncated ? page.NextKeyMarker : undefined;
		const stuck = next !== undefined && next === KeyMarker && page.NextVersionIdMarker === VersionIdMarker;
		if (stuck) throw new Error('The listing does not end: the server gave the same page marker twice');
		KeyMarker = next === undefined ? undefined : decode(next);
		VersionIdMarker = page.NextVersionIdMarker;
	} while (KeyMarker !== undefined);
}

/** Ends all unfinished multipart uploads of a bucket, whose parts cost money and are seen by nobody; gives their number. */
export const abortUploads = async (s3: S3, bucket: string): Promise<number> => {
	let aborted = 0;
	for (;;) {
		// Always the first page: what was there is gone.
		const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
		if (Uploads.length === 0) return aborted;
		for (const { Key, UploadId } of Uploads)
			await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
		aborted += Uploads.length;
	}
};
