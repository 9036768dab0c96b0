import type { Connection } from './connection';
import { hostSuffixes } from './partition';

/**
 * Whether a server can do a thing: `yes`; `ignored`, where it may be asked for and nothing comes of it; `no`, where the
 * request is refused for it; `unknown`, where nobody has said so.
 */
export type Support = 'yes' | 'ignored' | 'no' | 'unknown';

/** What servers differ in. */
export interface Capabilities {
	/** `If-None-Match: *` and `If-Match` on PutObject. */
	conditionalPut: Support;
	/** The same on CopyObject, for the copy. */
	conditionalCopy: Support;
	/** `If-Match` on DeleteObject. */
	conditionalDelete: Support;
	/** `If-None-Match: *` and `If-Match` on CompleteMultipartUpload. */
	conditionalComplete: Support;
	/** CRC32 in headers, of parts and of wholes, and as trailers of streams; with `no` it may not even be asked for. */
	checksums: Support;
	/** Whether a copy with new metadata keeps its tags, and one with new tags gets them. */
	tagsOnCopy: Support;
	listObjectsV2: Support;
	/** Addresses such as `bucket.host`. */
	virtualHosts: Support;
	versions: Support;
	/** `GetCallerIdentity` of a token service at the same address. */
	callerIdentity: Support;
	/** Whether only keys that the server knows are told that access is denied; others that they are unknown. */
	knowsDeniedKeys: Support;
}

/** One kind of server: how it is recognised, what it can do, and who says so. */
export interface Server {
	id: string;
	name: string;
	/** Its address. */
	hosts?: RegExp;
	/** What it says of itself in the headers of its answers, by names in lower case. */
	says?: (headers: Record<string, string | undefined>) => boolean;
	can: Capabilities;
	sources: string[];
}

const nobodySays: Capabilities = {
	conditionalPut: 'unknown',
	conditionalCopy: 'unknown',
	conditionalDelete: 'unknown',
	conditionalComplete: 'unknown',
	checksums: 'unknown',
	tagsOnCopy: 'unknown',
	listObjectsV2: 'unknown',
	virtualHosts: 'unknown',
	versions: 'unknown',
	callerIdentity: 'unknown',
	knowsDeniedKeys: 'unknown',
};

const ofAws = hostSuffixes.map((suffix) => suffix.replaceAll('.', '\\.')).join('|');

/** All kinds of servers that are known. What was tried is of the releases that are named; newer ones can do more. */
export const servers: Server[] = [
	{
		id: 'aws',
		name: 'Amazon S3',
		// Also through VPC endpoints, access points and acceleration.
		hosts: new RegExp(`(^|\\.)(${ofAws})$`),
		can: {
			conditionalPut: 'yes',
			conditionalCopy: 'yes',
			conditionalDelete: 'yes',
			conditionalComplete: 'yes',
			checksums: 'yes',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			virtualHosts: 'yes',
			versions: 'yes',
			callerIdentity: 'yes',
			knowsDeniedKeys: 'yes',
		},
		sources: [
			'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html',
			'https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html',
			'https://docs.aws.amazon.com/AmazonS3/latest/userguide/privatelink-interface-endpoints.html',
		],
	},
	{
		id: 'ceph',
		name: 'Ceph RGW 16.2',
		hosts: /\.(digitaloceanspaces|your-objectstorage)\.com$/,
		says: (headers) =>
			/^tx[0-9a-f]{21}-[0-9a-f]+-[0-9a-f]+-/.test(headers['x-amz-request-id'] ?? '') || 'x-rgw-object-type' in headers,
		can: {
			...nobodySays,
			// Holds in buckets without versioning only, and If-Match only with an ETag that has no quotes.
			conditionalPut: 'ignored',
			conditionalCopy: 'ignored',
			conditionalDelete: 'ignored',
			conditionalComplete: 'ignored',
			checksums: 'ignored',
			tagsOnCopy: 'no',
			listObjectsV2: 'yes',
			versions: 'yes',
			callerIdentity: 'no',
			knowsDeniedKeys: 'no',
		},
		sources: ['tried on 16.2.15', 'https://github.com/ceph/ceph/pull/63348'],
	},
	{
		id: 'minio',
		name: 'MinIO',
		says: ({ server }) => server === 'MinIO',
		can: {
			...nobodySays,
			conditionalPut: 'yes',
			conditionalCopy: 'ignored',
			conditionalDelete: 'ignored',
			conditionalComplete: 'yes',
			checksums: 'yes',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			versions: 'yes',
			callerIdentity: 'no',
			knowsDeniedKeys: 'yes',
		},
		sources: ['tried on the release of 2026-02-12'],
	},
	{
		id: 'r2',
		name: 'Cloudflare R2',
		hosts: /\.r2\.cloudflarestorage\.com$/,
		can: {
			...nobodySays,
			conditionalPut: 'yes',
			conditionalComplete: 'yes',
			// CRC32 of a whole that came in parts is not among its checksums.
			checksums: 'no',
			tagsOnCopy: 'no',
			listObjectsV2: 'yes',
			versions: 'no',
		},
		sources: [
			'https://developers.cloudflare.com/r2/api/s3/api/',
			'https://developers.cloudflare.com/r2/api/s3/conditional-operations/',
		],
	},
	{
		id: 'b2',
		name: 'Backblaze B2',
		hosts: /\.backblazeb2\.com$/,
		can: {
			...nobodySays,
			conditionalPut: 'no',
			checksums: 'no',
			listObjectsV2: 'yes',
			virtualHosts: 'yes',
			versions: 'yes',
		},
		sources: [
			'https://www.backblaze.com/docs/cloud-storage-s3-compatible-api',
			'https://github.com/home-assistant/core/issues/143995',
		],
	},
	{
		id: 'wasabi',
		name: 'Wasabi',
		hosts: /\.wasabisys\.com$/,
		can: { ...nobodySays, virtualHosts: 'yes', versions: 'yes' },
		sources: [
			'https://docs.wasabi.com/docs/rest-api-introduction',
			'https://docs.wasabi.com/docs/operations-on-objects',
		],
	},
	{
		id: 'versitygw',
		name: 'Versity S3 Gateway',
		says: ({ server }) => server === 'VERSITYGW',
		can: {
			...nobodySays,
			conditionalPut: 'yes',
			conditionalCopy: 'ignored',
			conditionalDelete: 'yes',
			conditionalComplete: 'yes',
			// It knows them, but keeps `aws-chunked` as the encoding of what came with a trailer.
			checksums: 'ignored',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			versions: 'yes',
			callerIdentity: 'no',
			knowsDeniedKeys: 'yes',
		},
		sources: ['tried on 1.8.0'],
	},
];

