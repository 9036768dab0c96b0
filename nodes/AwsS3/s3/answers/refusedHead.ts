import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { Send } from '../command';
import { isS3Failure, isStop, withDetails } from '../failure';
import { prefixIn } from '../keyPrefix';
import type { Request } from './request';
import { targetOf } from './request';

/** What a HEAD and a GET request have in common, besides bucket and key. */
const shared = /^(VersionId|SSECustomerAlgorithm|SSECustomerKey|SSECustomerKeyMD5|RequestPayer|ExpectedBucketOwner)$/;

const sharedMembers = (input: object) =>
	Object.fromEntries(Object.entries(input).filter(([name]) => shared.test(name)));

/** Sends the GET request that needs the same permission as a HEAD request, and reads a byte at most. */
const read = async (send: Send, { connection, operation, input }: Request) => {
	const { Bucket, Key } = targetOf(input);
	const more = sharedMembers(input);
	// Keys that are restricted to a prefix may list nothing else.
	const Prefix = prefixIn(connection, Bucket) || undefined;
	if (operation === 'HeadBucket')
		return void (await send(new ListObjectsV2Command({ ...more, Bucket, Prefix, MaxKeys: 1 })));
	const { Body } = await send(new GetObjectCommand({ ...more, Bucket, Key, Range: 'bytes=0-0' }));
	if (Body && 'destroy' in Body) Body.destroy();
};

/**
 * The failure of a HEAD request with the reason. Its answer has no body, so that a wrong secret looks like a missing
 * permission; the answer to a GET request names it. Sends that only for a refusal, and returns other failures unchanged.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const withReason = async (send: Send, request: Request, failure: unknown): Promise<unknown> => {
	if (!/^Head(Object|Bucket)$/.test(request.operation)) return failure;
	if (!isS3Failure(failure) || !/^(400|403)$/.test(failure.code ?? '')) return failure;
	const reason = await read(send, request).catch((error: unknown) => error);
	if (isStop(reason)) return reason;
	const isSame = isS3Failure(reason) && reason.status === failure.status;
	const { operation } = request;
	return isSame ? withDetails(reason, { operation, region: reason.region ?? failure.region }) : failure;
};
