import type {
	$Command as AnyCommand,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import type { BuildHandler, BuildMiddleware, DeserializeMiddleware } from '@smithy/types';
import { createHash } from 'node:crypto';
import { learnServer } from '../capabilities';
import type { Defaults } from '../connection';

/** A command of the SDK, by its input and output. */
export type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = AnyCommand<
	I,
	O,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes
>;

/** The oldest integrity check of S3, which every compatible server knows: bytes that change on the way are refused. */
export const contentMd5: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
	const { request } = args;
	if (
		isWritten(request) &&
		!Object.keys(request.headers).some((name) => /^(content-md5|x-amz-checksum-)/i.test(name))
	) {
		request.headers['content-md5'] = createHash('md5').update(request.body).digest('base64');
	}
	return next(args);
};

/** Asks for the checksum of each object that is read, without the SDK computing it as well. */
export const withChecksum: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => (args) => {
	const { request } = args;
	if (context.commandName === 'GetObjectCommand' && hasHeaders(request) && !('range' in request.headers))
		request.headers['x-amz-checksum-mode'] = 'ENABLED';
	return next(args);
};

/** Notes what the server at an address says of itself. */
export const hearingFrom =
	(endpoint: string): DeserializeMiddleware<ServiceInputTypes, ServiceOutputTypes> =>
	(next) =>
	async (args) => {
		const result = await next(args);
		if (hasHeaders(result.response)) learnServer(endpoint, result.response.headers);
		return result;
	};

/** S3 reads with GET and HEAD only. */
export const refuseWrites =
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(next: BuildHandler<I, O>): BuildHandler<I, O> =>
	async (args) => {
		const { request } = args;
		const reads =
			typeof request === 'object' &&
			request !== null &&
			'method' in request &&
			(request.method === 'GET' || request.method === 'HEAD');
		if (!reads) throw new Error('A dry run must not write');
		return await next(args);
	};

const hasHeaders = (request: unknown): request is { headers: Record<string, string> } =>
	typeof request === 'object' && request !== null && 'headers' in request;

const isWritten = (request: unknown): request is { headers: Record<string, string>; body: string | Uint8Array } =>
	hasHeaders(request) &&
	'body' in request &&
	((typeof request.body === 'string' && request.body !== '') || request.body instanceof Uint8Array);

/** The defaults that a request's own input leaves room for: one way to encrypt excludes the others. */
const fitting = (defaults: Defaults, input: object): Defaults => {
	const given = new Map(Object.entries(input).filter(([, value]) => value !== undefined));
	const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest } = defaults;
	const encrypts =
		given.has('ServerSideEncryption') || given.has('SSECustomerKey') || rest.SSECustomerKey !== undefined;
	const all = encrypts ? rest : { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled, ...rest };
	return Object.fromEntries(Object.entries(all).filter(([name, value]) => value !== undefined && !given.has(name)));
};

/**
 * Adds defaults to a command's own input. The SDK only sends the members that a request has by S3's model, so a default
 * reaches exactly the requests that know it.
 */
export const withDefaults = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	defaults: Defaults,
) => {
	if (Object.keys(defaults).length === 0) return command;
	command.middlewareStack.add(
		(next) => (args) => next({ ...args, input: { ...args.input, ...fitting(defaults, args.input) } }),
		{
			step: 'initialize',
			priority: 'high',
			name: 'defaults',
			override: true,
		},
	);
	return command;
};