/** A server of which nothing is known: it is asked before anything is written. */
const unknown: Server = { id: 'unknown', name: 'unknown', can: nobodySays, sources: [] };

/** For how long a refusal of a function is remembered, in milliseconds: the server may be updated. */
const remembered = 60 * 60_000;

/** Addresses whose servers are remembered. */
const mostLearnt = 1000;

/** What the server at an address has said of itself, and until when it is remembered that it refuses a function. */
interface Learnt {
	server?: Server;
	refused: Partial<Record<keyof Capabilities, number>>;
}

const learnt = new Map<string, Learnt>();

const learntOf = (endpoint: string): Learnt => {
	const known = learnt.get(endpoint) ?? { refused: {} };
	learnt.set(endpoint, known);
	const [oldest] = learnt.keys();
	if (learnt.size > mostLearnt && oldest !== undefined) learnt.delete(oldest);
	return known;
};

const hostOf = (endpoint: string) => (URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint);

/** The kind of server that a connection goes to: AWS, one known by its address, or one that has said what it is. */
export const serverOf = ({ endpoint }: Pick<Connection, 'endpoint'>): Server => {
	const host = endpoint === undefined ? hostSuffixes[0] : hostOf(endpoint);
	const byAddress = servers.find(({ hosts }) => hosts?.test(host ?? ''));
	return byAddress ?? learnt.get(endpoint ?? '')?.server ?? unknown;
};

/** Notes what a server says of itself in an answer. */
export const learnServer = (endpoint: string, headers: Record<string, string | undefined>) => {
	const known = learntOf(endpoint);
	known.server ??= servers.find(({ says }) => says?.(headers));
};

/** Notes that the server has refused a request for one of its parts. */
export const learnRefusal = ({ endpoint }: Pick<Connection, 'endpoint'>, capability: keyof Capabilities) => {
	if (endpoint !== undefined) learntOf(endpoint).refused[capability] = Date.now() + remembered;
};

/** What the server of a connection can do, as far as it is known by now. */
export const capabilitiesOf = (connection: Pick<Connection, 'endpoint'>): Capabilities => {
	const { can } = serverOf(connection);
	const refused = Object.entries(learnt.get(connection.endpoint ?? '')?.refused ?? {});
	const still = refused.filter(([, until]) => until > Date.now()).map(([name]): [string, Support] => [name, 'no']);
	return still.length === 0 ? can : { ...can, ...Object.fromEntries(still) };
};
