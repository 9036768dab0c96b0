import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { FinalizeHandler } from '@smithy/types';
import type { RateLimit } from '../flow/rateLimit';

/** Makes each attempt of a request wait for its turn. Has its place behind the middleware that repeats requests. */
export const waitingFor =
	(requests: RateLimit, signal?: AbortSignal) =>
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(next: FinalizeHandler<I, O>): FinalizeHandler<I, O> =>
	async (args) => {
		await requests.take(1, signal);
		return await next(args);
	};
