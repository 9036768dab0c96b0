import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something is so. Where it never is, it throws, instead of looking on after its test has ended. */
export const until = async (isSo: () => boolean | Promise<boolean>) => {
	const since = performance.now();
	while (!(await isSo())) {
		if (performance.now() - since > 30_000) throw new Error('What was waited for has not come within 30 seconds');
		await sleep(20);
	}
};
