import type { CreateMultipartUploadCommandInput } from '@aws-sdk/client-s3';
import { AbortMultipartUploadCommand, CreateMultipartUploadCommand } from '@aws-sdk/client-s3';
import { once } from 'node:events';
import type { S3 } from './client';

/**
 * Begins an upload in parts and gives its ID. A stop ends that at once, but S3 may have begun it already, and nobody would
 * know its ID: so the answer is still heard, and what was begun is thrown away. Throws what the SDK throws.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export const begun = async (s3: S3, input: CreateMultipartUploadCommandInput): Promise<string | undefined> => {
	const { signal } = s3;
	signal?.throwIfAborted();
	const { Bucket, Key } = input;
	const unstopped = s3.endedBy();
	const answer = unstopped.send(new CreateMultipartUploadCommand(input)).then(({ UploadId }) => UploadId);
	if (!signal) return await answer;
	const answered = new AbortController();
	const stopped = once(signal, 'abort', { signal: answered.signal }).then(() => {
		void answer
			.then((UploadId) => unstopped.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId })))
			.catch(() => undefined);
		throw Object.assign(new Error('Stopped before S3 had begun the upload'), { name: 'AbortError' });
	});
	return await Promise.race([answer, stopped]).finally(() => {
		stopped.catch(() => undefined);
		answered.abort();
	});
};
