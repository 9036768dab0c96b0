import type { S3 } from '../client/client';
import type { DeleteOptions } from './deleteObjects';
import { deleteAll } from './deleteObjects';
import { listObjects } from '../list/list';
import { abortAll, listUploads } from '../list/uploads';
import { listVersions } from '../list/versions';

/** Only the objects as they are seen, or all of their versions, delete markers and unfinished uploads too. */
export type Contents = 'objects' | 'everything';

async function* keysOf(s3: S3, Bucket: string, contents: Contents) {
	if (contents === 'objects') {
		for await (const { Key: key } of listObjects(s3, { Bucket })) yield { key };
		return;
	}
	for await (const { Key: key, VersionId: versionId } of listVersions(s3, { Bucket })) yield { key, versionId };
}

async function* unfinished(s3: S3, Bucket: string) {
	for await (const { Key: key, UploadId: uploadId } of listUploads(s3, { Bucket })) yield { key, uploadId };
}

/** What emptying a bucket would delete, entry by entry. */
export async function* contentsOf(s3: S3, Bucket: string, contents: Contents) {
	yield* keysOf(s3, Bucket, contents);
	if (contents === 'everything') yield* unfinished(s3, Bucket);
}

/** Deletes what is in a bucket, and says of each entry what became of it. */
export async function* emptyBucket(s3: S3, Bucket: string, contents: Contents, options: DeleteOptions = {}) {
	yield* deleteAll(s3, Bucket, keysOf(s3, Bucket, contents), options);
	if (contents === 'everything') yield* abortAll(s3, Bucket, unfinished(s3, Bucket));
}
