import type {
	$Command as AnyCommand,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import type { PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BuildHandler, BuildMiddleware } from '@smithy/types';
import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { isNativeError } from 'node:util/types';
import type { Connection, Defaults } from '../connection';
import { fingerprint } from '../connection';
import { credentialProviderOf } from './credentialProvider';
import { nothingFromHost, requestHandlerFor } from './network';
import { partitionOf } from '../partition';
import { learnRegion, regionFor, regionInRefusal } from './regionCache';

export type { Connection, Defaults } from '../connection';

/** What an upload through a form has to meet. */
export type FormConditions = NonNullable<PresignedPostOptions['Conditions']>;

/** A command of the SDK, by its input and output. */
export type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = AnyCommand<
	I,
	O,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes
>;

/** S3 as one item sees it: its requests end with the execution, and carry the item's defaults. */
export interface S3 {
	connection: Connection;
	signal?: AbortSignal;
	/** What its requests carry unless they say otherwise. */
	defaults: Defaults;
	/** Makes a request; throws what the SDK throws. */
	send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>): Promise<O>;
	/** The same S3, ended by this signal instead; by none for what must be done even after a stop, such as cleaning up. */
	endedBy(signal?: AbortSignal): S3;
	/** The same S3 in another region. */
	inRegion(region: string): S3;
	/**
	 * The address of a request, signed to be used by anybody for some seconds. The named headers have to be sent with it;
	 * all others are in the address. Nothing is sent.
	 */
	sign<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
		command: Command<I, O>,
		expiresIn: number,
		headers: string[],
	): Promise<string>;
	/**
	 * The address and the fields of a form with which anybody can upload an object that meets the conditions.
	 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
	 */
	signForm(form: PresignedPostOptions): Promise<{ url: string; fields: Record<string, string> }>;
}

const maxClients = 32;

const makeClient = (connection: Connection, signsOnly: boolean) => {
	const { region, endpoint, forcePathStyle = false, dualstack = false, fips = false, accelerate = false } = connection;
	// AWS checks a CRC32 on everything; many compatible servers refuse the header, or the trailer that carries it.
	// A signed address must not fix the checksum of a body that nobody has seen yet.
	const checksums = endpoint || signsOnly ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
	const client = new S3Client({
		...nothingFromHost,
		credentials: credentialProviderOf(connection),
		region,
		...(endpoint && { endpoint }),
		forcePathStyle,
		requestChecksumCalculation: checksums,
		// What is read is compared as it comes, also where it comes in pieces, which the SDK cannot.
		responseChecksumValidation: 'WHEN_REQUIRED',
		requestHandler: requestHandlerFor(endpoint ?? `https://s3.${region}.${partitionOf(region).suffix}`, connection),
		useDualstackEndpoint: dualstack,
		useFipsEndpoint: fips,
		useAccelerateEndpoint: accelerate,
		useArnRegion: true,
		disableS3ExpressSessionAuth: false,
		disableMultiregionAccessPoints: false,
		authSchemePreference: [],
		sigv4aSigningRegionSet: [],
	});
	if (endpoint) client.middlewareStack.add(contentMd5, { step: 'build', name: 'contentMd5' });
	if (!signsOnly) client.middlewareStack.add(withChecksum, { step: 'build', name: 'withChecksum' });
	return client;
};

/** The oldest integrity check of S3, which every compatible server knows: bytes that change on the way are refused. */
const contentMd5: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
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
const withChecksum: BuildMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next, context) => (args) => {
	const { request } = args;
	if (context.commandName === 'GetObjectCommand' && hasHeaders(request) && !('range' in request.headers))
		request.headers['x-amz-checksum-mode'] = 'ENABLED';
	return next(args);
};

/** S3 reads with GET and HEAD only. */
const refuseWrites =
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

const clients = new Map<string, S3Client>();
const known = new WeakMap<Connection, Map<string, S3Client>>();

