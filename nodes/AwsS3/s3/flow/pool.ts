import { isNativeError } from 'node:util/types';
import { pMapIterable } from 'p-map';
import type { ConcurrencyLimit } from './concurrencyLimit';

/**
 * Does `work` on everything that `source` gives, several at a time as the pace says, and gives the results in the source's
 * order. The first failure ends the source and the signal that the others were given; it is thrown once all of them have
 * ended, so that whatever they clean up is cleaned up by then.
 */
export const inParallel = async <T, R>(
	source: Iterable<T> | AsyncIterable<T>,
	{ pace, signal: outer }: { pace: ConcurrencyLimit; signal?: AbortSignal },
	work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> => {
	const stop = new AbortController();
	const signals = outer ? [outer, stop.signal] : [stop.signal];
	const failures: unknown[] = [];
	const fail = (error: unknown) => {
		failures.push(error);
		stop.abort();
	};
	const results: R[] = [];
	const underWay = new Set<Promise<void>>();
	const begin = (item: T, at: number) => {
		const started = performance.now();
		const done = async () => {
			try {
				// Each has a signal of its own, so that what listens to it goes with it.
				results[at] = await work(item, AbortSignal.any(signals));
			} catch (error) {
				fail(error);
			}
			pace.done(performance.now() - started);
		};
		const running = done().finally(() => underWay.delete(running));
		underWay.add(running);
	};
	try {
		let index = 0;
		for await (const item of source) {
			if (failures.length > 0) break;
			begin(item, index++);
			while (underWay.size >= pace.limit()) await Promise.race(underWay);
			if (failures.length > 0) break;
		}
	} catch (error) {
		fail(error);
	}
	await Promise.all(underWay);
	if (failures.length > 0) throw failures[0];
	return results;
};

/** Keys that are worked on at the same time where each needs requests of its own. */
const keysInParallel = 16;

/** Does `work` on each of many keys, several at a time, and says of each what became of it. */
export const eachOf = <T extends { key: string }>(
	entries: AsyncIterable<T> | Iterable<T>,
	work: (entry: T) => Promise<unknown>,
	limit = keysInParallel,
): AsyncIterable<T & { refusal?: Error }> =>
	pMapIterable(
		entries,
		async (entry) => {
			const refusal = await work(entry).then(
				() => undefined,
				(error) => {
					// A stop is no refusal of one key: it ends them all.
					if (!isNativeError(error) || error.name === 'AbortError') throw error;
					return error;
				},
			);
			return { ...entry, ...(refusal && { refusal }) };
		},
		{ concurrency: limit, backpressure: limit },
	);
