import { isNativeError } from 'node:util/types';
import type { Connection } from '../connection';
import { codeOf, isS3Failure, isStop, s3Failure } from '../failure';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const numeric = (value: unknown) => (typeof value === 'number' ? value : undefined);

const memberOf = (value: unknown, name: string) => (isRecord(value) && isRecord(value[name]) ? value[name] : {});

/** Status and headers of the answer behind an error of the SDK; nothing of them where no answer came. */
const responseOf = (error: unknown): { status?: number; headers: Record<string, string | undefined> } => {
	const response = memberOf(error, '$response');
	const headers = Object.entries(memberOf(response, 'headers'));
	return {
		status: numeric(response.statusCode) ?? numeric(memberOf(error, '$metadata').httpStatusCode),
		headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), text(value)])),
	};
};

/** The request that failed. */
interface Sent {
	connection: Connection;
	operation: string;
	input: object;
}

/** Which object a request was about. Of a copy it may be the one or the other. */
const objectIn = (input: object) => {
	const { Bucket, Key, VersionId }: { Bucket?: unknown; Key?: unknown; VersionId?: unknown } = input;
	const isAboutOne = text(Key) !== undefined && !('CopySource' in input);
	return isAboutOne ? { bucket: text(Bucket), key: text(Key), versionId: text(VersionId) } : {};
};

/**
 * What an error of the SDK says, as a value; what is no failure of a request, such as a stop, as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const failureFrom = (error: unknown, { connection, operation, input }: Sent): unknown => {
	if (!isNativeError(error) || isStop(error) || isS3Failure(error)) return error;
	const { status, headers } = responseOf(error);
	const metadata = memberOf(error, '$metadata');
	return s3Failure({
		message: error.message,
		code: codeOf(error) ?? (status === undefined ? undefined : String(status)),
		status,
		headers,
		requestId: text(metadata.requestId),
		attempts: numeric(metadata.attempts),
		region: headers['x-amz-bucket-region'] ?? ('Region' in error ? text(error.Region) : undefined),
		connection,
		operation,
		...objectIn(input),
	});
};
