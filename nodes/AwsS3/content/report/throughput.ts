import type { Line } from './report';

/** What was done at a time. */
interface Done {
	at: Date;
	bytes: number;
}

/** More points than this are not seen. When there are more, two become one. */
const maxPoints = 240;

interface Sum {
	bytes: number;
	count: number;
}

/**
 * Adds up what was done over time, in intervals that grow with the run, from one second on: so a run of a minute and one of a
 * week take the same memory.
 */
export const throughput = () => {
	let sums: Sum[] = [];
	/** In milliseconds. */
	let interval = 1000;
	let start: number | undefined;

	const halve = () => {
		const pairs = Array.from({ length: Math.ceil(sums.length / 2) }, (_, pair) => sums.slice(2 * pair, 2 * pair + 2));
		sums = pairs.map((pair) => ({
			bytes: pair.reduce((total, { bytes }) => total + bytes, 0),
			count: pair.reduce((total, { count }) => total + count, 0),
		}));
		interval *= 2;
	};

	const lineOf = (title: string, unit: Line['unit'], value: (sum: Sum) => number): Line => ({
		...{ kind: 'line', title, unit },
		points: sums.map((sum, index) => ({
			at: new Date((start ?? 0) + index * interval),
			value: value(sum) / (interval / 1000),
		})),
	});

	return {
		/** Adds what was done. What comes a little late counts as well. */
		add: ({ at, bytes }: Done) => {
			const time = at.getTime();
			start ??= time;
			while (time - start >= maxPoints * interval) halve();
			const index = Math.max(0, Math.floor((time - start) / interval));
			while (sums.length <= index) sums.push({ bytes: 0, count: 0 });
			const sum = sums[index];
			if (!sum) return;
			sum.bytes += bytes;
			sum.count++;
		},
		/** Bytes and objects a second as plots; none for what took only one interval. */
		plots: (): Line[] =>
			sums.length < 2
				? []
				: [
						lineOf('Throughput', 'bytesPerSecond', ({ bytes }) => bytes),
						lineOf('Objects per second', 'count', ({ count }) => count),
					],
	};
};
