import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { fixedLimit } from '../flow/concurrencyLimit';
import type { Ending, Outcome } from '../flow/engine';
import { runActions } from '../flow/engine';
import type { PoolInput } from '../flow/pool';

/** Uploads to abort at the same time. */
const uploadsInParallel = 16;

/**
 * Aborts incomplete multipart uploads in parallel, and yields an outcome for each. Throws like `runActions`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 */
export const abortUploads = <A extends { key: string; uploadId: string }>(
	s3: S3,
	Bucket: string,
	uploads: PoolInput<A>,
): AsyncGenerator<Outcome<A, unknown>, Ending> =>
	runActions(
		uploads,
		async ({ key, uploadId }, signal) => {
			if (s3.isDryRun) return;
			await s3.endedBy(signal).send(new AbortMultipartUploadCommand({ Bucket, Key: key, UploadId: uploadId }));
		},
		{ limit: fixedLimit(uploadsInParallel), signal: s3.signal },
	);
