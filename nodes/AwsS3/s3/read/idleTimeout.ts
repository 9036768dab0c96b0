import type { Readable } from 'node:stream';
import { setTimeout, clearTimeout } from 'node:timers';
import type { S3Failure } from '../failure';
import { codeOf, s3Failure } from '../failure';

/** Milliseconds without data after which a read tries again. */
export const defaultIdleTimeout = 30_000;

/** The failure of an answer, or the rest of one, that does not arrive in time. */
export const idleFailure = (): S3Failure => s3Failure({ code: 'IdleTimeout', message: 'S3 has stopped sending' });

/** Whether an answer did not arrive in time. */
export const isIdleFailure = (error: unknown): boolean => codeOf(error) === 'IdleTimeout';

/**
 * The chunks of a stream. Throws if the server sends nothing for this many milliseconds, but only while the reader
 * waits: a slow reader is no error.
 */
export async function* withIdleTimeout(stream: Readable, idleTimeout: number): AsyncGenerator<Buffer, undefined> {
	const chunks = stream[Symbol.asyncIterator]();
	let isWaiting = false;
	const late = setTimeout(() => {
		if (isWaiting) stream.destroy(idleFailure());
	}, idleTimeout).unref();
	try {
		for (;;) {
			isWaiting = true;
			late.refresh();
			const { value, done } = await chunks.next();
			isWaiting = false;
			if (done) return;
			yield value;
		}
	} finally {
		clearTimeout(late);
		await chunks.return?.();
	}
}
