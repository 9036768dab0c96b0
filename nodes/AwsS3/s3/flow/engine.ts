import { isNativeError } from 'node:util/types';
import type { ObjectAt } from '../address';
import { isFatal, isStop } from '../failure';
import type { Pool, Source } from './pool';
import { opened, pool } from './pool';

/** One of many things that are to be done in S3, as plain data. */
export interface Action {
	/** What is to be done, such as `copy`. */
	step: string;
	key: string;
	versionId?: string;
	etag?: string;
	/** Bytes. */
	size?: number;
	target?: ObjectAt;
}

/** What became of an action. */
export type Outcome<A, R> = { action: A } & ({ result: R; failure?: undefined } | { failure: Error });

/** After how much a run takes no further actions; what is under way is still done and reported. */
export interface StopPolicy {
	failures?: number;
	actions?: number;
	bytes?: number;
	milliseconds?: number;
}

/** Why a run took no further actions: there were none, or which of its limits was reached. */
export type Ending = 'finished' | keyof StopPolicy;

export interface Engine extends Pool {
	stopAfter?: StopPolicy;
	/** Which failures end the whole run, because all further actions would meet them as well. */
	endsRun?: (failure: unknown) => boolean;
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

/** What is known of a run while it runs, by the names of the stop policy. */
const meter = (stopAfter: StopPolicy) => {
	const started = performance.now();
	const seen = { failures: 0, actions: 0, bytes: 0, milliseconds: 0 };
	const limits: Array<keyof StopPolicy> = ['failures', 'actions', 'bytes', 'milliseconds'];
	return {
		begun: (action: object) => {
			seen.actions++;
			seen.bytes += 'size' in action && typeof action.size === 'number' ? action.size : 0;
		},
		failed: () => seen.failures++,
		reached: (): keyof StopPolicy | undefined => {
			seen.milliseconds = performance.now() - started;
			return limits.find((limit) => seen[limit] >= (stopAfter[limit] ?? Infinity));
		},
	};
};

/**
 * Runs many actions, several batches at a time, and gives what became of each of them as it becomes known. A refusal of one
 * action is its outcome. A failure that all others would meet as well (the keys, the bucket or the network are gone), and a
 * failure of the source, end the run: what is under way is ended, all that was done is given, then the failure is thrown.
 * Gives at its end why it ended.
 */
export async function* runBatches<A extends object, R>(
	actions: Source<A>,
	batchSize: number,
	work: (batch: A[], signal: AbortSignal) => Promise<Array<Outcome<A, R>>>,
	{ stopAfter = {}, endsRun = isFatal, signal, ...settings }: Engine,
): AsyncGenerator<Outcome<A, R>, Ending> {
	const meters = meter(stopAfter);
	const fatal = new AbortController();
	let ending: Ending = 'finished';
	async function* allowed(signal: AbortSignal) {
		for await (const action of opened(actions, signal)) {
			meters.begun(action);
			yield action;
			const reached = meters.reached();
			if (!reached) continue;
			ending = reached;
			return;
		}
	}
	const run = async (batch: A[], signal: AbortSignal): Promise<Array<Outcome<A, R>>> => {
		const outcomes = await work(batch, signal).catch((failure: unknown) => {
			if (!isNativeError(failure) || isStop(failure)) throw failure;
			return batch.map((action): Outcome<A, R> => ({ action, failure }));
		});
		for (const { failure } of outcomes) {
			if (!failure) continue;
			meters.failed();
			if (endsRun(failure)) fatal.abort(failure);
		}
		return outcomes;
	};
	const ended = signal ? AbortSignal.any([signal, fatal.signal]) : fatal.signal;
	for await (const outcomes of pool(
		(own: AbortSignal) => inBatches(allowed(own), batchSize),
		{ ...settings, signal: ended },
		run,
	))
		yield* outcomes;
	return ending;
}

/** The same for actions that are done one by one. */
export const runActions = <A extends object, R>(
	actions: Source<A>,
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
