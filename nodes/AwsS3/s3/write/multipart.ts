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
import { once } from 'node:events';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';
import { headObject } from '../list/headObject';

/** The parts of an object that have arrived, their bytes together, and what S3 shall compare the whole with. */
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

/** Also after a stop. What failed before is what users hear of, not this. */
const throwAway = async (
	s3: S3,
	{ Bucket, Key, UploadId }: Pick<CompleteMultipartUploadCommandInput, 'Bucket' | 'Key' | 'UploadId'>,
) =>
	void (await s3
		.endedBy()
		.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
		.catch(() => undefined));

const stopped = () => Object.assign(new Error('Stopped before S3 had begun the upload'), { name: 'AbortError' });

/**
 * Begins an upload in parts and gives its ID. A stop ends that at once, but S3 may have begun it already, and nobody would
 * know its ID: so the answer is still heard, and what was begun is thrown away. Throws what the SDK throws.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export const beginMultipartUpload = async (
	s3: S3,
	input: CreateMultipartUploadCommandInput,
): Promise<string | undefined> => {
	const { signal } = s3;
	if (signal?.aborted) throw stopped();
	const answer = s3
		.endedBy()
		.send(new CreateMultipartUploadCommand(input))
		.then(({ UploadId }) => UploadId);
	if (!signal) return await answer;
	const answered = new AbortController();
	const stop = once(signal, 'abort', { signal: answered.signal }).then(() => {
		void answer.then(async (UploadId) => await throwAway(s3, { ...input, UploadId })).catch(() => undefined);
		throw stopped();
	});
	stop.catch(() => undefined);
	return await Promise.race([answer, stop]).finally(() => answered.abort());
};

/**
 * What there is under the key, if it is what was completed: where the answer to the first request was lost, a second one
 * is told that there is no such upload any more.
 */
const completedBefore = async (
	s3: S3,
	{ Bucket: bucket = '', Key: key = '' }: Pick<CompleteMultipartUploadCommandInput, 'Bucket' | 'Key'>,
	{ parts, size }: Sent,
) => {
	const there = await headObject(s3, { bucket, key });
	const isThis = there?.ContentLength === size && etagOfParts(parts) === there.ETag?.replaceAll('"', '');
	return isThis ? { ETag: there.ETag, VersionId: there.VersionId } : undefined;
};

/** The ETag of an object is made of those of its parts, in order. */
const etagOfParts = (parts: CompletedPart[]) => {
	const hash = createHash('md5');
	for (const { ETag = '' } of parts) hash.update(Buffer.from(ETag.replaceAll('"', ''), 'hex'));
	return `${hash.digest('hex')}-${parts.length}`;
};

const isGone = (error: unknown) => statusOf(error) === 404;

/**
 * Makes one object of the parts that `send` sends. If anything fails, or the user stops it, the parts are thrown away:
 * those that stay behind are paid for and seen by nobody. Unless they are to be kept, for another try. What failed first is
 * what is thrown.
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
				const before = isGone(error) ? await completedBefore(s3, upload, sent) : undefined;
				if (!before) throw error;
				return before;
			},
		);
	};
	const finish = async (): Promise<Finished> => {
		const sent = await send();
		const done = await complete(sent);
		// Some servers give an empty ETag here.
		return { ...done, ETag: done.ETag || undefined, size: sent.size, parts: sent.parts.length };
	};
	return await finish().catch(async (error) => {
		if (!keepsParts) await throwAway(s3, upload);
		throw error;
	});
};
