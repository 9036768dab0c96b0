import { clearTimeout, setTimeout } from 'node:timers';
import type { S3 } from '../client/client';
import { longestCleanup } from '../write/cleanUp';

/** Writes the last data of a run, even if it is stopped before or during this: then S3 has ten seconds to answer. */
export const evenAfterStop = async <T>(s3: S3, write: (s3: S3) => Promise<T>): Promise<T> => {
	const { signal } = s3;
	const late = new AbortController();
	let timer: NodeJS.Timeout | undefined;
	const onStop = () => (timer = setTimeout(() => late.abort(), longestCleanup));
	if (signal?.aborted) onStop();
	else signal?.addEventListener('abort', onStop, { once: true });
	return await write(s3.endedBy(late.signal)).finally(() => {
		signal?.removeEventListener('abort', onStop);
		clearTimeout(timer);
	});
};
