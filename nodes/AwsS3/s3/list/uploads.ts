import type { ListMultipartUploadsCommandInput, MultipartUpload, Part } from '@aws-sdk/client-s3';
import { ListMultipartUploadsCommand, ListPartsCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { decoderFor, keyInMarker, refuseRepeated } from './list';

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
	const refuse = refuseRepeated('marker');
	let KeyMarker: string | undefined;
	let UploadIdMarker: string | undefined;
	do {
		const page = await s3.send(
			new ListMultipartUploadsCommand({ ...input, EncodingType: 'url', KeyMarker, UploadIdMarker }),
		);
		const decode = decoderFor(page.EncodingType);
		const { Uploads = [], EncodingType, IsTruncated, NextKeyMarker } = page;
		const uploads = Uploads.map(({ Key = '', UploadId = '', ...upload }) => ({
			...upload,
			Key: decode(Key),
			UploadId,
		}));
		yield* uploads;
		const isLast = !IsTruncated || NextKeyMarker === undefined;
		KeyMarker = isLast ? undefined : keyInMarker(NextKeyMarker, uploads.at(-1)?.Key, EncodingType);
		UploadIdMarker = page.NextUploadIdMarker;
		if (KeyMarker !== undefined) refuse(KeyMarker, UploadIdMarker);
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
	const refuse = refuseRepeated('marker');
	let PartNumberMarker: string | undefined;
	do {
		const page = await s3.send(new ListPartsCommand({ ...upload, PartNumberMarker }));
		yield* page.Parts ?? [];
		PartNumberMarker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
		if (PartNumberMarker !== undefined) refuse(PartNumberMarker);
	} while (PartNumberMarker !== undefined);
}

/** Counts the incomplete multipart uploads under a prefix. */
export const countUploads = async (s3: S3, input: Parameters<typeof listUploads>[1]): Promise<number> => {
	let count = 0;
	for await (const _upload of listUploads(s3, input)) count++;
	return count;
};
