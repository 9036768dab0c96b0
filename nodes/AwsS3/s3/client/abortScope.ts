import type { S3 } from './client';

/** The same S3 for requests that may become unnecessary: `stop` aborts the pending ones. */
export const abortScope = (s3: S3): { s3: S3; stop: () => void } => {
	const controller = new AbortController();
	const signals = s3.signal ? [s3.signal, controller.signal] : [controller.signal];
	return { s3: s3.endedBy(AbortSignal.any(signals)), stop: () => controller.abort() };
};
