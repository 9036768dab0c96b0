import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { BuildMiddleware } from '@smithy/types';
import { Mutex } from 'async-mutex';
import { createHash, subtle } from 'node:crypto';
import { comparesMd5 } from '../capabilities';
import type { Connection } from '../connection';

/** Whether a request or response of the SDK has headers. */
export const hasHeaders = (request: unknown): request is { headers: Record<string, string> } =>
	typeof request === 'object' && request !== null && 'headers' in request;

const hasBody = (request: unknown): request is { headers: Record<string, string>; body: string | Uint8Array } =>
	hasHeaders(request) &&
	'body' in request &&
	((typeof request.body === 'string' && request.body !== '') || request.body instanceof Uint8Array);

/** Adds a Content-MD5 header, by which every compatible server rejects data that was corrupted in transit. */
export const contentMd5: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
	const { request } = args;
	if (hasBody(request) && !Object.keys(request.headers).some((name) => /^(content-md5|x-amz-checksum-)/i.test(name))) {
		request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
	}
	return next(args);
};

/** Bytes. The hash of less takes less time than to hand it over. */
const leastForOtherThread = 256 * 1024;

/** Bytes. The other thread gets a copy, which no memory budget counts. */
const mostForOtherThread = 16 * 1024 ** 2;

/** One at a time, for the sake of memory. */
const oneHash = new Mutex();

const hasBytes = (request: unknown): request is { headers: Record<string, string>; body: Uint8Array } =>
	hasBody(request) && request.body instanceof Uint8Array;

/**
 * Adds the SHA-256 of a large body, which the signature contains. The SDK would compute it in the thread that runs n8n, and
 * again for each attempt. A body with an MD5 that the server compares needs none: the signature contains the MD5 as well.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export const contentSha256 =
	(connection: Pick<Connection, 'endpoint'>): BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const { request } = args;
		const name = 'x-amz-content-sha256';
		if (!hasBytes(request) || name in request.headers) return await next(args);
		const { body, headers } = request;
		if ('content-md5' in headers && comparesMd5(connection)) headers[name] = 'UNSIGNED-PAYLOAD';
		else if (body.length >= leastForOtherThread && body.length <= mostForOtherThread) {
			const digest = await oneHash.runExclusive(async () => await subtle.digest('SHA-256', body));
			headers[name] = Buffer.from(digest).toString('hex');
		}
		return await next(args);
	};

/** Requests the checksum of each whole object, without making the SDK compute it as well. */
export const withChecksum: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => (args) => {
	const { request } = args;
	if (context.commandName === 'GetObjectCommand' && hasHeaders(request) && !('range' in request.headers))
		request.headers['x-amz-checksum-mode'] = 'ENABLED';
	return next(args);
};
