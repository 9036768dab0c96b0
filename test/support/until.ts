import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks. Each look at another program costs that program time, so these looks become rarer. */
const pauses = { first: 20, most: 250 };

/**
 * Waits until something is so. Where it never is, it throws, instead of looking on after its test has ended. `delay` is what the
 * product itself waits before, in milliseconds.
 */
export const until = async (isSo: () => boolean | Promise<boolean>, { delay = 0 } = {}) => {
	const limit = delay + 30_000;
	const since = performance.now();
	for (let pause = pauses.first; ;) {
		const look = isSo();
		if (await look) return;
		if (performance.now() - since > limit)
			throw new Error(`What was waited for has not come within ${limit / 1000} seconds`);
		await sleep(pause);
		if (look instanceof Promise) pause = Math.min(1.5 * pause, pauses.most);
	}
};
