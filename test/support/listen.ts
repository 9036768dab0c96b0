import type { Server, Socket } from 'node:net';
import { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';

const servers: Server[] = [];
const sockets = new Set<Socket>();

/**
 * Starts a server on a free port of this machine; gives its host and port. It ends with the tests of the file, also where
 * one of them fails: Jest waits forever for a server that stays open.
 */
export const listen = async (server: Server): Promise<string> => {
	servers.push(server);
	// By default it closes an idle connection after 5 s, perhaps just as the next request is on its way.
	if (server instanceof HttpServer || server instanceof HttpsServer) server.keepAliveTimeout = 0;
	server.on('connection', (socket: Socket) => {
		sockets.add(socket);
		socket.once('close', () => sockets.delete(socket));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	const address = server.address();
	return `127.0.0.1:${typeof address === 'object' ? address?.port : address}`;
};

afterAll(async () => {
	for (const socket of sockets) socket.destroy();
	for (const server of servers) await new Promise((resolve) => server.close(resolve));
});
