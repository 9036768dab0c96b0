import type { Logger } from 'n8n-workflow';

/** In milliseconds. */
const interval = 10_000;

/** Returns a function that writes a line to n8n's log, at level info, if the last one is 10 seconds old. */
export const progressLog = ({ logger }: { logger: Logger }, line: (seconds: number) => string): (() => void) => {
	const start = performance.now();
	let last = start;
	return () => {
		const now = performance.now();
		if (now - last < interval) return;
		last = now;
		logger.info(line((now - start) / 1000));
	};
};
