import type { S3 } from '../client/client';
import type { Engine, Outcome } from '../flow/engine';
import { listObjects } from '../list/list';
import { listUploads } from '../list/uploads';
import { listVersions } from '../list/versions';
import { abortUploads } from './abortUploads';
import type { DeleteOptions } from './deleteObjects';
import { deleteAll } from './deleteObjects';

/** Only the current objects, or also all old versions, delete markers and incomplete multipart uploads. */
export type Contents = 'objects' | 'everything';

async function* keysOf(s3: S3, Bucket: string, contents: Contents) {
	if (contents === 'objects') {
		for await (const { Key: key } of listObjects(s3, { Bucket })) yield { key };
		return;
	}
	for await (const { Key: key, VersionId: versionId } of listVersions(s3, { Bucket })) yield { key, versionId };
}

async function* uploadsIn(s3: S3, Bucket: string) {
	for await (const { Key: key, UploadId: uploadId } of listUploads(s3, { Bucket })) yield { key, uploadId };
}

/** Deletes the contents of a bucket, and yields an outcome for each entry. Throws like `runBatches`. */
export async function* emptyBucket(
	s3: S3,
	Bucket: string,
	contents: Contents,
	options: DeleteOptions & Pick<Engine, 'stopAfter'> = {},
): AsyncGenerator<Outcome<{ key: string; versionId?: string; uploadId?: string }, unknown>> {
	const ending = yield* deleteAll(s3, Bucket, (signal) => keysOf(s3.endedBy(signal), Bucket, contents), options);
	if (contents === 'everything' && ending === 'finished')
		yield* abortUploads(s3, Bucket, (signal) => uploadsIn(s3.endedBy(signal), Bucket));
}
