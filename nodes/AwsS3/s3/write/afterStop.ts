import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { clearTimeout, setTimeout } from 'node:timers';
import type { Command, S3 } from '../client/client';
import { firesAfter, stopBefore } from '../flow/abortable';

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
		.paced({})
		.send(command)
		.catch(() => undefined)
		.finally(() => clearTimeout(timer));
};

/**
 * Does work whose requests a stop does not abort: then S3 has ten seconds to answer, and no limit of the run holds. If the run
 * is stopped before, the work is given up at once, or gets these seconds as well, because it has the last data of the run. Work
 * within such work has the same ten seconds.
 */
export const evenAfterStop = async <T>(
	s3: S3,
	ifStopped: 'giveUp' | 'goOn',
	work: (s3: S3) => Promise<T>,
): Promise<T> => {
	const { signal } = s3;
	if (!signal || stopBefore(signal)) return await work(s3);
	const late = new AbortController();
	firesAfter(late.signal, signal);
	let timer: NodeJS.Timeout | undefined;
	// With its reason, by which users see what has ended the run.
	const end = () => late.abort(signal.reason);
	const onStop = () => (timer = setTimeout(end, longestCleanup));
	if (!signal.aborted) signal.addEventListener('abort', onStop, { once: true });
	else if (ifStopped === 'goOn') onStop();
	else end();
	return await work(s3.endedBy(late.signal)).finally(() => {
		signal.removeEventListener('abort', onStop);
		clearTimeout(timer);
	});
};

/** Throws if the run is stopped: what continues after a stop must not begin to change anything then. */
export const throwIfStopped = ({ signal }: S3) => (stopBefore(signal) ?? signal)?.throwIfAborted();

/** Sends a write that is removed again. A stop does not abort it, because S3 may still perform it, after its removal. */
export const sendTemporary = async <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	s3: S3,
	command: Command<I, O>,
): Promise<O> => await evenAfterStop(s3, 'giveUp', async (own) => await own.send(command));
