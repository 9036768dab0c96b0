import type { ICredentialDataDecryptedObject, IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { createHash } from 'node:crypto';
import { isHostOf, signRequest } from '../../s3/client/signRequest';
import { connectionOf } from './credentials';
import { badInput } from '../errors/badInput';
import { bareAddress } from '../errors/redact';

/** The HTTP Request node passes the URL as `uri`, the name of an older API. */
type Options = IHttpRequestOptions & { uri?: string };

const asStrings = (values: IDataObject | undefined) =>
	Object.fromEntries(
		Object.entries(values ?? {})
			.filter(([, value]) => value !== undefined && value !== null)
			.map(([name, value]) => [name, String(value)]),
	);

const queryOf = (qs: unknown) => (typeof qs === 'object' && qs !== null ? asStrings({ ...qs }) : {});

const bodyOf = (body: unknown, method: string) => {
	if (typeof body === 'string' || body instanceof Uint8Array) return body;
	const isEmpty = body === undefined || body === null || (typeof body === 'object' && Object.keys(body).length === 0);
	return isEmpty && (method === 'GET' || method === 'HEAD' || method === 'DELETE') ? '' : undefined;
};

/**
 * Signs a request of n8n's HTTP Request node, so that users can call any S3 API with this credential. Throws for an
 * invalid URL, and for a host that does not belong to the connection.
 */
export const authenticate = async (data: ICredentialDataDecryptedObject, options: Options): Promise<Options> => {
	const connection = connectionOf(data);
	const { method = 'GET', qs, headers, body } = options;
	const address = options.uri ?? options.url;
	const url = options.baseURL && !URL.canParse(address) ? `${options.baseURL}${address}` : address;
	if (!URL.canParse(url))
		throw badInput(
			`'URL' is not a URL: '${bareAddress(url)}'`,
			'Enter a full address, such as https://my-bucket.s3.eu-central-1.amazonaws.com/?versioning.',
		);
	const { host, protocol } = new URL(url);
	if (connection.machine && protocol !== 'https:')
		throw badInput(
			"'URL' does not begin with https://",
			'Requests with the role of this machine carry its session token, so they are only sent encrypted.',
		);
	const isUnchecked =
		options.skipSslCertificateValidation === true ||
		('rejectUnauthorized' in options && options.rejectUnauthorized === false);
	if (connection.machine && isUnchecked)
		throw badInput(
			"'Ignore SSL Issues (Insecure)' does not work with the role of this machine",
			'Turn it off: an impostor of AWS could read the session token of the role.',
		);
	if (!isHostOf(connection, host)) {
		throw badInput(
			`The credential is not for '${host}'`,
			`Its keys are only used for ${connection.endpoint ?? 'hosts of Amazon S3'}. Check 'URL', or 'Service URL' in the credential.`,
		);
	}
	const content = bodyOf(body, method);
	const signed = await signRequest(connection, {
		method,
		url,
		query: queryOf(qs),
		headers: {
			...asStrings(headers),
			...(content !== undefined &&
				content.length > 0 && { 'content-md5': createHash('md5').update(content).digest('base64') }),
		},
		body: content,
	});
	return {
		...options,
		baseURL: undefined,
		...(options.uri !== undefined && { uri: signed.url }),
		url: signed.url,
		qs: {},
		headers: signed.headers,
	};
};