/** The client of a connection, made once and kept with its open sockets; the least recently used one is let go. */
const shared = (connection: Connection, signsOnly: boolean) => {
	const id = `${fingerprint(connection)} ${signsOnly}`;
	const client = clients.get(id) ?? makeClient(connection, signsOnly);
	clients.delete(id);
	clients.set(id, client);
	const [oldest] = clients.keys();
	if (clients.size > maxClients && oldest) clients.delete(oldest);
	return client;
};

/** The client of a connection in a region, at hand for as long as an execution has the connection. */
const clientIn = (connection: Connection, region: string, signsOnly = false) => {
	const own = known.get(connection) ?? new Map<string, S3Client>();
	known.set(connection, own);
	const id = `${region} ${signsOnly}`;
	const client = own.get(id) ?? shared({ ...connection, region }, signsOnly);
	own.set(id, client);
	return client;
};

/** The keys that a connection signs with, renewed when they are about to end; a role is taken on once for all who ask. */
export const signingKeys = (connection: Connection) => shared(connection, false).config.credentials;

const bucketIn = (input: object) => ('Bucket' in input && typeof input.Bucket === 'string' ? input.Bucket : undefined);

const failed = new WeakMap<Error, Connection>();

/** The connection over which a request has failed; where a node has two, that tells which. */
export const connectionBehind = (error: unknown) => (isNativeError(error) ? failed.get(error) : undefined);

/** For `catch`: notes of an error which object the request was about, and over which connection it went. */
const naming = (connection: Connection, input: object) => (error: unknown) => {
	if (isNativeError(error)) failed.set(error, connection);
	// Of a copy it may be the one object or the other.
	const isAboutOne = 'Key' in input && !('CopySource' in input);
	throw isAboutOne && isNativeError(error) ? Object.assign(error, { bucket: bucketIn(input), key: input.Key }) : error;
};

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
const withDefaults = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
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

/** How an item uses a connection. */
export interface Use {
	/** Ends its requests when it fires. */
	signal?: AbortSignal;
	defaults?: Defaults;
	/** Refuses to send anything that writes, whoever asks for it. */
	readOnly?: boolean;
	/** Hears of a bucket that is in another region than the connection. */
	onOtherRegion?: (bucket: string, region: string) => void;
}

/** Opens S3 for a connection. Nothing is sent yet. */
export const connect = (connection: Connection, use: Use = {}): S3 => {
	const { signal, defaults = connection.defaults ?? {}, onOtherRegion, readOnly } = use;
	// Every request under way listens to it, and Node warns of a leak above ten.
	if (signal) setMaxListeners(0, signal);
	return {
		connection,
		signal,
		defaults,
		send: async (command) => {
			if (readOnly) command.middlewareStack.add(refuseWrites, { step: 'build', name: 'refuseWrites', override: true });
			const bucket = bucketIn(command.input);
			const region = regionFor(connection, bucket);
			const sendIn = async (there: string) => {
				if (there !== connection.region && bucket) onOtherRegion?.(bucket, there);
				return await clientIn(connection, there).send(withDefaults(command, defaults), { abortSignal: signal });
			};
			return await sendIn(region)
				.catch(async (error) => {
					const right = connection.strictRegion ? undefined : regionInRefusal(error, region);
					if (!right || !bucket) throw error;
					const output = await sendIn(right);
					learnRegion(connection, bucket, right);
					return output;
				})
				.catch(naming(connection, command.input));
		},
		endedBy: (other) => connect(connection, { ...use, signal: other }),
		inRegion: (region) => connect({ ...connection, region }, use),
		sign: (command, expiresIn, names) => {
			const headers = new Set(names.map((name) => name.toLowerCase()));
			const region = regionFor(connection, bucketIn(command.input));
			return getSignedUrl(clientIn(connection, region, true), withDefaults(command, defaults), {
				expiresIn,
				signableHeaders: new Set([...headers, 'host']),
				unhoistableHeaders: headers,
			});
		},
		signForm: async (form) =>
			await createPresignedPost(clientIn(connection, regionFor(connection, form.Bucket), true), form),
	};
};
