import type {
	$Command as AnyCommand,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { BuildHandler, DeserializeMiddleware } from '@smithy/types';
import { learnServer } from '../capabilities';
import type { Defaults } from '../connection';
import { hasHeaders } from './checksumHeaders';

/** An SDK command, by its input and output types. */
export type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = AnyCommand<
	I,
	O,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes
>;

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
