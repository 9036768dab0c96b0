import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether nothing listens on a port of the loopback address. */
export const isFree = (port) =>
	new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});

const given = new Set();

/**
 * A port of the loopback address that nothing uses at the moment. It lies below those that the system gives to connections
 * (from 32768 on Linux), so that none of them takes it before the program that it is for has started.
 */
export const freePort = async () => {
	for (;;) {
		const port = 20_000 + Math.floor(Math.random() * 12_000);
		if (given.has(port) || !(await isFree(port))) continue;
		given.add(port);
		return port;
	}
};

/** Waits until something answers at a URL, whatever it says; gives up when `patience` milliseconds have passed. */
export const untilAnswered = async (url, patience) => {
	const end = Date.now() + patience;
	while (
		!(await fetch(url).then(
			() => true,
			() => false,
		))
	) {
		if (Date.now() > end) throw new Error(`Nothing answered at ${url}`);
		await sleep(100);
	}
};
