import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import { parallelRanges } from './parallelRanges';
import { open } from './getObject';
import { passing } from '../flow/scavenge';
import { verificationOf } from './integrity';

/** An object that is being read: what S3 tells of it, and its bytes as they come. */
export type Download = Omit<GetObjectCommandOutput, 'Body' | '$metadata'> & { body: AsyncIterable<Buffer> };

/** What a download may be told besides what to read. */
interface Settings {
	/** Memory for ranges that are read ahead; without it one connection has to do. */
	budget?: MemoryBudget;
	/** A server that sends nothing for so long, in milliseconds, will not send anything any more. */
	patience?: number;
}

const defaultPatience = 30_000;

/** The first byte that an answer has; 0 unless it is a range. */
const startOf = ({ ContentRange = '' }: GetObjectCommandOutput) => Number(/^bytes (\d+)-/.exec(ContentRange)?.[1] ?? 0);

/** Throws at the end if fewer bytes came than were announced, or others than S3 keeps. */
async function* verified(bytes: AsyncIterable<Buffer>, head: GetObjectCommandOutput, isWhole: boolean) {
	const { ContentLength: length } = head;
	const verification = isWhole ? verificationOf(head) : undefined;
	let received = 0;
	for await (const chunk of bytes) {
		received += chunk.length;
		passing(chunk.length);
		verification?.update(chunk);
		yield chunk;
	}
	if (length !== undefined && received !== length) throw new Error(`${received} bytes arrived instead of ${length}`);
	if (verification && !(await verification.holds()))
		throw Object.assign(new Error('The content does not have the checksum that S3 keeps'), {
			name: 'ChecksumMismatch',
		});
}

/**
 * Starts to read an object, or a part of it. Goes on where a connection breaks off, over several connections where one is
 * slow. Whole objects are compared with what S3 keeps of them: a checksum, or an ETag that is one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const download = async (
	s3: S3,
	input: GetObjectCommandInput,
	{ budget, patience = defaultPatience }: Settings = {},
): Promise<Download> => {
	const { head, stream, latency } = await open(s3, input);
	const { $metadata: _unused, ...known } = head;
	const { ETag: etag, ContentLength: length } = head;
	const extent = { s3, input, etag, start: startOf(head), length, patience };
	return {
		...known,
		body: verified(parallelRanges(extent, { stream, latency, budget }), head, input.Range === undefined),
	};
};
