// A server in front of another one, as far away as a network makes it. CommonJS, because both the bench and the tests under
// jest load it.
const { connect, createServer } = require('node:net');

/** Every byte arrives later; no more than `window` bytes are under way at a time, as in a connection of TCP. */
const delayed = (from, to, ms, window) => {
	let underWay = 0;
	const acknowledge = (bytes) => {
		underWay -= bytes;
		if (underWay < window) from.resume();
	};
	from.on('data', (chunk) => {
		underWay += chunk.length;
		if (underWay >= window) from.pause();
		setTimeout(() => to.writable && to.write(chunk), ms);
		setTimeout(acknowledge, 2 * ms, chunk.length);
	});
	from.once('end', () => setTimeout(() => to.end(), ms));
	from.once('error', () => to.destroy());
	from.once('close', () => setTimeout(() => to.destroy(), ms));
};

/**
 * The server. `roundTrip` is in milliseconds, half of it each way; `window` in bytes is what one connection carries in that
 * time.
 */
const delayServer = (target, roundTrip, window = Infinity) => {
	const { hostname, port } = new URL(target);
	// Half-open, because what ends arrives later as well.
	const options = { noDelay: true, allowHalfOpen: true };
	return createServer(options, (socket) => {
		const onward = connect({ host: hostname, port: Number(port), ...options });
		delayed(socket, onward, roundTrip / 2, window);
		delayed(onward, socket, roundTrip / 2, window);
	});
};

/** Starts it. */
const startDelay = async (...line) => {
	const server = delayServer(...line);
	const sockets = new Set();
	server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
};

module.exports = { delayServer, startDelay };
