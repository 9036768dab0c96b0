import type { ListMultipartUploadsCommandInput, MultipartUpload, Part } from '@aws-sdk/client-s3';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { decoderFor } from './list';

/** A multipart upload that is neither completed nor aborted. Its parts are billed but not listed as objects. */
export type Unfinished = MultipartUpload & { Key: string; UploadId: string };

/**
 * Lists the incomplete multipart uploads under a prefix, by key. Throws if the server repeats a page marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 */
export async function* listUploads(
	s3: S3,
	input: Omit<ListMultipartUploadsCommandInput, 'EncodingType'>,
): AsyncGenerator<Unfinished> {
	let KeyMarker: string | undefined;
	let UploadIdMarker: string | undefined;
	do {
		const page = await s3.send(
			new ListMultipartUploadsCommand({ ...input, EncodingType: 'url', KeyMarker, UploadIdMarker }),
		);
		const decode = decoderFor(page.EncodingType);
		for (const { Key = '', UploadId = '', ...upload } of page.Uploads ?? [])
			yield { ...upload, Key: decode(Key), UploadId };
		const next = page.IsTruncated ? page.NextKeyMarker : undefined;
		if (next !== undefined && decode(next) === KeyMarker && page.NextUploadIdMarker === UploadIdMarker)
			throw new Error('The listing does not end: the server returned the same page marker twice');
		KeyMarker = next === undefined ? undefined : decode(next);
		UploadIdMarker = page.NextUploadIdMarker;
	} while (KeyMarker !== undefined);
}

/** A multipart upload. */
export interface UploadAt {
	Bucket: string;
	Key: string;
	UploadId: string;
}

/**
 * Lists the parts of an incomplete multipart upload, by number. Throws if the server repeats a page marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 */
export async function* listParts(s3: S3, upload: UploadAt): AsyncGenerator<Part> {
	let PartNumberMarker: string | undefined;
	do {
		const page = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker }));
		yield* page.Parts ?? [];
		const next = page.IsTruncated ? page.NextPartNumberMarker : undefined;
		if (next !== undefined && next === PartNumberMarker)
			throw new Error('The listing does not end: the server returned the same page marker twice');
		PartNumberMarker = next;
	} while (PartNumberMarker !== undefined);
}

/** Counts the incomplete multipart uploads under a prefix. */
export const countUploads = async (s3: S3, input: Parameters<typeof listUploads>[1]): Promise<number> => {
	let count = 0;
	for await (const _upload of listUploads(s3, input)) count++;
	return count;
};
