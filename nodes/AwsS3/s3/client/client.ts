import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { setMaxListeners } from 'node:events';
import type { Capabilities } from '../capabilities';
import { capabilitiesOf } from '../capabilities';
import type { Connection, Defaults } from '../connection';
import { checkRequest } from '../answers/checkRequest';
import { clientIn } from './clientCache';
import { checkAnswer } from '../answers/checkAnswer';
import { checkOutput } from '../answers/checkOutput';
import { failureFrom, unexpectedAnswer } from './errorResponse';
import { learnFrom, lookFirst } from '../answers/lookFirst';
import { withReason } from '../answers/refusedHead';
import type { Command } from '../command';
import { bucketIn, operationOf } from '../command';
import type { Request } from '../answers/request';
import { refuseWrites, waitingFor, withDefaults, withMark } from '../sdk/middleware';
import { expectedAnswer } from '../answers/subresources';
import { isS3Failure, isStop, withDetails } from '../failure';
import { turnToBegin } from '../flow/rateLimit';
import { sentOnce } from '../sdk/retriesByBucket';
import { abortable, notNeeded } from '../flow/abortable';
import type { Pace } from '../flow/rateLimit';
import type { Links } from './links';
import { linksOf } from './links';
import { inRightRegion } from './rightRegion';

export type { Connection, Defaults } from '../connection';
export type { Command } from '../command';

/** S3 for one item: its requests carry the item's defaults and abort when the execution stops. */
export interface S3 extends Links {
	connection: Connection;
	signal?: AbortSignal;
	/** What the server supports, as far as known so far. */
	readonly capabilities: Capabilities;
	/** Whether functions must only report what they would write. */
	isDryRun: boolean;
	/** Members that its requests carry unless they set them. */
	defaults: Defaults;
	/** Who marks in their metadata the objects that it writes; undefined for no mark. */
	writer?: string;
	/** How fast it may send requests and read contents. */
	pace?: Pace;
	/** Sends a request, in the region of its bucket. Throws an `S3Failure` if S3 rejects it or does not answer. */
	send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>): Promise<O>;
	/** The same S3 with another abort signal; without one for cleanup that must run even after a stop. */
	endedBy(signal?: AbortSignal): S3;
	/** The same S3 with other defaults. */
	withDefaults(defaults: Defaults): S3;
	/** The same S3 within the limits of a run. */
	paced(pace: Pace): S3;
	/** The same S3 for changes that must not be made twice: it does not repeat a request that S3 may have performed. */
	sendingOnce(): S3;
	/** The same S3 in another region. */
	inRegion(region: string): S3;
}

const isTimeout = (reason: unknown) =>
	typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';

/** The error of a request that its signal has ended. */
const endOf = ({ reason }: AbortSignal) =>
	Object.assign(new Error('Request aborted', { cause: reason }), {
		name: isTimeout(reason) ? 'TimeoutError' : 'AbortError',
	});

/** S3 for what a request looks at before. A copy looks at its source, whose SSE-C key is not that of the copy. */
const lookingFor = (s3: S3, input: object): S3 => {
	if (!('CopySource' in input)) return s3;
	const { SSECustomerAlgorithm: _algorithm, SSECustomerKey: _key, ...defaults } = s3.defaults;
	return s3.withDefaults(defaults);
};

/** Requests that make one more version if S3 performs them twice. */
const doubling = /^(CopyObject|DeleteObject|PutObject)$/;

/** How an item uses a connection. */
export interface Use {
	/** Aborts its requests. */
	signal?: AbortSignal;
	defaults?: Defaults;
	/** Whether to reject all requests that write. */
	isDryRun?: boolean;
	/** Who marks in their metadata the objects that it writes; undefined for no mark. */
	writer?: string;
	pace?: Pace;
	/** Whether to send a request again only if S3 has surely not performed it. */
	sendsOnce?: boolean;
	/** Called for each request to a bucket in another region than that of the connection. */
	onOtherRegion?: (bucket: string, region: string) => void;
	/** Called for each request for a key outside of the connection's prefix. */
	onOutside?: (bucket: string, key: string) => void;
}

