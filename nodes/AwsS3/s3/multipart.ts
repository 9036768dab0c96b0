import type {
	CompletedPart,
	CompleteMultipartUploadCommandInput,
	CompleteMultipartUploadCommandOutput,
} from '@aws-sdk/client-s3';
import { AbortMultipartUploadCommand, CompleteMultipartUploadCommand } from '@aws-sdk/client-s3';
import type { S3 } from './client';

/** The parts of an object that have arrived, and their bytes together. */
export interface Sent {
	parts: CompletedPart[];
	size: number;
}

type Finished = Omit<CompleteMultipartUploadCommandOutput, '$metadata' | 'Bucket' | 'Key'> & {
	size: number;
	parts: number;
};

/**
 * Makes one object of the parts that `send` sends. If anything fails, or the user stops it, the parts are thrown away:
 * those that stay behind are paid for and seen by nobody. What failed first is what is thrown.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completed = async (
	s3: S3,
	upload: Omit<CompleteMultipartUploadCommandInput, 'MultipartUpload'>,
	send: () => Promise<Sent>,
): Promise<Finished> => {
	const finish = async (): Promise<Finished> => {
		const { parts, size } = await send();
		const {
			$metadata: _1,
			Bucket: _2,
			Key: _3,
			...done
		} = await s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: parts } }));
		// Some servers give an empty ETag here.
		return { ...done, ETag: done.ETag || undefined, size, parts: parts.length };
	};
	return await finish().catch(async (error) => {
		const { Bucket, Key, UploadId } = upload;
		await s3
			.endedBy()
			.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
			.catch(() => undefined);
		throw error;
	});
};
