import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type { DeserializeMiddleware } from '@smithy/types';
import { Readable } from 'node:stream';
import { hasHeaders } from './checksumHeaders';

/**
 * Makes an upload that another one to the same key has overtaken the failure that it is. OpenStack Swift stores nothing then, and
 * answers 200 with a page instead of the ETag: its proxy turns the conflict into 202 (`swift/proxy/controllers/obj.py`), and its S3
 * API turns 202 into 200. The SDK must not try it again, because the key may have had to be free.
 */
export const overtakenWrite: DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =
	(next, { commandName }) =>
	async (args) => {
		const result = await next(args);
		const { response } = result;
		if (commandName !== 'PutObjectCommand' || !hasHeaders(response) || response.headers.etag) return result;
		if (!('statusCode' in response && response.statusCode === 200 && 'x-openstack-request-id' in response.headers))
			return result;
		// Frees the connection.
		if ('body' in response && response.body instanceof Readable) response.body.resume();
		throw Object.assign(new Error('Another upload to the same key was faster'), { name: 'OperationAborted' });
	};
