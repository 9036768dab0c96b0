import { Readable } from 'node:stream';
import { s3Failure } from '../failure';
import type { Request } from './request';
import { readsVersion, targetOf } from './request';

/** Requests that S3 always answers with the ETag of what it has stored. */
const stores = /^(PutObject|UploadPart)$/;

/**
 * Throws for an answer that lacks what S3 always returns: the server ignored the requested version and returned the
 * current object, or it is no S3 server and accepts everything, such as the login page of a network.
 */
export const checkOutput = ({ connection, operation, input }: Request, output: object) => {
	const { VersionId, Bucket: bucket, Key: key } = targetOf(input);
	const failure = { code: 'UnexpectedAnswer', connection, operation, bucket, key, versionId: VersionId };
	const { Body: body, ETag: etag }: { Body?: unknown; ETag?: unknown } = output;
	if (stores.test(operation) && !etag)
		throw s3Failure({
			...failure,
			message: 'The server did not confirm that it stored the object',
			got: 'no ETag',
		});
	if (!readsVersion(operation, VersionId) || targetOf(output).VersionId === VersionId) return;
	if (body instanceof Readable) body.destroy();
	throw s3Failure({
		...failure,
		message: 'The server ignored the requested version',
		lacks: 'versions of objects',
		got: 'the current object',
	});
};
