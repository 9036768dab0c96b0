import type {
	$Command as AnyCommand,
	S3ClientResolvedConfig,
	ServiceInputTypes,
	ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { BuildMiddleware } from '@smithy/types';
import { createHash } from 'node:crypto';

/** Everything that decides how requests are made. Nothing else, and nothing of the host, has a say. */
export interface Connection {
	accessKeyId: string;
	secretAccessKey: string;
	sessionToken?: string;
	region: string;
	/** A service URL, instead of the address that AWS has for the region. */
	endpoint?: string;
	forcePathStyle?: boolean;
	ignoreSslIssues?: boolean;
	/** The bucket that is meant where none is named. */
	bucket?: string;
}

/** Request members that go into every request whose type has them, unless the request says otherwise. */
export interface Defaults {
	RequestPayer?: 'requester';
	ExpectedBucketOwner?: string;
	SSECustomerAlgorithm?: string;
	SSECustomerKey?: string;
}

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
}

/** Enough for the parallel parts and items of several executions; sockets that idle are closed by S3. */
const maxSockets = 256;
const maxClients = 32;

const makeClient = (connection: Connection, signsOnly = false) => {
	const { accessKeyId, secretAccessKey, sessionToken, region, endpoint, forcePathStyle, ignoreSslIssues } = connection;
	const agent = { keepAlive: true, maxSockets };
	// AWS checks a CRC32 on everything; many compatible servers refuse the header, or the trailer that carries it.
	// A signed address must not fix the checksum of a body that nobody has seen yet.
	const checksums = endpoint || signsOnly ? 'WHEN_REQUIRED' : 'WHEN_SUPPORTED';
	const client = new S3Client({
		credentials: { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) },
		region,
		...(endpoint && { endpoint }),
		forcePathStyle: forcePathStyle ?? false,
		requestChecksumCalculation: checksums,
		responseChecksumValidation: checksums,
		requestHandler: {
			httpAgent: agent,
			httpsAgent: { ...agent, ...(ignoreSslIssues && { rejectUnauthorized: false }) },
			connectionTimeout: 10_000,
			socketTimeout: 120_000,
		},
		// Whatever is not said here, the SDK would read from the host's environment and `~/.aws`.
		ignoreConfiguredEndpointUrls: true,
		maxAttempts: 5,
		retryMode: 'standard',
		defaultsMode: 'standard',
		useDualstackEndpoint: false,
		useFipsEndpoint: false,
		useArnRegion: true,
		disableS3ExpressSessionAuth: false,
		disableMultiregionAccessPoints: false,
		authSchemePreference: [],
		sigv4aSigningRegionSet: [],
		userAgentAppId: 'n8n-nodes-aws-s3',
	});
	if (endpoint) client.middlewareStack.add(contentMd5, { step: 'build', name: 'contentMd5' });
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

const isWritten = (request: unknown): request is { headers: Record<string, string>; body: string | Uint8Array } =>
	typeof request === 'object' &&
	request !== null &&
	'headers' in request &&
	'body' in request &&
	((typeof request.body === 'string' && request.body !== '') || request.body instanceof Uint8Array);

const clients = new Map<string, S3Client>();
const known = new WeakMap<Connection, S3Client>();

/** The client of a connection, made once and kept with its open sockets; the least recently used one is let go. */
const clientOf = (connection: Connection) => {
	const own = known.get(connection);
	if (own) return own;
	const { bucket: _unused, ...identity } = connection;
	// Hashed, so that no secret lies about as a key.
	const id = createHash('sha256')
		.update(JSON.stringify(Object.entries(identity).sort()))
		.digest('hex');
	const client = clients.get(id) ?? makeClient(connection);
	clients.delete(id);
	clients.set(id, client);
	known.set(connection, client);
	const [oldest] = clients.keys();
	if (clients.size > maxClients && oldest) clients.delete(oldest);
	return client;
};

/**
 * Puts defaults under a command's own input. The SDK only sends the members that a request has by S3's model, so a
 * default reaches exactly the requests that know it.
 */
const withDefaults = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	defaults: Defaults,
) => {
	if (Object.keys(defaults).length === 0) return command;
	command.middlewareStack.add((next) => (args) => next({ ...args, input: { ...defaults, ...args.input } }), {
		step: 'initialize',
		priority: 'high',
		name: 'defaults',
		override: true,
	});
	return command;
};

/** Opens S3 for a connection; its requests end when `signal` fires. Nothing is sent yet. */
export const connect = (connection: Connection, signal?: AbortSignal, defaults: Defaults = {}): S3 => {
	const client = clientOf(connection);
	return {
		connection,
		signal,
		send: (command) => client.send(withDefaults(command, defaults), { abortSignal: signal }),
		endedBy: (other) => connect(connection, other, defaults),
		inRegion: (region) => connect({ ...connection, region }, signal, defaults),
		sign: (command, expiresIn, names) => {
			const headers = new Set(names.map((name) => name.toLowerCase()));
			return getSignedUrl(makeClient(connection, true), withDefaults(command, defaults), {
				expiresIn,
				signableHeaders: new Set([...headers, 'host']),
				unhoistableHeaders: headers,
			});
		},
	};
};
