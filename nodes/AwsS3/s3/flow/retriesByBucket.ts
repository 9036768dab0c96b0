import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type { InitializeMiddleware, RetryStrategyV2, RetryToken } from '@smithy/types';
import { forgetOldest } from './recentNames';

/** How many buckets of one client to remember. Who is forgotten is not slowed down until S3 says so again. */
const maxBuckets = 1000;

/**
 * Retries, and slows down where S3 says that it is too much: each bucket for itself. The SDK's own strategy slows down the
 * whole client, which all workflows of a connection share, although only one bucket is too busy.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
 */
export const retriesByBucket = (maxAttempts: number): RetryStrategyV2 => {
	const strategies = new Map<string, RetryStrategyV2>();
	const strategyOfToken = new WeakMap<RetryToken, RetryStrategyV2>();
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
		acquireInitialRetryToken: async (bucket) => {
			const strategy = strategyOf(bucket);
			return await tokenOf(strategy, strategy.acquireInitialRetryToken(bucket));
		},
		refreshRetryTokenForRetry: async (token, error) => {
			const strategy = strategyOfToken.get(token) ?? strategyOf('');
			return await tokenOf(strategy, strategy.refreshRetryTokenForRetry(token, error));
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
