import pRetry from 'p-retry';

/** How often, and when, something is tried again. */
export interface Retries {
	/** How often it is tried at most. */
	attempts: number;
	/** Milliseconds before the second attempt; the pause doubles each time, and is up to twice as long by chance. */
	firstPause: number;
	/** Ends a pause at once. */
	signal?: AbortSignal;
	/** Whether another attempt can go better than one that ended like this. */
	canRetry: (error: Error) => boolean;
}

/**
 * Does `work`, and does it again after a pause where it fails. The pauses vary, so that whatever failed together does not come
 * back together; in the end the last error is thrown.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const retrying = async <T>(
	{ attempts, firstPause, signal, canRetry }: Retries,
	work: (attempt: number) => Promise<T>,
): Promise<T> => {
	signal?.throwIfAborted();
	// Nearly all succeed at once, and a retry that is prepared costs as much as reading a small object.
	return await work(1).catch(async (error: unknown) => {
		const settings = { retries: attempts - 1, minTimeout: firstPause, randomize: true, signal };
		return await pRetry(async (attempt) => (attempt === 1 ? await Promise.reject(error) : await work(attempt)), {
			...settings,
			shouldRetry: ({ error: failure }) => canRetry(failure),
		});
	});
};
