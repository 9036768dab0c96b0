import type { ConcurrencyLimit } from './concurrencyLimit';

export interface Pool {
	limit: ConcurrencyLimit;
	/** Ends the work that is under way. */
	signal?: AbortSignal;
	/** Gives results in the order of the source, and not as they come. */
	inOrder?: boolean;
}

/** Work that has begun, and its result once it has one. */
interface Slot<R> {
	isOver: boolean;
	results: R[];
}

/** What gives things to work on: as they are, or once it is told the signal that ends it. */
export type Source<T> = Iterable<T> | AsyncIterable<T> | ((signal: AbortSignal) => AsyncIterable<T>);

/** What a source gives, with the signal that ends it. */
export const opened = <T>(source: Source<T>, signal: AbortSignal): Iterable<T> | AsyncIterable<T> =>
	typeof source === 'function' ? source(signal) : source;

const iteratorOf = <T>(source: Iterable<T> | AsyncIterable<T>) =>
	Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();

/**
 * Does `work` on everything that `source` gives, several at a time as the limit says, and gives the results. It takes no
 * more from the source than it can begin, and begins no more than its reader takes.
 *
 * However it ends, nothing is left under way: a failure of the work, a reader that stops, and the signal end the signals of
 * all work and wait for it; where the source fails, what has begun is done. What was done is given before a failure is
 * thrown.
 */
export async function* pool<T, R>(
	source: Source<T>,
	{ limit, signal, inOrder = false }: Pool,
	work: (item: T, signal: AbortSignal) => Promise<R>,
): AsyncGenerator<R, void> {
	const stop = new AbortController();
	const signals = signal ? [signal, stop.signal] : [stop.signal];
	const items = iteratorOf(opened(source, AbortSignal.any(signals)));
	const slots: Array<Slot<R>> = [];
	const failures: unknown[] = [];
	let underWay = 0;
	let isOver = false;
	let broken: { error: unknown } | undefined;
	let taking: Promise<void> | undefined;
	let wake = () => {};
	const change = async () => await new Promise<void>((resolve) => (wake = resolve));
	const end = (error: unknown) => {
		failures.push(error);
		wake();
	};
	const onStop = () => end(signal?.reason);
	if (signal?.aborted) onStop();
	else signal?.addEventListener('abort', onStop);

	const begin = async (item: T) => {
		const slot: Slot<R> = { isOver: false, results: [] };
		slots.push(slot);
		underWay++;
		const started = performance.now();
		try {
			// Each has a signal of its own, so that what listens to it goes with it.
			slot.results = [await work(item, AbortSignal.any(signals))];
		} catch (error) {
			failures.push(error);
		}
		limit.done(performance.now() - started);
		slot.isOver = true;
		underWay--;
		wake();
	};
	const take = async () => {
		try {
			const { value, done } = await items.next();
			if (done) isOver = true;
			else if (failures.length === 0 && !stop.signal.aborted) void begin(value);
		} catch (error) {
			// What has begun may still end well.
			broken = { error };
			isOver = true;
		}
		taking = undefined;
		wake();
	};
	function* finished() {
		for (;;) {
			const next = inOrder ? 0 : slots.findIndex((slot) => slot.isOver);
			if (!slots[next]?.isOver) return;
			yield* slots.splice(next, 1).flatMap(({ results }) => results);
		}
	}

	try {
		for (;;) {
			yield* finished();
			if (failures.length > 0) break;
			// One that takes long may hold back the results of others, but not for ever more of them.
			const hasRoom = underWay < limit.current() && slots.length < 2 * limit.current();
			if (hasRoom && !isOver && !taking) taking = take();
			if (!taking && slots.length === 0) break;
			const isReady = inOrder ? slots[0]?.isOver : slots.some((slot) => slot.isOver);
			if (!isReady) await change();
		}
	} finally {
		stop.abort();
		// What the source is about to give may never come where the user has stopped.
		while (underWay > 0 || (taking && !signal?.aborted)) await change();
		signal?.removeEventListener('abort', onStop);
		if (taking) void taking.then(async () => await items.return?.());
		else if (!isOver) await items.return?.();
	}
	for (const { results } of slots) yield* results;
	if (failures.length > 0 || broken) throw failures[0] ?? broken?.error;
}

/** The results of a pool as a list, in the order of the source. */
export const poolAll = async <T, R>(
	source: Source<T>,
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
