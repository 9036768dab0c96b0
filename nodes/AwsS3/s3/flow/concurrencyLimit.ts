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

/** After a trial that brought nothing, the next one waits twice as many rounds, up to this many. */
const longestPause = 64;

/**
 * A limit that starts at `first` and grows up to `most` while the throughput grows, because a distant S3 needs more
 * parallel requests. Shrinks again, down to `first`, if the throughput drops sharply. Afterwards it tries from time to
 * time whether more help again: the drop may have come from a longer way to S3, which needs more of them. `now` returns
 * milliseconds.
 */
export const adaptiveLimit = (first: number, most: number, now = () => performance.now()): ConcurrencyLimit => {
	let limit = first;
	let best = 0;
	let since = now();
	let count = 0;
	let totalTime = 0;
	let hasShrunk = false;
	let pause = 1;
	let roundsToTrial = 0;
	let limitBeforeTrial: number | undefined;
	const grow = () => Math.min(Math.ceil(limit * growth), most);
	const tryMore = () => {
		if (limitBeforeTrial !== undefined) {
			limit = limitBeforeTrial;
			limitBeforeTrial = undefined;
			pause = Math.min(2 * pause, longestPause);
			roundsToTrial = pause;
		} else if (--roundsToTrial < 0) {
			limitBeforeTrial = limit;
			limit = grow();
		}
	};
	return {
		current: () => limit,
		done: (took) => {
			count++;
			totalTime += took;
			// After twice the limit, most of the counted tasks started under this limit.
			if (count < 2 * limit) return;
			const rate = count / (now() - since);
			const isShort = totalTime / count < shortTask;
			const isSlow = rate < best * slower;
			if (isShort && rate > best * faster) {
				limit = grow();
				limitBeforeTrial = undefined;
			} else if (isSlow) {
				limit = Math.max(Math.floor(limit / growth), first);
				hasShrunk = true;
				limitBeforeTrial = undefined;
				[pause, roundsToTrial] = [1, 0];
			} else if (isShort && hasShrunk) tryMore();
			// What was possible before a drop soon no longer counts.
			best = Math.max(best * (isSlow ? slower : 0.9), rate);
			[since, count, totalTime] = [now(), 0, 0];
		},
	};
};
