import { isNativeError } from 'node:util/types';
import type { Connection } from './connection';

/** What keeps an object from being deleted. */
export interface Lock {
	mode?: string;
	until?: Date;
	legalHold: boolean;
}

/** What is known of a request that S3 refused or never answered. */
export interface FailureDetails {
	/** S3's code, or the system's, such as `NoSuchKey` or `ECONNRESET`; the status where a HEAD request has no more. */
	code?: string;
	/** S3's words, or the system's. */
	message: string;
	/** Of the answer; undefined where none came. */
	status?: number;
	/** Of the answer, by names in lower case. */
	headers?: Record<string, string | undefined>;
	requestId?: string;
	/** How often the request was sent. */
	attempts?: number;
	/** The region that S3 names instead, where it refuses the one that was asked. */
	region?: string;
	connection?: Connection;
	/** The action of S3's API, such as `PutObject`. */
	operation?: string;
	bucket?: string;
	key?: string;
	versionId?: string;
	/** The lock behind a refusal; S3 itself only says that access is denied. */
	lock?: Lock;
	/** The key that a write found taken, where it was told to fail then. */
	takenKey?: string;
}

/** An error that says as a value what happened to a request of S3. */
export type S3Failure = Error & FailureDetails;

const name = 'S3Failure';

/** Makes the error of a request that failed. */
export const s3Failure = (details: FailureDetails): S3Failure =>
	Object.assign(new Error(details.message), details, { name });

export const isS3Failure = (error: unknown): error is S3Failure => isNativeError(error) && error.name === name;

/** The same failure with more known of it; anything else as it is. */
export const withDetails = <E>(error: E, more: Partial<FailureDetails>): E | S3Failure =>
	isS3Failure(error) ? s3Failure({ ...error, message: error.message, ...more }) : error;

/** The status that S3 answered with; undefined where the error is no refusal of S3. */
export const statusOf = (error: unknown): number | undefined => (isS3Failure(error) ? error.status : undefined);

/** Whether the user has stopped the execution, or somebody else the work. */
export const isStop = (error: unknown): boolean =>
	typeof error === 'object' && error !== null && 'name' in error && error.name === 'AbortError';

/** Failures of the network that lose their code on the way through the SDK, by their words. */
const inWords: Array<[RegExp, string]> = [
	[/socket hang up/, 'ECONNRESET'],
	[/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
];

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Names that say nothing, and those that the SDK makes of a status. */
const isEmpty = (code: string) => /^(Error|TypeError|AggregateError|Unknown|UnknownError|S3Failure|\d{3})$/.test(code);

/** S3's code of an error, or the system's, wherever the error has it; undefined where it has none. */
export const codeOf = (error: unknown): string | undefined => {
	if (isStop(error)) return 'AbortError';
	if (!isNativeError(error)) return undefined;
	const system = 'code' in error ? text(error.code) : undefined;
	if (isS3Failure(error)) return system;
	const own = 'Code' in error ? text(error.Code) : undefined;
	const spoken = inWords.find(([pattern]) => pattern.test(error.message))?.[1];
	const named = /\bE[A-Z]{4,}\b/.exec(error.message)?.[0];
	return [own, system, error.name, spoken, named].find((code) => code !== undefined && !isEmpty(code));
};

/** Codes of what further requests would meet as well: the keys, the bucket or the network are gone. */
const fatalCodes =
	/^(AssumeRole\..*|InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|TokenRefreshRequired|RequestTimeTooSkewed|AccountProblem|AllAccessDisabled|NotSignedUp|UserSuspended|NoSuchBucket|QuotaExceeded|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/;

/** Whether a failure is one that every other request would meet as well. */
export const isFatal = (error: unknown): boolean => fatalCodes.test(codeOf(error) ?? '');
