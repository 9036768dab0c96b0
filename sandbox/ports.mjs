import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Whether nothing listens on a port of the loopback address. */
export const isFree = (port) =>
	new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(false));
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
	});

/** A port of the loopback address that nothing uses at the moment. */
export const freePort = () =>
	new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => resolve(address.port));
		});
	});

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
