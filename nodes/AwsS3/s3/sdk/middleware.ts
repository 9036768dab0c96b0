import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import type {
	BuildHandler,
	DeserializeMiddleware,
	FinalizeHandler,
	FinalizeRequestMiddleware,
	HandlerExecutionContext,
} from '@smithy/types';
import { learnServer } from '../capabilities';
import type { Command } from '../command';
import type { Defaults } from '../connection';
import type { RateLimit } from '../flow/rateLimit';
import { waitForTurn } from '../flow/rateLimit';
import { markOn } from './writerMark';
import { hasHeaders } from './checksumHeaders';

/**
 * Adds `Content-Length: 0` to requests that may have a body but have none. Node leaves it out for DELETE, and some servers
 * then wait for a body. Comes after the signature, because proxies may drop the header.
 */
export const emptyLength: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
	const { request } = args;
	if (
		hasHeaders(request) &&
		'method' in request &&
		/^(DELETE|POST|PUT)$/.test(String(request.method)) &&
		!('body' in request && request.body) &&
		!Object.keys(request.headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name))
	) {
		request.headers['content-length'] = '0';
	}
	return next(args);
};

/** Remembers the kind of server that response headers reveal. */
export const hearingFrom =
	(endpoint: string): DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const result = await next(args);
		if (hasHeaders(result.response)) learnServer(endpoint, result.response.headers);
		return result;
	};

/** For a dry run: throws on any request other than GET and HEAD, because all others may write. */
export const refuseWrites =
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(next: BuildHandler<I, O>): BuildHandler<I, O> =>
	async (args) => {
		const { request } = args;
		const isRead =
			typeof request === 'object' &&
			request !== null &&
			'method' in request &&
			(request.method === 'GET' || request.method === 'HEAD');
		if (!isRead) throw new Error('A dry run must not write');
		return await next(args);
	};

/** Requests by which a change of an object begins; all others continue or undo one, or only read. */
const beginning = /^(CopyObject|PutObject|CreateMultipartUpload)Command$/;

/** Makes each attempt of a request wait for its turn. Its place is behind the middleware that repeats requests. */
export const waitingFor =
	(requests: RateLimit, signal?: AbortSignal) =>
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
		next: FinalizeHandler<I, O>,
		{ commandName = '' }: HandlerExecutionContext,
	): FinalizeHandler<I, O> =>
	async (args) => {
		await waitForTurn(requests, 1, { signal, begins: beginning.test(commandName) });
		return await next(args);
	};

/** The defaults that do not contradict the input of a request: one kind of encryption excludes the others. */
const applicableDefaults = (defaults: Defaults, input: object): Defaults => {
	const given = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
	const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest } = defaults;
	const encrypts =
		given.has('ServerSideEncryption') || given.has('SSECustomerKey') || rest.SSECustomerKey !== undefined;
	const all = encrypts ? rest : { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest };
	return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && !given.has(name)));
};

/**
 * Adds defaults to the input of a command, and returns the command. The SDK sends only the members that a request has in
 * its model, so each default reaches exactly the requests that support it.
 */
export const withDefaults = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	defaults: Defaults,
) => {
	if (Object.keys(defaults).length === 0) return command;
	command.middlewareStack.add(
		(next) => (args) => next({ ...args, input: { ...args.input, ...applicableDefaults(defaults, args.input) } }),
		{
			step: 'initialize',
			priority: 'high',
			name: 'defaults',
			override: true,
		},
	);
	return command;
};

/** Adds the mark of a writer to the input of a command, if that writes an object. */
export const withMark = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	operation: string,
	writer: string,
) =>
	command.middlewareStack.add(
		(next) => (args) => next({ ...args, input: { ...args.input, ...markOn(operation, args.input, writer) } }),
		{ step: 'initialize', priority: 'high', name: 'mark', override: true },
	);
