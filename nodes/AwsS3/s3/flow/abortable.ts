import { once } from 'node:events';

/**
 * The result of something that may take long, or the reason of the signal as soon as that fires. What arrives after that goes
 * to `discard`, because nobody else receives it.
 */
export const abortable = async <T>(
	pending: Promise<T>,
	signal: AbortSignal | undefined,
	discard: (late: T) => unknown,
): Promise<T> => {
	if (!signal) return await pending;
	const discardLate = () => void pending.then(discard).catch(() => undefined);
	if (signal.aborted) discardLate();
	signal.throwIfAborted();
	const settled = new AbortController();
	const aborted = once(signal, 'abort', { signal: settled.signal }).then(() => {
		discardLate();
		signal.throwIfAborted();
	});
	aborted.catch(() => undefined);
	await Promise.race([pending, aborted]).finally(() => settled.abort());
	return await pending;
};
