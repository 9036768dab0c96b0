import { randomOf } from './randomOf';

/** Pieces of keys and names that formats get wrong: quotes, ends of lines, and characters of one to four bytes. */
const pieces = ['a', 'B0', '/', ' ', '"', '\\', '\n', '\u2028', '=', 'é', '€', '\uffee', '😀', '😁'] as const;

/** Random values of several kinds, reproducible by their seed. */
export const randomValues = (seed: string) => {
	const random = randomOf(seed);
	/** A whole number from 0, below `end`. */
	const below = (end: number) => Math.floor(random() * end);
	const oneOf = <T>([first, ...others]: readonly [T, ...T[]]): T => others[below(others.length + 1)] ?? first;
	const listOf = <T>(make: () => T, end = 5) => Array.from({ length: below(end) }, make);
	return {
		below,
		oneOf,
		listOf,
		/** Undefined in half of the cases. */
		maybe: <T>(make: () => T) => (random() < 0.5 ? make() : undefined),
		isSo: () => random() < 0.5,
		text: () => listOf(() => oneOf(pieces), 8).join(''),
		hex: (length: number) => Array.from({ length }, () => below(16).toString(16)).join(''),
		/** With as many bits as another random number says, so that small ones are as frequent as large ones. */
		size: () => below(2 ** below(54)),
		/** A time up to the year 2096. */
		time: () => (random() < 0.5 ? below(4e9) * 1000 : below(4e12)),
	};
};
