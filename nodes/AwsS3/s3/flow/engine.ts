import { isNativeError } from 'node:util/types';
import type { ObjectAt } from '../address';
import { isFatal, isStop } from '../failure';
import type { Pool, PoolInput } from './pool';
import { opened, pool } from './pool';

/** One of many changes to make in S3, as plain data. */
export interface Action {
	/** What to do, such as `copy`. */
	step: string;
	key: string;
	versionId?: string;
	etag?: string;
	/** Bytes. */
	size?: number;
	target?: ObjectAt;
}

/** The result of an action, or why it failed. */
export type Outcome<A, R> = { action: A } & ({ result: R; failure?: undefined } | { failure: Error });

/** Limits after which a run starts no further actions. It still completes and reports the started ones. */
export interface StopPolicy {
	failures?: number;
	actions?: number;
	bytes?: number;
	milliseconds?: number;
}

/** Why a run ended: no actions were left, or it reached this limit. */
export type Ending = 'finished' | keyof StopPolicy;

/** Settings of a run. */
export interface Engine extends Pool {
	stopAfter?: StopPolicy;
	/** Whether a failure ends the whole run, because all further actions would fail in the same way. */
	endsRun?: (failure: unknown) => boolean;
	/** Whether such a failure also aborts the running actions, so that their results are lost. */
	abortsAtEnd?: boolean;
}

async function* inBatches<T>(entries: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
	let batch: T[] = [];
	for await (const entry of entries) {
		batch.push(entry);
		if (batch.length < size) continue;
		yield batch;
		batch = [];
	}
	if (batch.length > 0) yield batch;
}

/** Measures a run against its stop policy. */
const meter = (stopAfter: StopPolicy) => {
	const startTime = performance.now();
	const counts = { failures: 0, actions: 0, bytes: 0, milliseconds: 0 };
	const limits: Array<keyof StopPolicy> = ['failures', 'actions', 'bytes', 'milliseconds'];
	return {
		started: (action: object) => {
			counts.actions++;
			counts.bytes += 'size' in action && typeof action.size === 'number' ? action.size : 0;
		},
		failed: () => counts.failures++,
		reached: (): keyof StopPolicy | undefined => {
			counts.milliseconds = performance.now() - startTime;
			return limits.find((limit) => counts[limit] >= (stopAfter[limit] ?? Infinity));
		},
	};
};

/**
 * Runs actions in parallel batches, yields an outcome for each action as soon as it is known, and returns why it ended. A
 * failed action becomes an outcome. Throws if the source fails or `endsRun` accepts a failure, after running batches have
 * ended and their outcomes were yielded: S3 may complete what it has begun, so aborted requests would make counts untrue.
 */
export async function* runBatches<A extends object, R>(
	actions: PoolInput<A>,
	batchSize: number,
	work: (batch: A[], signal: AbortSignal) => Promise<Array<Outcome<A, R>>>,
	{ stopAfter = {}, endsRun = isFatal, abortsAtEnd = false, signal, ...settings }: Engine,
): AsyncGenerator<Outcome<A, R>, Ending> {
	const progress = meter(stopAfter);
	const fatal = new AbortController();
	let fatalFailure: Error | undefined;
	async function* withinLimits(poolSignal: AbortSignal) {
		for await (const action of opened(actions, AbortSignal.any([poolSignal, fatal.signal]))) {
			progress.started(action);
			yield action;
			if (progress.reached()) return;
		}
	}
	const run = async (batch: A[], signal: AbortSignal): Promise<Array<Outcome<A, R>>> => {
		const outcomes = await work(batch, signal).catch((failure: unknown) => {
			// What others meet because the run ends is no failure of theirs.
			if (!isNativeError(failure) || isStop(failure) || signal.aborted) throw failure;
			return batch.map((action): Outcome<A, R> => ({ action, failure }));
		});
		for (const { failure } of outcomes) {
			if (!failure) continue;
			progress.failed();
			if (!endsRun(failure)) continue;
			fatalFailure ??= failure;
			fatal.abort();
		}
		return outcomes;
	};
	const abortSignals = [signal, abortsAtEnd ? fatal.signal : undefined].flatMap((one) => one ?? []);
	const batches = pool(
		(poolSignal: AbortSignal) => inBatches(withinLimits(poolSignal), batchSize),
		{ ...settings, signal: AbortSignal.any(abortSignals), drain: fatal.signal },
		run,
	);
	try {
		for await (const outcomes of batches) yield* outcomes;
	} catch (error) {
		throw fatalFailure ?? error;
	}
	if (fatalFailure) throw fatalFailure;
	// The last actions may have reached a limit when there were no others any more.
	return progress.reached() ?? 'finished';
}

/** Like `runBatches`, for work that takes one action at a time. */
export const runActions = <A extends object, R>(
	actions: PoolInput<A>,
	work: (action: A, signal: AbortSignal) => Promise<R>,
	settings: Engine,
): AsyncGenerator<Outcome<A, R>, Ending> =>
	runBatches(
		actions,
		1,
		async (batch, signal) =>
			await Promise.all(batch.map(async (action) => ({ action, result: await work(action, signal) }))),
		settings,
	);

/** Like `runActions`, but calls `tell` for each outcome before it takes the next one. Returns why it ended. */
export const carryOut = async <A extends object, R>(
	actions: PoolInput<A>,
	work: (action: A, signal: AbortSignal) => Promise<R>,
	settings: Engine,
	tell: (outcome: Outcome<A, R>) => Promise<void> | undefined | void,
): Promise<Ending> => {
	let ending: Ending = 'finished';
	async function* outcomes() {
		ending = yield* runActions(actions, work, settings);
	}
	for await (const outcome of outcomes()) await tell(outcome);
	return ending;
};
