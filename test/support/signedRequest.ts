import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';

interface Keys {
	endpoint: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
}

interface Outgoing {
	method: string;
	path: string;
	query?: Record<string, string>;
	headers?: Record<string, string>;
	body?: string | Uint8Array;
}

/** Sends a signed request to a service for which there is no client here; gives the text of its answer. */
export const signedRequest = async (
	{ endpoint, region, ...credentials }: Keys,
	service: string,
	{ method, path, query = {}, headers = {}, body = '' }: Outgoing,
) => {
	const { host, hostname, port, protocol } = new URL(endpoint);
	const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
	const signed = await signer.sign({
		method,
		protocol,
		hostname,
		port: Number(port),
		path,
		query,
		headers: { ...headers, host },
		body,
	});
	const url = `${endpoint}${path}?${new URLSearchParams(query).toString()}`;
	const { host: _host, ...others } = signed.headers;
	const response = await fetch(url, { method, headers: others, ...(body !== '' && { body }) });
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${url} was answered with ${response.status}: ${text}`);
	return text;
};
