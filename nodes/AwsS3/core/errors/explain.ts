import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, UserError } from 'n8n-workflow';
import { ContentFault } from '../../content/fault';
import type { Connection } from '../../s3/client/client';
import { regionInRefusal } from '../../s3/client/regionCache';
import type { FailureDetails } from '../../s3/failure';
import { codeOf, isS3Failure } from '../../s3/failure';
import type { Attempt } from './failure';
import { explanationFor } from './catalogue';

/** An error as users see it, and as *Continue On Fail* puts it into an item. */
export interface Explained {
	message: string;
	description: string;
	code?: string;
	httpStatus?: number;
	requestId?: string;
}

/** What a request of S3 tells of its failure, and other errors by their words. */
const detailsOf = (error: unknown): FailureDetails => {
	if (isS3Failure(error)) return error;
	return { message: error instanceof Error ? error.message : String(error), code: codeOf(error) };
};

/**
 * Says of anything that was thrown what happened and what to do: own words for what the catalogue knows, S3's words for
 * the rest. Secrets of the connection are cut out wherever they come from.
 */
export const explain = (error: unknown, attempt: Attempt): Explained => {
	if (error instanceof UserError || error instanceof NodeOperationError) {
		return { message: error.message, description: error.description ?? '' };
	}
	if (error instanceof ContentFault) return { message: error.message, description: error.advice };
	const { message, code, status: httpStatus, requestId, lock, takenKey, ...told } = detailsOf(error);
	// Where a server gives no words, the SDK says "UnknownError".
	const words = ['', code, 'UnknownError'].includes(message) ? undefined : message;
	const { message: inWords, description } = explanationFor(code);
	// Of an operation on many objects, the one that was refused.
	const { bucket = attempt.bucket, key = attempt.key } = attempt.isForAll ? attempt : told;
	const connection = told.connection ?? attempt.connection;
	const otherRegion = regionInRefusal(error, connection?.region ?? '');
	const at = { ...attempt, connection, bucket, key, code, words, httpStatus, lock, takenKey, otherRegion };
	return withoutSecrets(
		{
			message: inWords(at),
			description: description(at),
			...(code && { code }),
			...(httpStatus !== undefined && { httpStatus }),
			...(requestId && { requestId }),
		},
		[connection, attempt.connection],
	);
};

const withoutSecrets = (explained: Explained, connections: Array<Connection | undefined>): Explained => {
	const secrets = connections.flatMap((one) => [one?.secretAccessKey ?? '', one?.sessionToken ?? '']);
	const clean = (words: string) =>
		secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')), words);
	return { ...explained, message: clean(explained.message), description: clean(explained.description) };
};

/** The error that stops the node, in the class that n8n shows best: one for S3's refusals, one for everything else. */
export const toNodeError = (node: INode, explained: Explained, itemIndex: number) => {
	const { message, description, httpStatus, requestId } = explained;
	const details: JsonObject = { message, ...(requestId && { requestId }) };
	const error =
		httpStatus === undefined
			? new NodeOperationError(node, message, { description, itemIndex })
			: new NodeApiError(node, details, { message, description, itemIndex, httpCode: String(httpStatus) });
	// n8n replaces messages that contain words it knows; ours already say what to do.
	error.message = message;
	error.description = description;
	return error;
};
