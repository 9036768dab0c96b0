/** Pseudorandom numbers from 0 to 1, reproducible by their seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
export const randomOf = (seed: string) => {
	let state = Buffer.from(seed).reduce((sum, byte) => (sum * 31 + byte) % 2 ** 32, 7);
	return () => {
		state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
		return state / 2 ** 32;
	};
};
