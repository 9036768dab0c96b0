import { setImmediate } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { stopBefore } from './abortable';

/** Lets an amount pass in each second, the sum of all callers. */
export interface RateLimit {
	/** Waits for the turn of this amount, in the order of the calls. Throws if the signal fires first. */
	take(amount: number, signal?: AbortSignal): Promise<void>;
}

/** Tells the time in milliseconds, and waits for a number of them. */
interface Clock {
	now(): number;
	wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

const ownClock: Clock = {
	now: () => performance.now(),
	wait: async (milliseconds, signal) => await sleep(milliseconds, undefined, { signal }),
};

/** Timers fire late by a few milliseconds; a caller that is late by at most this time catches up. */
const grace = 100;

/**
 * A limit of `perSecond` without bursts: each amount takes its share of time, and the next one begins when that has passed. A
 * pause saves up nothing, apart from a tenth of a second.
 */
export const rateLimit = (perSecond: number, { now, wait }: Clock = ownClock): RateLimit => {
	let free = -Infinity;
	return {
		take: async (amount, signal) => {
			signal?.throwIfAborted();
			const time = now();
			const turn = Math.max(free, time - grace);
			free = turn + (amount / perSecond) * 1000;
			if (turn > time) await wait(turn - time, signal);
		},
	};
};

/** The limits of a run. */
export interface Pace {
	/** Before each request, also a repeated one. */
	requests?: RateLimit;
	/** For the bytes of contents that are read. */
	bytes?: RateLimit;
}

/**
 * Waits for the turn of an amount, or not at all without a limit. What continues after a stop has only seconds, and waits no longer,
 * but what would begin something then throws the reason of the stop.
 */
export const waitForTurn = async (
	limit: RateLimit | undefined,
	amount: number,
	{ signal, begins = false }: { signal?: AbortSignal; begins?: boolean },
) => {
	const stop = stopBefore(signal);
	await limit?.take(amount, stop ?? signal).catch((error: unknown) => {
		if (begins || !stop?.aborted) throw error;
	});
};

/**
 * Shares the turns of the event loop: makes a function that lets an amount pass in each of them. It returns undefined, or a
 * promise of a later turn.
 */
const inEachTurn = (most: number) => {
	let passed = 0;
	let isScheduled = false;
	const waiting: Array<{ amount: number; pass: () => void }> = [];
	const schedule = () => {
		isScheduled = true;
		setImmediate(nextTurn);
	};
	const nextTurn = () => {
		passed = 0;
		isScheduled = false;
		while (passed < most) {
			const first = waiting.shift();
			if (!first) break;
			passed += first.amount;
			first.pass();
		}
		if (passed > 0) schedule();
	};
	return (amount: number): Promise<void> | undefined => {
		if (!isScheduled) schedule();
		if (passed >= most) return new Promise<void>((pass) => waiting.push({ amount, pass }));
		passed += amount;
		return undefined;
	};
};

const takeRequest = inEachTurn(2);

/**
 * Waits until a request may begin. To build and sign one takes a millisecond: if many responses of S3 arrive at the same
 * time, their next requests begin over several turns of the event loop, so that timers and other executions of n8n run in
 * between.
 */
export const turnToBegin = async (): Promise<void> => await takeRequest(1);

/**
 * When bytes that have arrived may be processed, or others may be handed to a socket: undefined for now, or a promise. Node.js reads
 * up to 2 MiB of each connection in one turn of the event loop, and to hash and copy as much of all of them takes most of a second. It
 * also writes to each connection as much as the system takes at once.
 */
export const turnToProcess = inEachTurn(1024 ** 2);
