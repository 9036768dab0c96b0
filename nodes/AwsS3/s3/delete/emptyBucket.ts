import type { S3 } from '../client/client';
import type { Engine, Outcome } from '../flow/engine';
import { listObjects } from '../list/list';
import { listUploads } from '../list/uploads';
import { listVersions } from '../list/versions';
import { abortUploads } from './abortUploads';
import type { DeleteOptions } from './deleteObjects';
import { deleteAll } from './deleteObjects';

/** Only the objects as they are seen, or all of their versions, delete markers and unfinished uploads too. */
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

/** Deletes what is in a bucket, and says of each entry what became of it. */
export async function* emptyBucket(
	s3: S3,
	Bucket: string,
	contents: Contents,
	options: DeleteOptions & Pick<Engine, 'stopAfter'> = {},
): AsyncGenerator<Outcome<{ key: string; versionId?: string; uploadId?: string }, unknown>> {
	yield* deleteAll(s3, Bucket, (signal) => keysOf(s3.endedBy(signal), Bucket, contents), options);
	if (contents === 'everything') yield* abortUploads(s3, Bucket, (signal) => uploadsIn(s3.endedBy(signal), Bucket));
}
