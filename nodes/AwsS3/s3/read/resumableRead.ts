import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { S3 } from '../client/client';
import { open } from './getObject';
import { withIdleTimeout } from './idleTimeout';
import { statusOf } from '../failure';

/** How often reading goes on where it broke off without a single byte more having arrived. */
const attempts = 5;

/** The first pause before it goes on, in milliseconds; it doubles each time. */
const firstPause = 200;

/** A run of bytes of one object, in one state of it. */
export interface Extent {
	s3: S3;
	input: GetObjectCommandInput;
	etag?: string;
	start: number;
	/** Bytes; without it all until the end. */
	length?: number;
	/** A server that sends nothing for so long, in milliseconds, will not send anything any more. */
	patience: number;
}

/** Whether what broke off is worth another try: not where S3 has said no, or the user has stopped. */
const canGoOn = (error: unknown) => {
	if (!isNativeError(error) || error.name === 'AbortError') return false;
	const status = statusOf(error);
	return status === undefined || status >= 500;
};

/** Waits before the next try; throws the reason of the last one where there is no next. */
const pauseBefore = async (left: number, error: unknown, signal?: AbortSignal) => {
	if (left <= 0 || !canGoOn(error)) throw error;
	await sleep(firstPause * 2 ** (attempts - left - 1), undefined, { signal });
};

/**
 * The bytes of an extent, whatever happens to the connection: where it breaks off, the rest is asked for, and only of the
 * same object. Reads `stream` first if there is one already.
 */
export async function* resumableRead(extent: Extent, stream?: Readable): AsyncGenerator<Buffer> {
	const { s3, input, etag, start, length, patience } = extent;
	const end = length === undefined ? '' : start + length - 1;
	let current = stream;
	let received = 0;
	let left = attempts;
	for (;;) {
		try {
			current ??= (await open(s3, { ...input, Range: `bytes=${start + received}-${end}`, IfMatch: etag })).stream;
			for await (const chunk of withIdleTimeout(current, patience)) {
				received += chunk.length;
				left = attempts;
				yield chunk;
			}
			if (length === undefined || received >= length) return;
			throw new Error(`Only ${received} of ${length} bytes arrived`);
		} catch (error) {
			if (length !== undefined && received >= length) return;
			await pauseBefore(--left, error, s3.signal);
			current = undefined;
		}
	}
}
