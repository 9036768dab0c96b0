import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { isNativeError } from 'node:util/types';
import type { S3 } from '../client/client';
import { isStop, statusOf } from '../failure';
import { retrying } from '../flow/retry';
import { open } from './getObject';
import { withIdleTimeout } from './idleTimeout';
import type { RoundTrips } from './roundTrips';
import { waitForTurn } from '../flow/rateLimit';

/** How often reading resumes without receiving a single new byte, and the first pause before it. */
export const resuming = { attempts: 5, firstPause: 200 };

/** A run of bytes of one object, in one state of it. */
export interface Extent {
	s3: S3;
	input: GetObjectCommandInput;
	etag?: string;
	start: number;
	/** Bytes; without it all until the end. */
	length?: number;
	/** A server that sends nothing for so long, in milliseconds, will not send anything any more. */
	idleTimeout: number;
	/** Hears how long each answer took. */
	roundTrips: RoundTrips;
}

/** Whether an interrupted read is worth another try: not if S3 has refused it, or the user has stopped. */
const canResume = (error: unknown) => {
	if (!isNativeError(error) || isStop(error)) return false;
	const status = statusOf(error);
	return status === undefined || status >= 500;
};

/**
 * The bytes of an extent. If the connection is interrupted, requests the rest, and only of the same object. Reads `stream` first if there is one already.
 */
export async function* resumableRead(extent: Extent, stream?: Readable): AsyncGenerator<Buffer> {
	const { s3, input, etag, start, length, idleTimeout, roundTrips } = extent;
	const end = length === undefined ? '' : start + length - 1;
	const policy = { ...resuming, signal: s3.signal, canRetry: canResume };
	let received = 0;
	let chunks = stream && withIdleTimeout(stream, idleTimeout);
	const rest = async () => {
		const Range = `bytes=${start + received}-${end}`;
		const { stream: opened, roundTrip } = await open(s3, { ...input, Range, IfMatch: etag }, idleTimeout);
		roundTrips.note(roundTrip);
		return withIdleTimeout(opened, idleTimeout);
	};
	const read = async () => {
		chunks ??= await rest();
		const { value } = await chunks.next();
		if (!value && received < (length ?? 0)) throw new Error(`Only ${received} of ${length} bytes arrived`);
		return value;
	};
	const next = async () =>
		await read().catch((error) => {
			chunks = undefined;
			if (received < (length ?? Infinity)) throw error;
		});
	try {
		for (;;) {
			const chunk = await retrying(policy, next);
			if (!chunk) return;
			received += chunk.length;
			await waitForTurn(s3.pace?.bytes, chunk.length, s3);
			yield chunk;
		}
	} finally {
		await chunks?.return(undefined);
	}
}
