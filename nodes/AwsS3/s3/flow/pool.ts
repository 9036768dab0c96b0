import { setMaxListeners } from 'node:events';
import { notNeeded } from './abortable';
import type { ConcurrencyLimit } from './concurrencyLimit';

/** Settings of a pool. */
export interface Pool {
	limit: ConcurrencyLimit;
	/** Aborts running work. */
	signal?: AbortSignal;
	/** Lets running work complete, and takes nothing more from the source. */
	drain?: AbortSignal;
	/** Whether to yield results in the order of the source instead of as they complete. */
	inOrder?: boolean;
}

/** Started work, and its result once it has one. */
interface Slot<R> {
	isDone: boolean;
	results: R[];
}

/** The items to work on, or a function that takes the pool's abort signal and returns them. */
export type PoolInput<T> = Iterable<T> | AsyncIterable<T> | ((signal: AbortSignal) => AsyncIterable<T>);

/** The items of a source; passes the signal to a source that takes one. */
export const opened = <T>(source: PoolInput<T>, signal: AbortSignal): Iterable<T> | AsyncIterable<T> =>
	typeof source === 'function' ? source(signal) : source;

const iteratorOf = <T>(source: Iterable<T> | AsyncIterable<T>) =>
	Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();

/**
 * Runs `work` on each item of `source`, as many at a time as the limit allows, and yields the results. Takes items only
 * when it can start them, and starts only as many as its reader consumes.
 *
 * Leaves no work running. If work fails, the reader stops or the signal fires, it aborts all running work and waits for
 * it; if the source fails or `drain` fires, it lets running work complete. Yields all results before it throws the first failure.
 */
export async function* pool<T, R>(
	source: PoolInput<T>,
	{ limit, signal, drain, inOrder = false }: Pool,
	work: (item: T, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<R, void> {
	const stop = new AbortController();
	// One for the source and all tasks: to make a signal takes longer than many a task.
	const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
	setMaxListeners(0, ended);
	const items = iteratorOf(opened(source, ended));
	const slots: Array<Slot<R>> = [];
	const failures: unknown[] = [];
	let running = 0;
	let isExhausted = false;
	let sourceFailure: { error: unknown } | undefined;
	let pendingTake: Promise<void> | undefined;
	let wake = () => {};
	const nextChange = async () => await new Promise<void>((resolve) => (wake = resolve));
	const fail = (error: unknown) => {
		failures.push(error);
		wake();
	};
	const onStop = () => fail(signal?.reason);
	if (signal?.aborted) onStop();
	else signal?.addEventListener('abort', onStop);
	const onDrain = () => wake();
	drain?.addEventListener('abort', onDrain);
	// Once nothing more is taken, the source may never yield its next item.
	const awaitsItem = () => pendingTake !== undefined && !drain?.aborted;

	const begin = async (item: T) => {
		const slot: Slot<R> = { isDone: false, results: [] };
		slots.push(slot);
		running++;
		const started = performance.now();
		try {
			slot.results = [await work(item, ended)];
		} catch (error) {
			failures.push(error);
		}
		limit.done(performance.now() - started);
		slot.isDone = true;
		running--;
		wake();
	};
	const takeNext = async () => {
		try {
			const { value, done } = await items.next();
			if (done) isExhausted = true;
			else if (failures.length === 0 && !stop.signal.aborted && !drain?.aborted) void begin(value);
		} catch (error) {
			// Running work may still succeed.
			sourceFailure = { error };
			isExhausted = true;
		}
		pendingTake = undefined;
		wake();
	};
	function* finished() {
		for (;;) {
			const next = inOrder ? 0 : slots.findIndex((slot) => slot.isDone);
			if (!slots[next]?.isDone) return;
			yield* slots.splice(next, 1).flatMap(({ results }) => results);
		}
	}

	try {
		for (;;) {
			yield* finished();
			if (failures.length > 0) break;
			// Slow work may hold back results of others, but only a bounded number.
			const hasRoom = running < limit.current() && slots.length < 2 * limit.current();
			if (hasRoom && !isExhausted && !pendingTake && !drain?.aborted) pendingTake = takeNext();
			if (!awaitsItem() && slots.length === 0) break;
			const isReady = inOrder ? slots[0]?.isDone : slots.some((slot) => slot.isDone);
			if (!isReady) await nextChange();
		}
	} finally {
		stop.abort(notNeeded);
		// After the user has stopped, the source may never yield its next item.
		while (running > 0 || (awaitsItem() && !signal?.aborted)) await nextChange();
		signal?.removeEventListener('abort', onStop);
		drain?.removeEventListener('abort', onDrain);
		if (pendingTake) void pendingTake.then(async () => await items.return?.()).catch(() => undefined);
		else if (!isExhausted) await items.return?.();
	}
	for (const { results } of slots) yield* results;
	if (failures.length > 0 || sourceFailure) throw failures[0] ?? sourceFailure?.error;
}

/** Runs a pool and returns all results, in the order of the source. Throws the first failure. */
export const poolAll = async <T, R>(
	source: PoolInput<T>,
	settings: Pool,
	work: (item: T, signal: AbortSignal) => Promise<R>,
): Promise<R[]> => {
	const results: R[] = [];
	let count = 0;
	async function* numbered(signal: AbortSignal) {
		for await (const item of opened(source, signal)) yield { item, at: count++ };
	}
	const all = pool(numbered, settings, async ({ item, at }, signal) => ({ at, result: await work(item, signal) }));
	for await (const { at, result } of all) results[at] = result;
	return results;
};
