import { Semaphore } from 'async-mutex';
import { once } from 'node:events';

/** Gives back what was taken; more than once does nothing. */
type Release = () => void;

/** A number of bytes that all items of an execution share. */
export interface MemoryBudget {
	/** Waits until so many are free. Throws where the signal fires before. */
	take(bytes: number, signal?: AbortSignal): Promise<Release>;
	/** So many for what can do without: only while nobody waits, and half of the budget stays free. Undefined otherwise. */
	spare(bytes: number): Release | undefined;
}

/** What claims are rounded up to: the semaphore's own work grows with the number of its units. */
const unit = 64 * 1024;

const onlyOnce = (release: Release): Release => {
	let isHeld = true;
	return () => {
		if (isHeld) release();
		isHeld = false;
	};
};

/** Makes a budget of so many bytes. A claim above the whole budget gets all of it. */
export const memoryBudget = (bytes: number): MemoryBudget => {
	const units = Math.ceil(bytes / unit);
	const semaphore = new Semaphore(units);
	const unitsFor = (claim: number) => Math.min(Math.max(Math.ceil(claim / unit), 1), units);
	let waiting = 0;
	const acquire = async (claim: number) => {
		waiting++;
		const [, release] = await semaphore.acquire(unitsFor(claim)).finally(() => waiting--);
		return onlyOnce(release);
	};
	return {
		take: async (claim, signal) => {
			signal?.throwIfAborted();
			const acquired = acquire(claim);
			if (!signal) return await acquired;
			const taken = new AbortController();
			const stopped = once(signal, 'abort', { signal: taken.signal }).then(() => signal.throwIfAborted());
			stopped.catch(() => undefined);
			return await Promise.race([acquired, stopped])
				.catch((error) => {
					// Whoever waited has gone, so it is given back as soon as it comes.
					void acquired.then((release) => release());
					throw error;
				})
				.then(async () => await acquired)
				.finally(() => taken.abort());
		},
		spare: (claim) => {
			const wanted = unitsFor(claim);
			if (waiting > 0 || semaphore.getValue() - wanted < units / 2) return undefined;
			// So many are free, so they are taken at once.
			void semaphore.acquire(wanted);
			return onlyOnce(() => semaphore.release(wanted));
		},
	};
};

/** The claims of one piece of work on a budget. */
export interface MemoryClaims {
	take(bytes: number, signal?: AbortSignal): Promise<Release>;
	/** Gives back all that is still held, and ends whoever waits. */
	close(): void;
}

/** Opens claims that are all given back when they are closed, however the work has ended. */
export const claimsOn = (budget: MemoryBudget, signal?: AbortSignal): MemoryClaims => {
	const held = new Set<Release>();
	const closed = new AbortController();
	const ended = signal ? AbortSignal.any([signal, closed.signal]) : closed.signal;
	return {
		take: async (bytes, own) => {
			const release = await budget.take(bytes, own ? AbortSignal.any([ended, own]) : ended);
			// It may have come at the very moment of the end.
			if (ended.aborted) release();
			ended.throwIfAborted();
			const giveBack = () => {
				held.delete(giveBack);
				release();
			};
			held.add(giveBack);
			return giveBack;
		},
		close: () => {
			closed.abort();
			for (const release of held) release();
		},
	};
};
