import { createHash } from 'node:crypto';

/** Pseudorandom numbers from 0 to 1, reproducible by their seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export const randomOf = (seed: string) => {
	// A hash, because the first numbers of seeds like 1, 2 and 3 would otherwise be almost the same.
	let state = createHash('sha256').update(seed).digest().readUInt32LE();
	return () => {
		state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
		return state / 2 ** 32;
	};
};
