import { Semaphore } from 'async-mutex';
import { abortable, notNeeded } from './abortable';

/** Returns the bytes to the budget; further calls have no effect. */
type Release = () => void;

/** Memory, in bytes, that all items of an execution share. */
export interface MemoryBudget {
	/** All of it. */
	readonly bytes: number;
	/** Waits until the bytes are free, and takes them. Throws if the signal fires first. */
	take(bytes: number, signal?: AbortSignal): Promise<Release>;
	/** Takes the bytes only if they are free and nothing waits. Otherwise undefined. */
	takeNow(bytes: number): Release | undefined;
	/**
	 * Takes bytes for optional use, only if nothing waits and half of the budget stays free. Otherwise undefined. Calls
	 * `giveBack`, which must release the bytes, once a claim needs more than the rest of the budget.
	 */
	spare(bytes: number, giveBack: () => void): Release | undefined;
	/** Memory that others no longer need, from `least` to `bytes`, for who has taken as much. Undefined if there is none. */
	reuse(bytes: number, least?: number): Buffer | undefined;
	/** Keeps memory for the next claims. Comes before the release of its bytes; the giver must not use the memory any more. */
	recycle(memory: Buffer): void;
}

/** Claims round up to units of this many bytes, because the cost of the semaphore grows with its number of units. */
const unit = 64 * 1024;

const onlyOnce = (release: Release): Release => {
	let isHeld = true;
	return () => {
		if (isHeld) release();
		isHeld = false;
	};
};

/** Creates a budget of `bytes`. A claim above the whole budget takes all of it. */
export const memoryBudget = (bytes: number): MemoryBudget => {
	const units = Math.ceil(bytes / unit);
	const semaphore = new Semaphore(units);
	const unitsFor = (claim: number) => Math.min(Math.max(Math.ceil(claim / unit), 1), units);
	const spared = new Map<Release, { units: number; giveBack: () => void }>();
	let waiting = 0;
	/** A holder of spare bytes may be waiting for this very claim. Other holders need no more memory to finish. */
	const makeRoomFor = (claimed: number) => {
		const isTooMuch = () => claimed + [...spared.values()].reduce((sum, one) => sum + one.units, 0) > units;
		for (const { giveBack } of spared.values()) if (isTooMuch()) giveBack();
	};
	let unused: Buffer[] = [];
	/** Unused memory is at most the unclaimed memory, or a claim that is about to end. */
	const dropUnused = (ending = 0) => {
		let room = semaphore.getValue() * unit + ending;
		unused = unused.filter(({ byteLength }) => (room -= byteLength) >= 0);
	};
	const acquire = async (claim: number) => {
		const claimed = unitsFor(claim);
		waiting++;
		makeRoomFor(claimed);
		const [, release] = await semaphore.acquire(claimed).finally(() => waiting--);
		return onlyOnce(release);
	};
	/** For units that are free, so that the semaphore resolves at once. */
	const acquireFree = (claimed: number): Release => {
		void semaphore.acquire(claimed);
		return () => semaphore.release(claimed);
	};
	return {
		bytes,
		take: async (claim, signal) => {
			signal?.throwIfAborted();
			return await abortable(acquire(claim), signal, (release) => release());
		},
		takeNow: (claim) => {
			const claimed = unitsFor(claim);
			return waiting > 0 || semaphore.getValue() < claimed ? undefined : onlyOnce(acquireFree(claimed));
		},
		spare: (claim, giveBack) => {
			const claimed = unitsFor(claim);
			if (waiting > 0 || semaphore.getValue() - claimed < units / 2) return undefined;
			const giveUnitsBack = acquireFree(claimed);
			const release = onlyOnce(() => {
				spared.delete(release);
				giveUnitsBack();
			});
			spared.set(release, { units: claimed, giveBack });
			dropUnused();
			return release;
		},
		reuse: (claim, least = 0) => {
			const at = unused.findIndex(({ byteLength }) => byteLength === claim);
			const smaller = unused.findIndex(({ byteLength }) => byteLength < claim && byteLength >= least);
			const [memory] = at >= 0 ? unused.splice(at, 1) : smaller >= 0 ? unused.splice(smaller, 1) : [];
			dropUnused();
			return memory;
		},
		recycle: (memory) => {
			unused.push(memory);
			dropUnused(memory.byteLength);
		},
	};
};

/** The claims of one task on a budget. */
export interface MemoryClaims {
	take(bytes: number, signal?: AbortSignal): Promise<Release>;
	/** Returns all held bytes, and aborts pending claims. */
	close(): void;
}

/** Opens a scope of claims on a budget: `close` returns all of them, however the task ended. */
export const claimsOn = (budget: MemoryBudget, signal?: AbortSignal): MemoryClaims => {
	const held = new Set<Release>();
	/** Made for the first claim that has to wait: most tasks have none, and a signal costs more than their claims. */
	let closed: AbortController | undefined;
	let isClosed = false;
	const giveUp = (release: Release) => release();
	const whenFree = async (bytes: number, own?: AbortSignal): Promise<Release> => {
		closed ??= new AbortController();
		const untilClosed = abortable(budget.take(bytes, signal), closed.signal, giveUp);
		return await abortable(untilClosed, own, giveUp);
	};
	return {
		take: async (bytes, own) => {
			signal?.throwIfAborted();
			own?.throwIfAborted();
			if (isClosed) throw notNeeded;
			const release = budget.takeNow(bytes) ?? (await whenFree(bytes, own));
			// The bytes may arrive just as the scope closes.
			if (isClosed) {
				release();
				throw notNeeded;
			}
			const giveBack = () => {
				held.delete(giveBack);
				release();
			};
			held.add(giveBack);
			return giveBack;
		},
		close: () => {
			isClosed = true;
			closed?.abort(notNeeded);
			for (const release of held) release();
		},
	};
};
