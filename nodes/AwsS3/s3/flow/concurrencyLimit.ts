/** How many tasks run at the same time. */
export interface ConcurrencyLimit {
	current(): number;
	/** Call it after each task with its duration in milliseconds. */
	done(took: number): void;
}

/** A limit that never changes. */
export const fixedLimit = (limit: number): ConcurrencyLimit => ({ current: () => limit, done: () => undefined });

/** Longer tasks, in milliseconds, are bound by their own work, so that more of them at a time do not help. */
const shortTask = 1000;

const growth = 2;

/** The limit rises if the throughput exceeds the best one by this factor, and falls below the second one. */
const faster = 1.1;
const slower = 0.6;

/**
 * A limit that starts at `first` and grows up to `most` while the throughput grows, because a distant S3 needs more
 * parallel requests. Shrinks again, down to `first`, if the throughput drops sharply. `now` returns milliseconds.
 */
export const adaptiveLimit = (first: number, most: number, now = () => performance.now()): ConcurrencyLimit => {
	let limit = first;
	let best = 0;
	let since = now();
	let count = 0;
	let totalTime = 0;
	return {
		current: () => limit,
		done: (took) => {
			count++;
			totalTime += took;
			// After twice the limit, most of the counted tasks started under this limit.
			if (count < 2 * limit) return;
			const rate = count / (now() - since);
			if (totalTime / count < shortTask && rate > best * faster) limit = Math.min(Math.ceil(limit * growth), most);
			else if (rate < best * slower) limit = Math.max(Math.floor(limit / growth), first);
			best = Math.max(best * 0.9, rate);
			[since, count, totalTime] = [now(), 0, 0];
		},
	};
};
