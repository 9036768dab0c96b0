import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, UserError } from 'n8n-workflow';
import { ContentFault } from '../../content/fault';
import { regionInRefusal } from '../../s3/client/rightRegion';
import type { FailureDetails } from '../../s3/failure';
import { codeOf, isS3Failure } from '../../s3/failure';
import type { Attempt } from './failureToExplain';
import { explanationFor } from './catalogue';
import { namingCredential } from './namedCredential';
import { redact } from './redact';

/** An error as shown to users, and as *Continue On Fail* writes it into an item. */
export interface Explained {
	message: string;
	description: string;
	code?: string;
	httpStatus?: number;
	requestId?: string;
}

/** The details of an S3 failure; of other errors only message and code. */
const detailsOf = (error: unknown): FailureDetails => {
	if (isS3Failure(error)) return error;
	return { message: error instanceof Error ? error.message : String(error), code: codeOf(error) };
};

/**
 * Explains any thrown value: what happened and what to do. Uses the catalogue for known codes and S3's message for
 * the rest. Replaces secrets of the connection and signatures of URLs with `***`, because servers may repeat them.
 */
export const explain = (error: unknown, attempt: Attempt): Explained => {
	const explained = explainInOurLabels(error, attempt);
	const own = isS3Failure(error) ? error.connection : undefined;
	const labels = own?.labels ?? attempt.connection?.labels ?? [];
	const inLabels = (words: string) => {
		const labelled = [...labels].reduce((rest, [ours, theirs]) => rest.replaceAll(ours, theirs), words);
		return own?.credential ? namingCredential(labelled, own.credential) : labelled;
	};
	return { ...explained, message: inLabels(explained.message), description: inLabels(explained.description) };
};

const explainInOurLabels = (error: unknown, attempt: Attempt): Explained => {
	if (error instanceof UserError || error instanceof NodeOperationError) {
		return { message: redact(error.message), description: redact(error.description ?? '') };
	}
	if (error instanceof ContentFault) return { message: redact(error.message), description: redact(error.advice) };
	const { message, code, status: httpStatus, requestId, done, ...details } = detailsOf(error);
	const { lock, takenKey, lacks, got, lookedWith, operation, versionId } = details;
	// Without a message from the server, the SDK writes "UnknownError".
	const s3Message = ['', code, 'UnknownError'].includes(message) ? undefined : message;
	const { message: messageFor, description } = explanationFor(code);
	// An operation on many objects fails for one key, which the failure names.
	const { bucket = attempt.bucket, key = attempt.key } = attempt.isForAll ? attempt : details;
	const connection = details.connection ?? attempt.connection;
	const otherRegion = regionInRefusal(error, connection?.region ?? '');
	const failure = {
		...attempt,
		connection,
		bucket,
		key,
		code,
		words: s3Message,
		httpStatus,
		lock,
		...{ takenKey, lacks, got, lookedWith, otherRegion, operation, versionId },
	};
	const reason = messageFor(failure);
	const advice = description(failure);
	const connections = [connection, attempt.connection];
	return {
		message: redact(done ?? reason, connections),
		description: redact(done === undefined ? advice : `${reason}. ${advice}`, connections),
		...(code && { code }),
		...(httpStatus !== undefined && { httpStatus }),
		...(requestId && { requestId }),
	};
};

/**
 * Creates the error that stops the node: `NodeApiError` for responses of S3, `NodeOperationError` for everything else.
 */
export const toNodeError = (node: INode, explained: Explained, itemIndex: number) => {
	const { message, description, httpStatus, requestId } = explained;
	const details: JsonObject = { message, ...(requestId && { requestId }) };
	const error =
		httpStatus === undefined
			? new NodeOperationError(node, message, { description, itemIndex })
			: new NodeApiError(node, details, { message, description, itemIndex, httpCode: String(httpStatus) });
	// The constructors replace messages that contain certain words, such as ECONNREFUSED.
	error.message = message;
	error.description = description;
	return error;
};
