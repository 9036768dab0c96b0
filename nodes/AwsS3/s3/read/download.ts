import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import type { ObjectHead } from '../contentIdentity';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { S3 } from '../client/client';
import { retrying } from '../flow/retry';
import { s3Failure } from '../failure';
import { asCounted, countPassedOn } from '../flow/bufferMemory';
import { turnToProcess } from '../flow/rateLimit';
import { open, startIn } from './getObject';
import { defaultIdleTimeout, isIdleFailure } from './idleTimeout';
import type { Verification } from './integrity';
import { verificationOf } from './integrity';
import { parallelRanges } from './parallelRanges';
import type { Extent } from './resumableRead';
import { resuming } from './resumableRead';
import { roundTrips } from './roundTrips';

/** An object that is being read: its headers, and its bytes as they come. */
export type Download = Omit<GetObjectCommandOutput, 'Body' | '$metadata'> & { body: AsyncIterable<Buffer> };

/** What a download may be told besides what to read. */
interface Settings {
	/** Memory for ranges that are read ahead; without it one connection has to do. */
	budget?: MemoryBudget;
	/** A server that sends nothing for so long, in milliseconds, will not send anything any more. */
	idleTimeout?: number;
	/** Whether the reader compares the bytes with the ETag itself, so that this need not be done here as well. */
	isComparedLater?(head: ObjectHead): boolean;
}

/** The first byte that an answer has; 0 unless it is a range. */
const startOf = ({ ContentRange }: GetObjectCommandOutput) => Number(startIn(ContentRange) ?? 0);

/** Throws at the end if fewer bytes came than were announced, or others than S3 keeps. */
async function* verified(
	bytes: AsyncIterable<Buffer>,
	{ s3: { connection }, input: { Bucket: bucket, Key: key }, length }: Extent,
	verification?: Verification,
) {
	let received = 0;
	for await (const chunk of bytes) {
		const turn = turnToProcess(chunk.length);
		if (turn) await turn;
		received += chunk.length;
		countPassedOn(chunk.length);
		verification?.update(chunk);
		yield chunk;
	}
	if (length !== undefined && received !== length) throw new Error(`${received} bytes arrived instead of ${length}`);
	if (verification && !(await verification.holds()))
		throw s3Failure({
			...{ code: 'ChecksumMismatch', message: "The content does not match S3's checksum" },
			...{ connection, bucket, key },
		});
}

/** The bytes of a download. Its stream closes even if no reader begins: a generator would not close it then. */
const closable = (bytes: AsyncGenerator<Buffer>, stream: Readable): AsyncIterable<Buffer> => {
	let isBegun = false;
	const reader = {
		next: async () => {
			isBegun = true;
			return await bytes.next();
		},
		return: async () => {
			if (!isBegun) stream.destroy();
			return await bytes.return(undefined);
		},
	};
	return { [Symbol.asyncIterator]: () => reader };
};

/**
 * Starts to read an object, or a part of it. Resumes after an interrupted connection, and uses several connections if
 * one is slow. Compares whole objects with the checksum that S3 keeps, or with an ETag that is one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const download = async (
	s3: S3,
	input: GetObjectCommandInput,
	{ budget, idleTimeout = defaultIdleTimeout, isComparedLater }: Settings = {},
): Promise<Download> => {
	// Other failures the SDK itself has tried to get over.
	const policy = { ...resuming, signal: s3.signal, canRetry: isIdleFailure };
	const { head, stream, roundTrip } = await retrying(policy, async () => await open(s3, input, idleTimeout));
	const { $metadata: _unused, ...known } = head;
	const { ETag: etag, ContentLength: length } = head;
	const extent = { s3, input, etag, start: startOf(head), length, idleTimeout, roundTrips: roundTrips() };
	extent.roundTrips.note(roundTrip);
	const isVerified = input.Range === undefined && !isComparedLater?.(head);
	const verification = isVerified ? verificationOf(head) : undefined;
	const bytes = verified(parallelRanges(extent, { stream, budget }), extent, verification);
	return { ...known, body: asCounted(closable(bytes, stream)) };
};
