import { once } from 'node:events';
import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { s3Failure } from '../failure';
import { retrying } from '../flow/retry';

const attempts = 3;

/** In milliseconds. These services answer at once, because they are on the machine itself. */
const timeout = 2000;

/** A request to a service of the machine. */
interface LocalRequest {
	url: URL;
	method?: 'GET' | 'PUT';
	headers?: Record<string, string>;
}

/** The answer of a service of the machine. */
interface LocalAnswer {
	status: number;
	text: string;
}

const sendOnce = async (
	{ url, method = 'GET', headers = {} }: LocalRequest,
	signal: AbortSignal,
): Promise<LocalAnswer> => {
	// Uses a separate agent: n8n sends requests of the global ones through its proxy, which must not see keys.
	const outgoing =
		url.protocol === 'https:'
			? requestHttps(url, { method, headers, signal, agent: new HttpsAgent() })
			: requestHttp(url, { method, headers, signal, agent: new HttpAgent() });
	// An error after the answer has begun has no other listener, and would end n8n.
	outgoing.on('error', () => undefined);
	outgoing.end();
	const [response] = await once(outgoing, 'response');
	const chunks: Uint8Array[] = [];
	for await (const chunk of response) chunks.push(chunk);
	return { status: Number(response.statusCode), text: Buffer.concat(chunks).toString() };
};

/**
 * Sends a request to a service of the machine that gives out keys: directly, never through a proxy, and again while the
 * service is busy. Throws an `S3Failure` with `code` if the service does not answer.
 */
export const sendLocally = async (request: LocalRequest, code: string): Promise<LocalAnswer> =>
	await retrying({ attempts, firstPause: 100, canRetry: () => true }, async (attempt) => {
		const signal = AbortSignal.timeout(timeout);
		const answer = await sendOnce(request, signal).catch((error) => {
			throw signal.aborted ? new Error(`no response within ${timeout / 1000} seconds`) : error;
		});
		const isBusy = answer.status === 429 || answer.status >= 500;
		if (isBusy && attempt < attempts) throw new Error(`Status ${answer.status}`);
		return answer;
	}).catch((error) => {
		throw s3Failure({
			code,
			message: `${request.url.host}: ${error instanceof Error ? error.message : String(error)}`,
		});
	});
