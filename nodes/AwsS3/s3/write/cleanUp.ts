import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Command, S3 } from '../client/client';

/** Milliseconds after which a run ends although S3 has not answered yet. */
export const longestCleanup = 10_000;

/**
 * Sends a request that removes what an unfinished run leaves, even after a stop, unless S3 does not answer at all. Never
 * throws, because users need to see the first failure.
 */
export const cleanUp = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	s3: S3,
	command: Command<I, O>,
) => {
	const late = new AbortController();
	const timer = setTimeout(() => late.abort(), longestCleanup);
	await s3
		.endedBy(late.signal)
		.send(command)
		.catch(() => undefined)
		.finally(() => clearTimeout(timer));
};

/**
 * Sends a write that is removed again. A stop does not abort it, because S3 may still perform what was aborted, after its
 * removal; only one that S3 has not answered for a while after the stop is given up.
 */
export const sendTemporary = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	s3: S3,
	command: Command<I, O>,
): Promise<O> => {
	const late = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const onStop = () => (timer = setTimeout(() => late.abort(), longestCleanup));
	if (s3.signal?.aborted) late.abort();
	s3.signal?.addEventListener('abort', onStop);
	return await s3
		.endedBy(late.signal)
		.send(command)
		.finally(() => {
			s3.signal?.removeEventListener('abort', onStop);
			clearTimeout(timer);
		});
};
