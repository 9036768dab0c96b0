import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { certificate } from './tls';
import { listen } from './listen';

/** A request that was on its way to AWS. */
export interface Sent {
	method: string;
	host: string;
	path: string;
	headers: IncomingMessage['headers'];
}

/**
 * Starts a forward proxy that answers in the place of every host of AWS, so nothing leaves this machine. Connections use it
 * with `Ignore SSL Issues` while `HTTPS_PROXY` names it.
 */
export const startAws = async (answer: RequestListener) => {
	const sent: Sent[] = [];
	const { key, cert } = await certificate();
	const everyHost = createTlsServer({ key, cert }, (request, response) => {
		const { method = '', url = '', headers } = request;
		sent.push({ method, host: headers.host ?? '', path: url, headers });
		request.resume().once('end', () => answer(request, response));
	});
	const proxy = createServer();
	proxy.on('connect', (_request, socket) => {
		socket.write('HTTP/1.1 200 OK\r\n\r\n');
		everyHost.emit('connection', socket);
	});
	return { url: `http://${await listen(proxy)}`, sent };
};
