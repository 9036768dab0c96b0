import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Connection } from '../connection';
import { signingKeys } from './clientCache';
import { partitionOf } from '../partition';

/** What is known of a request that somebody else will send. */
export interface Outgoing {
	method: string;
	url: string;
	/** Parameters besides those in the URL. */
	query: Record<string, string>;
	headers: Record<string, string>;
	/** Where it is text or bytes, and so certain to be sent as it is. */
	body?: string | Uint8Array;
}

const strict = (text: string) =>
	encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const decoded = (text: string) => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

/** Whether a host belongs to a connection: keys and tokens must not be shown to any other. */
export const isHostOf = ({ endpoint, region }: Connection, host: string) => {
	const own = endpoint === undefined ? partitionOf(region).suffix : new URL(endpoint).host;
	return host === own || host.endsWith(`.${own}`);
};

/**
 * Signs a request to S3, and writes its URL in the one form that the signature holds for. What cannot be known of the
 * body is left out of the signature.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const signRequest = async (connection: Connection, { method, url, query, headers, body }: Outgoing) => {
	const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
	// To S3 an encoded slash is a slash.
	const path = decoded(pathname).split('/').map(strict).join('/');
	const parameters = { ...Object.fromEntries(searchParams), ...query };
	const signer = new SignatureV4({
		service: 's3',
		region: connection.region,
		credentials: signingKeys(connection),
		sha256: Sha256,
		uriEscapePath: false,
	});
	const request = {
		method,
		protocol,
		hostname,
		...(port !== '' && { port: Number(port) }),
		path,
		query: parameters,
		headers: {
			...headers,
			host,
			...(body === undefined && { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }),
		},
		body,
	};
	// Whoever sends the request may still write other headers in a way of its own.
	const signed = await signer.sign(request, {
		unsignableHeaders: new Set(
			Object.keys(headers)
				.map((name) => name.toLowerCase())
				.filter((name) => !name.startsWith('x-amz-')),
		),
	});
	const search = Object.entries(parameters)
		.map(([name, value]) => `${strict(name)}=${strict(value)}`)
		.join('&');
	return { url: `${protocol}//${host}${path}${search === '' ? '' : `?${search}`}`, headers: signed.headers };
};
