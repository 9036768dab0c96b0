import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Connection } from '../connection';
import { signingKeys } from './clientCache';
import { decodeOrKeep } from '../address';
import { isAws } from '../capabilities';
import { partitionOf } from '../partition';

/** A request that another program sends. */
export interface Outgoing {
	method: string;
	url: string;
	/** Query parameters besides those in the URL. */
	query: Record<string, string>;
	headers: Record<string, string>;
	/** Only text or bytes, which the other program sends unchanged. */
	body?: string | Uint8Array;
}

/** Encodes also what `encodeURIComponent` does not, but Signature Version 4 requires. */
const encodeStrictly = (text: string) =>
	encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Serves websites out of buckets: it takes no signature, and may redirect to any other host. */
const website = /(^|\.)s3-website[.-]/;

/**
 * Whether a host belongs to the service of a connection. Other hosts must not receive its session token, such as those
 * of other AWS services, behind which any AWS customer may run a server.
 */
export const isHostOf = ({ endpoint, region }: Connection, host: string) => {
	if (endpoint === undefined)
		return (
			host.endsWith(`.${partitionOf(region).suffix}`) && isAws({ endpoint: `https://${host}` }) && !website.test(host)
		);
	const serviceHost = new URL(endpoint).host;
	return host === serviceHost || host.endsWith(`.${serviceHost}`);
};

/**
 * Signs a request to S3. Returns the headers to send, and the URL in the exact form that the signature is valid for. Leaves
 * an unknown body out of the signature.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const signRequest = async (connection: Connection, { method, url, query, headers, body }: Outgoing) => {
	const { protocol, host, hostname, port, pathname, searchParams } = new URL(url);
	// S3 treats an encoded slash like a slash.
	const path = decodeOrKeep(pathname).split('/').map(encodeStrictly).join('/');
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
	// The other program may still change other headers, so do not sign them.
	const signed = await signer.sign(request, {
		unsignableHeaders: new Set(
			Object.keys(headers)
				.map((name) => name.toLowerCase())
				.filter((name) => !name.startsWith('x-amz-')),
		),
	});
	const search = Object.entries(parameters)
		.map(([name, value]) => `${encodeStrictly(name)}=${encodeStrictly(value)}`)
		.join('&');
	return { url: `${protocol}//${host}${path}${search === '' ? '' : `?${search}`}`, headers: signed.headers };
};
