import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something is so. Where it never is, it throws, instead of looking on after its test has ended. `delay` is what the
 * product itself waits before, in milliseconds.
 */
export const until = async (isSo: () => boolean | Promise<boolean>, { delay = 0 } = {}) => {
	const limit = delay + 30_000;
	const since = performance.now();
	while (!(await isSo())) {
		if (performance.now() - since > limit)
			throw new Error(`What was waited for has not come within ${limit / 1000} seconds`);
		await sleep(20);
	}
};
