/** How many things are worked on at the same time: a number, or one that finds itself. */
export interface ConcurrencyLimit {
	current(): number;
	/** Hears of each thing that is done, and how long it took in milliseconds. */
	done(took: number): void;
}

/** Always so many. */
export const fixedLimit = (limit: number): ConcurrencyLimit => ({ current: () => limit, done: () => undefined });

/** More at a time only helps while each takes less than this, in milliseconds: else it is its work that takes the time. */
const short = 1000;

const growth = 2;

/** What counts as faster, and as slower. */
const better = 1.1;
const worse = 0.6;

/**
 * Begins with `first` and takes more, up to `most`, as long as more get done in the same time: the farther away S3 is, the
 * more requests have to be on their way. Takes fewer again where things get much slower.
 */
export const adaptiveLimit = (first: number, most: number, now = () => performance.now()): ConcurrencyLimit => {
	let limit = first;
	let best = 0;
	let since = now();
	let count = 0;
	let time = 0;
	return {
		current: () => limit,
		done: (took) => {
			count++;
			time += took;
			// Twice as many as are under way, so that most of them were begun at this limit.
			if (count < 2 * limit) return;
			const rate = count / (now() - since);
			if (time / count < short && rate > best * better) limit = Math.min(Math.ceil(limit * growth), most);
			else if (rate < best * worse) limit = Math.max(Math.floor(limit / growth), first);
			best = Math.max(best * 0.9, rate);
			[since, count, time] = [now(), 0, 0];
		},
	};
};
