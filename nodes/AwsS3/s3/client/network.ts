import type { HttpHandler } from '@smithy/core/protocols';
import type { NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { getProxyForUrl } from 'proxy-from-env';
import type { Connection } from '../connection';
import { withReusedMemory } from './reusedMemory';

/** Enough for the parallel parts and items of several executions; sockets that idle are closed by S3. */
const maxSockets = 256;

const connectionTimeout = 10_000;

/** S3 itself gives up a connection that says nothing for 20 seconds or more. */
const defaultSocketTimeout = 120_000;

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

/**
 * How requests travel to a URL: over sockets that are kept open, and through the proxy that HTTP_PROXY, HTTPS_PROXY and
 * NO_PROXY name, which are the only things that are taken from the host, because n8n itself goes by them.
 * https://docs.n8n.io/hosting/configuration/environment-variables/deployment/
 */
export const requestHandlerFor = (
	url: string,
	{ ignoreSslIssues, socketTimeout = defaultSocketTimeout }: Pick<Connection, 'ignoreSslIssues' | 'socketTimeout'>,
) => {
	const sockets = { keepAlive: true, maxSockets };
	const tls = { ...sockets, ...(ignoreSslIssues && { rejectUnauthorized: false }) };
	const proxy = getProxyForUrl(url);
	const timeouts = { connectionTimeout, socketTimeout };
	if (proxy) {
		const httpsAgent = new HttpsProxyAgent(proxy, tls);
		// By itself the agent uses its options to reach the proxy, and not for TLS to the server behind it.
		Object.assign(httpsAgent.options, tls);
		return new NodeHttpHandler({ ...timeouts, httpAgent: new HttpProxyAgent(proxy, sockets), httpsAgent });
	}
	const writing = new NodeHttpHandler({ ...timeouts, httpAgent: sockets, httpsAgent: tls });
	// The SDK only waits for S3 to let it send a body where the agent is its own, so what writes has others.
	const reading = new NodeHttpHandler({
		...timeouts,
		httpAgent: withReusedMemory(new HttpAgent(sockets)),
		httpsAgent: withReusedMemory(new HttpsAgent(tls)),
	});
	return forReadsAndWrites(reading, writing);
};

interface Agent {
	freeSockets: Record<string, Array<{ destroy(): void }> | undefined>;
}

const isAgent = (value: unknown): value is Agent =>
	typeof value === 'object' && value !== null && 'freeSockets' in value;

const hasConfig = (handler: object): handler is { httpHandlerConfigs(): object } => 'httpHandlerConfigs' in handler;

/** Closes the sockets of a client's request handler that wait for a request; the next ones get new sockets. */
export const closeFreeSockets = (requestHandler: object) => {
	if (!hasConfig(requestHandler)) return;
	const agents = Object.values(requestHandler.httpHandlerConfigs()).filter(isAgent);
	for (const { freeSockets } of agents)
		for (const socket of Object.values(freeSockets).flatMap((sockets = []) => sockets)) socket.destroy();
};
