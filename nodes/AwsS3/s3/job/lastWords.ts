import { clearTimeout, setTimeout } from 'node:timers';
import type { S3 } from '../client/client';
import { longestCleanup } from '../write/cleanUp';

/** Runs what a run still has to write at its end, also after a stop: then S3 has ten seconds to answer. */
export const evenAfterStop = async <T>(s3: S3, write: (s3: S3) => Promise<T>): Promise<T> => {
	if (!s3.signal?.aborted) return await write(s3);
	const late = new AbortController();
	const timer = setTimeout(() => late.abort(), longestCleanup);
	return await write(s3.endedBy(late.signal)).finally(() => clearTimeout(timer));
};
