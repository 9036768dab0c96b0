// A server in front of another one that lets every byte arrive later, as a network far away does, without slowing it down.
import { connect, createServer } from 'node:net';

const delayed = (from, to, ms) => {
	from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), ms));
	from.once('end', () => setTimeout(() => to.end(), ms));
	from.once('error', () => to.destroy());
};

/** Starts it; `roundTrip` is in milliseconds, half of it each way. */
export const startDelay = async (target, roundTrip) => {
	const { hostname, port } = new URL(target);
	const sockets = new Set();
	const server = createServer({ noDelay: true }, (socket) => {
		const onward = connect({ host: hostname, port: Number(port), noDelay: true });
		for (const one of [socket, onward]) sockets.add(one.once('close', () => sockets.delete(one)));
		delayed(socket, onward, roundTrip / 2);
		delayed(onward, socket, roundTrip / 2);
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		url: `http://127.0.0.1:${server.address().port}`,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
};
