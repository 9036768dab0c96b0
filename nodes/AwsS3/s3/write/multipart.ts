import type {
	CompletedPart,
	CompleteMultipartUploadCommandInput,
	CompleteMultipartUploadCommandOutput,
	CreateMultipartUploadCommandInput,
} from '@aws-sdk/client-s3';
import {
	AbortMultipartUploadCommand,
	CompleteMultipartUploadCommand,
	CreateMultipartUploadCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { cleanUp } from './afterStop';
import type { S3 } from '../client/client';
import { s3Failure, statusOf, wasRetried } from '../failure';
import { abortable } from '../flow/abortable';
import { encryptionFault } from './confirmWritten';
import { headIfAllowed } from '../list/headObject';

/** The uploaded parts of an object, their total size in bytes, and the checksum that S3 verifies on completion. */
export interface Sent extends Pick<
	CompleteMultipartUploadCommandInput,
	'MpuObjectSize' | 'ChecksumType' | 'ChecksumCRC32'
> {
	parts: CompletedPart[];
	size: number;
}

type Finished = Omit<CompleteMultipartUploadCommandOutput, '$metadata' | 'Bucket' | 'Key'> & {
	size: number;
	parts: number;
};

const abortUpload = async (
	s3: S3,
	{ Bucket, Key, UploadId }: Pick<CompleteMultipartUploadCommandInput, 'Bucket' | 'Key' | 'UploadId'>,
) => await cleanUp(s3, new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));

const stopError = () => Object.assign(new Error('Stopped before S3 started the upload'), { name: 'AbortError' });

/** Without an ID, a request that is to abort the upload would delete the object. */
const withoutId = ({ connection }: S3, { Bucket: bucket, Key: key }: CreateMultipartUploadCommandInput) =>
	s3Failure({
		...{ code: 'UnexpectedAnswer', lacks: 'multipart uploads', operation: 'CreateMultipartUpload' },
		...{ message: 'The response has no upload ID', connection, bucket, key },
	});

/**
 * Starts a multipart upload and returns its ID. A stop makes it throw at once; S3 may still start the upload, so it waits
 * for the response in the background and aborts that upload.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export const beginMultipartUpload = async (
	s3: S3,
	input: CreateMultipartUploadCommandInput,
): Promise<string | undefined> => {
	const { signal } = s3;
	if (signal?.aborted) throw stopError();
	const response = s3
		.endedBy()
		.send(new CreateMultipartUploadCommand(input))
		.then(async (answer) => {
			const fault = encryptionFault(s3, input, answer);
			if (!answer.UploadId) throw withoutId(s3, input);
			if (!fault) return answer.UploadId;
			await abortUpload(s3, { ...input, UploadId: answer.UploadId });
			throw fault;
		});
	return await abortable(response, signal, async (UploadId) => await abortUpload(s3, { ...input, UploadId }));
};

/**
 * The object under the key, if this upload has already completed: if the response to a first attempt was lost, S3 answers
 * the retry with `NoSuchUpload`.
 */
const alreadyCompleted = async (
	s3: S3,
	{ Bucket: bucket = '', Key: key = '' }: Pick<CompleteMultipartUploadCommandInput, 'Bucket' | 'Key'>,
	{ parts, size }: Sent,
) => {
	const existing = await headIfAllowed(s3, { bucket, key });
	const isThis = existing?.ContentLength === size && etagOfParts(parts) === existing.ETag?.replaceAll('"', '');
	return isThis ? { ETag: existing.ETag, VersionId: existing.VersionId } : undefined;
};

/** The ETag of a multipart object: the MD5 of the ETags of its parts in order, and their number. */
const etagOfParts = (parts: CompletedPart[]) => {
	const hash = createHash('md5');
	for (const { ETag = '' } of parts) hash.update(Buffer.from(ETag.replaceAll('"', ''), 'hex'));
	return `${hash.digest('hex')}-${parts.length}`;
};

/** Whether a retry failed because the key is taken: perhaps by what the first attempt, whose response was lost, has made. */
const isOwnObject = (error: unknown) => statusOf(error) === 412 && wasRetried(error);

const isGone = (error: unknown) => statusOf(error) === 404;

/**
 * Completes a multipart upload with the parts that `send` uploads. Throws the first failure, after it has aborted the
 * upload, because incomplete uploads are billed but not listed as objects; `keepsParts` keeps them for a later resume.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const completed = async (
	s3: S3,
	upload: Omit<CompleteMultipartUploadCommandInput, 'MultipartUpload'>,
	keepsParts: boolean,
	send: () => Promise<Sent>,
): Promise<Finished> => {
	const complete = async (sent: Sent) => {
		const { parts: Parts, size: _known, ...whole } = sent;
		const command = new CompleteMultipartUploadCommand({ ...upload, ...whole, MultipartUpload: { Parts } });
		return await s3.send(command).then(
			({ $metadata: _1, Bucket: _2, Key: _3, ...done }) => done,
			async (error) => {
				const existing = isGone(error) || isOwnObject(error) ? await alreadyCompleted(s3, upload, sent) : undefined;
				if (!existing) throw error;
				return existing;
			},
		);
	};
	const finish = async (): Promise<Finished> => {
		const sent = await send();
		const done = await complete(sent);
		// Some servers return an empty ETag here.
		return { ...done, ETag: done.ETag || undefined, size: sent.size, parts: sent.parts.length };
	};
	return await finish().catch(async (error) => {
		if (!keepsParts) await abortUpload(s3, upload);
		throw error;
	});
};
