import type { MetadataBearer } from '@smithy/types';
import { isNativeError } from 'node:util/types';
import type { Connection } from './connection';

/** The Object Lock retention or legal hold that protects an object from deletion. */
export interface Lock {
	mode?: string;
	until?: Date;
	legalHold: boolean;
}

/** Details of a request that S3 rejected or never answered. */
export interface FailureDetails {
	/** The code of S3 or of the system, such as `NoSuchKey` or `ECONNRESET`; the status if a HEAD response has no code. */
	code?: string;
	/** The message of S3 or of the system. */
	message: string;
	/** HTTP status; undefined without a response. */
	status?: number;
	/** Response headers, by names in lower case. */
	headers?: Record<string, string | undefined>;
	requestId?: string;
	/** How often the SDK sent the request. */
	attempts?: number;
	/** The right region of the bucket, if S3 rejected the one of the request. */
	region?: string;
	connection?: Connection;
	/** The action of the S3 API, such as `PutObject`. */
	operation?: string;
	bucket?: string;
	key?: string;
	versionId?: string;
	/** The lock that caused the rejection; S3 itself reports only `AccessDenied`. */
	lock?: Lock;
	/** What the server lacks, such as `tags of objects`. */
	lacks?: string;
	/** What the server answered instead of the expected answer. */
	got?: string;
	/** The IAM action of the request that failed, if it was only to find out whether the server knows what is to change. */
	lookedWith?: string;
	/** What was done before the failure and stays, in a sentence. */
	done?: string;
	/** The copy of an original that a move could not delete: its key below the prefix of the destination, and its ETag if known. */
	copyOfKept?: { targetKey: string; etag?: string };
	/** The existing key that made a write fail, if it was told to fail in that case. */
	takenKey?: string;
	/** Whether a condition on the source of a copy made it fail, not one on the destination. */
	sourceChanged?: boolean;
}

/** The error of a request to S3, with its details as properties. */
export type S3Failure = Error & FailureDetails;

const name = 'S3Failure';

/** Creates the error of a failed request. */
export const s3Failure = (details: FailureDetails): S3Failure =>
	Object.assign(new Error(details.message), details, { name });

/** The failure of a server that answers as S3 never does; the message says how. */
export const wrongAnswer = (message: string): S3Failure => s3Failure({ code: 'WrongAnswer', message });

/** The failure of a move that leaves its original; the message says why. */
export const originalKept = (message: string): S3Failure => s3Failure({ code: 'OriginalKept', message });

/** Whether an error comes from a request to S3. */
export const isS3Failure = (error: unknown): error is S3Failure => isNativeError(error) && error.name === name;

/** Returns a copy of a failure with more details; returns any other error unchanged. */
export const withDetails = <E>(error: E, more: Partial<FailureDetails>): E | S3Failure =>
	isS3Failure(error) ? s3Failure({ ...error, message: error.message, ...more }) : error;

/** Whether a request failed after an attempt before it, whose answer may be lost. */
export const wasRetried = (error: unknown): boolean => isS3Failure(error) && (error.attempts ?? 1) > 1;

/** Whether nothing can still read the body of an answered request: one that was refused before may be sent to its end all the same. */
export const wasSentOnce = ({ $metadata }: MetadataBearer): boolean => $metadata.attempts === 1;

/** The HTTP status of S3's response; undefined for other errors and without a response. */
export const statusOf = (error: unknown): number | undefined => (isS3Failure(error) ? error.status : undefined);

/** Whether an abort signal caused the error, such as when the user stops the execution. */
export const isStop = (error: unknown): boolean =>
	typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

/** Codes of network errors by their messages, because the SDK drops the codes. */
const codesByMessage: Array<[RegExp, string]> = [
	[/socket hang up/, 'ECONNRESET'],
	[/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
];

/** The value if it is text that is not empty. */
export const textIn = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Generic names, and names that the SDK derives from a status. */
const isGeneric = (code: string) =>
	/^(Error|TypeError|AggregateError|Unknown|UnknownError|S3Failure|\d{3})$/.test(code);

/** The code of an error, from S3 or the system, wherever the error carries it; undefined if it has none. */
export const codeOf = (error: unknown): string | undefined => {
	if (isStop(error)) return 'AbortError';
	if (!isNativeError(error)) return undefined;
	const systemCode = 'code' in error ? textIn(error.code) : undefined;
	if (isS3Failure(error)) return systemCode;
	const s3Code = 'Code' in error ? textIn(error.Code) : undefined;
	const translated = codesByMessage.find(([pattern]) => pattern.test(error.message))?.[1];
	const mentioned = /\bE[A-Z]{4,}\b/.exec(error.message)?.[0];
	return [s3Code, systemCode, error.name, translated, mentioned].find((code) => code !== undefined && !isGeneric(code));
};

/** Codes that every further request would get as well: the credentials, the bucket or the network do not work. */
const fatalCodes =
	/^((AssumeRole|AssumeRoleWithWebIdentity|MachineRole)\..*|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|RequestTimeTooSkewed|AccountProblem|AllAccessDisabled|NotSignedUp|UserSuspended|NoSuchBucket|QuotaExceeded|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** Whether every further request would fail in the same way. */
export const isFatal = (error: unknown): boolean => fatalCodes.test(codeOf(error) ?? '');

/** Whether S3 is too busy, which the SDK tries again, but not for a single key of DeleteObjects. */
export const isBusy = (error: unknown): error is Error =>
	/^(InternalError|SlowDown|ServiceUnavailable)$/.test(codeOf(error) ?? '');

/** Codes of a connection that ended, or of an answer that did not arrive in time. */
const brokenCodes = /^(E[A-Z_]+|TimeoutError|RequestTimeout|IdleTimeout)$/;

/** Whether S3 may have performed a request although it failed, because its answer was lost. */
export const isLostAnswer = (error: unknown): boolean => {
	const status = statusOf(error);
	return status === undefined ? isS3Failure(error) && brokenCodes.test(error.code ?? '') : status >= 500;
};
