import type { HttpHandler } from '@smithy/core/protocols';
import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getProxyForUrl } from 'proxy-from-env';
import type { Connection } from '../connection';
import { inPieces } from './inPieces';
import { withReusedMemory } from './reusedMemory';
import { connectionTimeout, defaultSocketTimeout } from './clientSettings';

/** Enough for the parallel parts and items of several executions; sockets that idle are closed by S3. */
const maxSockets = 256;

/** Makes a handler hand large bodies to their sockets piece by piece. */
const sendingInPieces = (sender: NodeHttpHandler): NodeHttpHandler => {
	const handle = sender.handle.bind(sender);
	sender.handle = async (request, options) => await handle(inPieces(request), options);
	return sender;
};

/** Sends what reads through one handler, and what writes through the other. */
const forReadsAndWrites = (
	reading: NodeHttpHandler,
	writing: NodeHttpHandler,
): HttpHandler<NodeHttpHandlerOptions> => ({
	metadata: reading.metadata,
	handle: async (request, options) => await (request.method === 'GET' ? reading : writing).handle(request, options),
	destroy: () => {
		reading.destroy();
		writing.destroy();
	},
	updateHttpClientConfig: (key, value) => {
		reading.updateHttpClientConfig(key, value);
		writing.updateHttpClientConfig(key, value);
	},
	httpHandlerConfigs: () => reading.httpHandlerConfigs(),
});

/** The settings of a connection that its requests travel by. */
interface Network extends Pick<Connection, 'ignoreSslIssues' | 'socketTimeout'> {
	/** Whether sockets stay open for further requests. */
	keepAlive?: boolean;
}

/** The handlers of the SDK that send the requests of a handler which `requestHandlerFor` has made. */
const sendersOf = new WeakMap<object, NodeHttpHandler[]>();

/**
 * How requests travel to a URL: over sockets that are kept open, and through the proxy that HTTP_PROXY, HTTPS_PROXY and
 * NO_PROXY name, which are the only things that are taken from the host, because n8n itself goes by them.
 * https://docs.n8n.io/hosting/configuration/environment-variables/deployment/
 */
export const requestHandlerFor = (
	url: string,
	{ ignoreSslIssues, socketTimeout = defaultSocketTimeout, keepAlive = true }: Network,
) => {
	const sockets = { keepAlive, maxSockets };
	const tls = { ...sockets, ...(ignoreSslIssues && { rejectUnauthorized: false }) };
	const proxy = getProxyForUrl(url);
	const senderOver = (agents: Pick<NodeHttpHandlerOptions, 'httpAgent' | 'httpsAgent'>) =>
		sendingInPieces(new NodeHttpHandler({ connectionTimeout, socketTimeout, ...agents }));
	if (proxy) {
		const httpsAgent = new HttpsProxyAgent(proxy, tls);
		// The agent uses its options only to reach the proxy, not for TLS to the server behind it.
		Object.assign(httpsAgent.options, tls);
		const both = senderOver({ httpAgent: new HttpProxyAgent(proxy, sockets), httpsAgent });
		sendersOf.set(both, [both]);
		return both;
	}
	// The SDK waits for S3 to accept a large body only if it has created the agent, and then uses another agent,
	// which does not know which certificates to ignore. So writes use our agent only to ignore certificates.
	const writing = senderOver({ httpAgent: sockets, httpsAgent: ignoreSslIssues ? new HttpsAgent(tls) : tls });
	const reading = senderOver({
		httpAgent: withReusedMemory(new HttpAgent(sockets)),
		httpsAgent: withReusedMemory(new HttpsAgent(tls)),
	});
	const handler = forReadsAndWrites(reading, writing);
	sendersOf.set(handler, [reading, writing]);
	return handler;
};

interface Agent {
	freeSockets: Record<string, Array<{ destroy(): void }> | undefined>;
	keepAlive?: boolean;
}

const isAgent = (value: unknown): value is Agent =>
	typeof value === 'object' && value !== null && 'freeSockets' in value;

const agentsOf = (requestHandler: object) =>
	(sendersOf.get(requestHandler) ?? []).flatMap((sender) => Object.values(sender.httpHandlerConfigs()).filter(isAgent));

/** Closes the sockets of a client's request handler that wait for a request; the next ones get new sockets. */
export const closeFreeSockets = (requestHandler: object) => {
	for (const { freeSockets } of agentsOf(requestHandler))
		for (const socket of Object.values(freeSockets).flatMap((sockets = []) => sockets)) socket.destroy();
};

/**
 * The same, and closes each of the other sockets when its request has ended. The SDK's `destroy` would break the requests.
 * https://nodejs.org/api/http.html#class-httpagent
 */
export const closeOnceUnused = (requestHandler: object) => {
	for (const agent of agentsOf(requestHandler)) agent.keepAlive = false;
	closeFreeSockets(requestHandler);
};
