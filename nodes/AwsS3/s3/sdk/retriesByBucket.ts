import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type {
	HandlerExecutionContext,
	InitializeHandler,
	InitializeHandlerArguments,
	InitializeHandlerOutput,
	InitializeMiddleware,
	RetryStrategyV2,
	RetryToken,
} from '@smithy/types';
import { forgetOldest } from '../flow/recentNames';

/** How many buckets of one client to remember. Who is forgotten is not slowed down until S3 says so again. */
const maxBuckets = 1000;

/** Before the name of a bucket whose request must not be sent again. No bucket has a space in its name. */
const once = 'once ';

/**
 * Retries, and slows down where S3 says that it is too much: each bucket for itself. The SDK's own strategy slows down the
 * whole client, which all workflows of a connection share, although only one bucket is too busy.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const retriesByBucket = (maxAttempts: number): RetryStrategyV2 => {
	const strategies = new Map<string, RetryStrategyV2>();
	const strategyOfToken = new WeakMap<RetryToken, RetryStrategyV2>();
	const ofOneAttempt = new WeakSet<RetryToken>();
	const strategyOf = (bucket: string) => {
		const strategy = strategies.get(bucket) ?? new AdaptiveRetryStrategy(maxAttempts);
		strategies.delete(bucket);
		strategies.set(bucket, strategy);
		forgetOldest(strategies, maxBuckets);
		return strategy;
	};
	const tokenOf = async (strategy: RetryStrategyV2, token: Promise<RetryToken>) => {
		const given = await token;
		strategyOfToken.set(given, strategy);
		return given;
	};
	return {
		acquireInitialRetryToken: async (scope) => {
			const bucket = scope.startsWith(once) ? scope.slice(once.length) : scope;
			const strategy = strategyOf(bucket);
			const token = await tokenOf(strategy, strategy.acquireInitialRetryToken(bucket));
			if (scope !== bucket) ofOneAttempt.add(token);
			return token;
		},
		refreshRetryTokenForRetry: async (token, error) => {
			// S3 has certainly not performed a request that it throttled.
			if (ofOneAttempt.has(token) && error.errorType !== 'THROTTLING') throw new Error('The request is not sent again');
			const strategy = strategyOfToken.get(token) ?? strategyOf('');
			const next = await tokenOf(strategy, strategy.refreshRetryTokenForRetry(token, error));
			if (ofOneAttempt.has(token)) ofOneAttempt.add(next);
			return next;
		},
		recordSuccess: (token) => strategyOfToken.get(token)?.recordSuccess(token),
	};
};

/** Tells the retry strategy the bucket of each request: the SDK passes `partition_id` on to it. */
export const bucketOfRetries: InitializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
	(next, context) => async (args) => {
		if ('Bucket' in args.input && typeof args.input.Bucket === 'string') context.partition_id = args.input.Bucket;
		return await next(args);
	};

/**
 * Keeps a request from being sent again after an answer that does not tell whether S3 has done it. Comes after `bucketOfRetries`,
 * because it adds to its scope.
 */
export const sentOnce =
	<I extends object, O extends object>(next: InitializeHandler<I, O>, context: HandlerExecutionContext) =>
	async (args: InitializeHandlerArguments<I>): Promise<InitializeHandlerOutput<O>> => {
		context.partition_id = `${once}${context.partition_id ?? ''}`;
		return await next(args);
	};
