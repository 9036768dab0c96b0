import { Semaphore } from 'async-mutex';

/** A number of bytes that all items of an execution share. What is taken is given back by calling its release. */
export interface MemoryBudget {
	/** Waits until so many are free. */
	take(bytes: number): Promise<() => void>;
	/** So many for what can do without: only while nobody waits, and half of the budget stays free. Undefined otherwise. */
	spare(bytes: number): (() => void) | undefined;
}

/** What claims are rounded up to: the semaphore's own work grows with the number of its units. */
const unit = 64 * 1024;

/** Makes a budget of so many bytes. A claim above the whole budget gets all of it. */
export const memoryBudget = (bytes: number): MemoryBudget => {
	const units = Math.ceil(bytes / unit);
	const semaphore = new Semaphore(units);
	const unitsFor = (claim: number) => Math.min(Math.max(Math.ceil(claim / unit), 1), units);
	let waiting = 0;
	return {
		take: async (claim) => {
			waiting++;
			const [, release] = await semaphore.acquire(unitsFor(claim)).finally(() => waiting--);
			return release;
		},
		spare: (claim) => {
			const wanted = unitsFor(claim);
			if (waiting > 0 || semaphore.getValue() - wanted < units / 2) return undefined;
			// So many are free, so they are taken at once, and given back at once.
			void semaphore.acquire(wanted);
			return () => semaphore.release(wanted);
		},
	};
};
