import { isMembers } from '../answers/members';
import { isNativeError } from 'node:util/types';
import { isAws } from '../capabilities';
import type { Connection } from '../connection';
import { featureOf } from '../answers/subresources';
import { codeOf, isS3Failure, isStop, s3Failure, textIn } from '../failure';

const numeric = (value: unknown) => (typeof value === 'number' ? value : undefined);

const memberOf = (value: unknown, name: string) => (isMembers(value) && isMembers(value[name]) ? value[name] : {});

/** Status and headers of the response behind an SDK error, if there was a response. */
const responseOf = (error: unknown): { status?: number; headers: Record<string, string | undefined> } => {
	const response = memberOf(error, '$response');
	const headers = Object.entries(memberOf(response, 'headers'));
	return {
		status: numeric(response.statusCode) ?? numeric(memberOf(error, '$metadata').httpStatusCode),
		headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), textIn(value)])),
	};
};

/** The request that failed. */
interface FailedRequest {
	connection: Connection;
	operation: string;
	input: object;
}

/**
 * The failure of a request that the server answered with something else, because it ignored what it does not know. `lacks`
 * names what a server lacks that does so.
 */
export const unexpectedAnswer = ({ connection, operation, input }: FailedRequest, got: string, lacks?: string) =>
	s3Failure({
		message: `The server responded to ${operation} with ${got}`,
		code: 'UnexpectedAnswer',
		...{ connection, operation, lacks, got },
		...objectIn(input),
	});

/** The object of a request. Empty for a copy, where either the source or the destination may be the cause. */
const objectIn = (input: object) => {
	const { Bucket, Key, VersionId }: { Bucket?: unknown; Key?: unknown; VersionId?: unknown } = input;
	const namesOneObject = textIn(Key) !== undefined && !('CopySource' in input);
	return namesOneObject ? { bucket: textIn(Bucket), key: textIn(Key), versionId: textIn(VersionId) } : {};
};

/**
 * Whether a code says that the server lacks the requested feature. S3 also answers 405 for delete markers, which need a
 * version or a server that has them.
 */
const isMissing = ({ connection, code = '', input }: { connection: Connection; code?: string; input: object }) =>
	/^(X?NotImplemented|501)$/.test(code) ||
	(/^(MethodNotAllowed|405)$/.test(code) && !isAws(connection) && !('VersionId' in input && input.VersionId));

/**
 * Converts an SDK error into an `S3Failure`. Returns other errors unchanged, such as those of an abort signal.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const failureFrom = (error: unknown, { connection, operation, input }: FailedRequest): unknown => {
	if (!isNativeError(error) || isStop(error) || isS3Failure(error)) return error;
	const { status, headers } = responseOf(error);
	const metadata = memberOf(error, '$metadata');
	const code = codeOf(error) ?? (status === undefined ? undefined : String(status));
	// What the SDK adds to errors while it reads an answer is for programmers.
	const [message = '', isUnreadable] = error.message.split(/\n\s{0,9}Deserialization error/);
	if (isUnreadable !== undefined && !/^E[A-Z_]+$/.test(code ?? ''))
		return unexpectedAnswer({ connection, operation, input }, 'something that cannot be read');
	return s3Failure({
		message,
		code,
		...(isMissing({ connection, code, input }) && { lacks: featureOf(operation) }),
		status,
		headers,
		requestId: textIn(metadata.requestId),
		attempts: numeric(metadata.attempts),
		region: headers['x-amz-bucket-region'] ?? ('Region' in error ? textIn(error.Region) : undefined),
		connection,
		operation,
		...objectIn(input),
	});
};