/** Adds what the requests of an item do besides those of its client. */
const addMiddleware = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	request: Request,
	{ signal, pace, sendsOnce, writer }: Use,
) => {
	const expected = expectedAnswer(request);
	command.middlewareStack.add(
		checkAnswer(expected, (got) => unexpectedAnswer(request, got, expected?.name)),
		// After `onRawXml`, so that it sees the response first.
		{ step: 'deserialize', priority: 'low', name: 'checkAnswer', override: true },
	);
	if (pace?.requests)
		command.middlewareStack.add(waitingFor(pace.requests, signal), {
			...{ step: 'finalizeRequest', priority: 'low', name: 'pace', override: true },
		});
	if (sendsOnce && doubling.test(request.operation))
		command.middlewareStack.add(sentOnce, {
			...{ step: 'initialize', priority: 'low', name: 'sentOnce', override: true },
		});
	if (writer !== undefined) withMark(command, request.operation, writer);
};

/** The failure with the names that this connection has for the user: that of a role may be of another one with the same keys. */
const inWordsOf = (connection: Connection, failure: unknown) => {
	if (!isS3Failure(failure) || !failure.connection || failure.connection === connection) return failure;
	const { labels, credential } = connection;
	return withDetails(failure, { connection: { ...failure.connection, labels, credential } });
};

/** Creates S3 for a connection, without sending a request. */
export const connect = (connection: Connection, use: Use = {}): S3 => {
	const {
		signal,
		defaults = connection.defaults ?? {},
		onOtherRegion,
		onOutside,
		isDryRun = false,
		writer,
		pace,
	} = use;
	// Every pending request listens to the signal, and Node.js warns of a leak above ten listeners.
	if (signal) setMaxListeners(0, signal);
	const s3: S3 = {
		connection,
		signal,
		get capabilities() {
			return capabilitiesOf(connection);
		},
		isDryRun,
		defaults,
		writer,
		pace,
		send: async (command) => {
			const request = { connection, operation: operationOf(command), input: command.input, signal };
			checkRequest(connection, request.operation, command.input, { onOutside });
			if (isDryRun) command.middlewareStack.add(refuseWrites, { step: 'build', name: 'refuseWrites', override: true });
			else await lookFirst(lookingFor(s3, command.input).send, request);
			addMiddleware(command, request, use);
			const bucket = bucketIn(command.input);
			let regions = 0;
			const sendIn = async (region: string) => {
				regions++;
				if (region !== connection.region && bucket) onOtherRegion?.(bucket, region);
				await turnToBegin();
				const answer = clientIn(connection, region).send(withDefaults(command, defaults), { abortSignal: signal });
				// The SDK itself would continue to wait for the keys of a role.
				return await abortable(answer, signal, () => undefined).catch((error) => {
					const isEnd = signal?.aborted && (isStop(error) || error === signal.reason);
					throw inWordsOf(connection, failureFrom(isEnd ? endOf(signal) : error, request));
				});
			};
			return await inRightRegion(connection, { bucket, operation: request.operation }, sendIn).then(
				(output) => {
					// The SDK knows only the attempts in the last region.
					if (regions > 1) output.$metadata.attempts = (output.$metadata.attempts ?? 1) + regions - 1;
					checkOutput(request, output);
					learnFrom(request, { output });
					return output;
				},
				async (error) => {
					learnFrom(request, { error });
					throw await withReason(s3.send, request, error);
				},
			);
		},
		endedBy: (other) => connect(connection, { ...use, signal: other }),
		withDefaults: (others) => connect(connection, { ...use, defaults: others }),
		paced: (other) => connect(connection, { ...use, pace: other }),
		sendingOnce: () => connect(connection, { ...use, sendsOnce: true }),
		inRegion: (region) => connect({ ...connection, region }, use),
		...linksOf({ connection, defaults, signal, onOutside }),
	};
	return s3;
};

/** The same S3 for requests that may become unnecessary: `stop` aborts the pending ones. */
export const abortScope = (s3: S3): { s3: S3; stop: () => void } => {
	const controller = new AbortController();
	const signals = s3.signal ? [s3.signal, controller.signal] : [controller.signal];
	return { s3: s3.endedBy(AbortSignal.any(signals)), stop: () => controller.abort(notNeeded) };
};
