import type { INode, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError, UserError } from 'n8n-workflow';
import { ContentFault } from '../../content/fault';
import type { Connection } from '../../s3/client/client';
import { connectionBehind } from '../../s3/client/client';
import type { Attempt } from './failure';
import { explanationFor, refusals } from './catalogue';

/** An error as users see it, and as *Continue On Fail* puts it into an item. */
export interface Explained {
	message: string;
	description: string;
	code?: string;
	httpStatus?: number;
	requestId?: string;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const numeric = (value: unknown) => (typeof value === 'number' ? value : undefined);

/** Names that say nothing, and those that the SDK makes of a status. */
const empty = /^(Error|Unknown|UnknownError|\d{3})$/;

/** Failures of the network that lost their code on the way through the SDK. */
const inWords: Array<[RegExp, string]> = [
	[/socket hang up/, 'ECONNRESET'],
	[/self-signed certificate/, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
];

/**
 * S3's code of a failure, or the system's: of all names that an error has the one that the table knows, else the most
 * telling one. A HEAD request has no body, so its failures have only the status.
 */
const codeOf = (error: Record<string, unknown>, status?: number) => {
	const message = text(error.message) ?? '';
	const inMessage = inWords.find(([pattern]) => pattern.test(message))?.[1] ?? /\bE[A-Z]{4,}\b/.exec(message)?.[0];
	const names = [error.Code, error.code, error.name, inMessage].flatMap((name) => text(name) ?? []);
	const telling = names.filter((name) => !empty.test(name));
	return (
		telling.find((name) => name in refusals) ??
		(status !== undefined && telling.length === 0 ? `${status}` : telling[0])
	);
};

/**
 * Says of anything that was thrown what happened and what to do: own words for what `refusals` knows, S3's words for
 * the rest. Secrets of the connection are cut out wherever they come from.
 */
export const explain = (error: unknown, attempt: Attempt): Explained => {
	if (error instanceof UserError || error instanceof NodeOperationError) {
		return { message: error.message, description: error.description ?? '' };
	}
	if (error instanceof ContentFault) return { message: error.message, description: error.advice };
	const raw = isRecord(error) ? error : { message: String(error) };
	const metadata = isRecord(raw.$metadata) ? raw.$metadata : {};
	const httpStatus = numeric(metadata.httpStatusCode);
	const code = codeOf(raw, httpStatus);
	// Where a server gives no words, the SDK says "UnknownError".
	const words = [code, 'UnknownError'].includes(text(raw.message)) ? undefined : text(raw.message);
	const refusal = explanationFor(code);
	// Of an operation on many objects, the one that was refused.
	const refused = attempt.isForAll ? {} : { bucket: text(raw.bucket), key: text(raw.key) };
	const { bucket = attempt.bucket, key = attempt.key } = refused;
	const connection = connectionBehind(error) ?? attempt.connection;
	const at = { ...attempt, connection, bucket, key, code, words, httpStatus, error: raw };
	return withoutSecrets(
		{
			message: refusal.message(at),
			description: refusal.description(at),
			...(code && { code }),
			...(httpStatus !== undefined && { httpStatus }),
			...(text(metadata.requestId) && { requestId: text(metadata.requestId) }),
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
