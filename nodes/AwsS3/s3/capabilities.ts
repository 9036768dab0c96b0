import type { Connection } from './connection';
import { serviceUrlOf } from './connection';
import { hostSuffixPattern, partitionOf } from './partition';

/**
 * How a server treats a feature: `yes`, supports it; `ignored`, accepts the request but ignores the feature; `no`, rejects
 * the request; `unknown`, no source says.
 */
export type Support = 'yes' | 'ignored' | 'no' | 'unknown';

/** Features in which S3-compatible servers differ. */
export interface Capabilities {
	/** `If-None-Match: *` and `If-Match` on PutObject. */
	conditionalPut: Support;
	/** `If-None-Match: *` and `If-Match` on CopyObject, checked against the destination. */
	conditionalCopy: Support;
	/** `If-Match` on DeleteObject. */
	conditionalDelete: Support;
	/** The ETags of keys in DeleteObjects. */
	conditionalDeleteMany: Support;
	/** `If-None-Match: *` and `If-Match` on CompleteMultipartUpload. */
	conditionalComplete: Support;
	/** CRC32 in headers (of parts and full objects) and in trailers of streams. With `no`, requests must not ask for it. */
	checksums: Support;
	/** Whether PutObject and UploadPart reject a body whose MD5 is not its Content-MD5, and store nothing. */
	contentMd5: Support;
	/** Whether CopyObject keeps the tags when it replaces the metadata, and applies new tags. */
	tagsOnCopy: Support;
	listObjectsV2: Support;
	/** Virtual-hosted-style addresses such as `bucket.host`. */
	virtualHosts: Support;
	versions: Support;
	/** Whether each key names a separate object. Servers that keep objects as files treat `/a` as `a`, and `a//b` as `a/b`. */
	exactKeys: Support;
	/** Whether answers to GetObject have the number of tags, whatever the permissions: without it there are none. */
	tagCount: Support;
	/** Whether ListObjectVersions lists versions and delete markers of a key in one order, newest first. */
	versionOrder: Support;
	/** `GetCallerIdentity` of STS at the same address. */
	callerIdentity: Support;
	/** Whether `AccessDenied` proves that the access key exists, because unknown keys get another code. */
	knowsDeniedKeys: Support;
}

/** A kind of server: how to recognize it, what it supports, and the sources for that. */
export interface Server {
	id: string;
	name: string;
	/** Matches the host of its address. */
	hosts?: RegExp;
	/** Recognizes the server by its response headers, whose names are in lower case. */
	says?: (headers: Record<string, string | undefined>) => boolean;
	can: Capabilities;
	/**
	 * The subresources of objects and buckets that it has, by the ids of `answers/subresources.ts`. Of all others, the node
	 * first looks whether the server knows them.
	 */
	has?: 'all' | readonly string[];
	sources: string[];
}

const allUnknown: Capabilities = {
	conditionalPut: 'unknown',
	conditionalCopy: 'unknown',
	conditionalDelete: 'unknown',
	conditionalDeleteMany: 'unknown',
	conditionalComplete: 'unknown',
	checksums: 'unknown',
	contentMd5: 'unknown',
	tagsOnCopy: 'unknown',
	listObjectsV2: 'unknown',
	virtualHosts: 'unknown',
	versions: 'unknown',
	exactKeys: 'unknown',
	tagCount: 'unknown',
	versionOrder: 'unknown',
	callerIdentity: 'unknown',
	knowsDeniedKeys: 'unknown',
};

/**
 * Hosts of S3 itself, also through VPC endpoints, access points and acceleration; not those of other services, behind
 * which customers run their own servers. https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
const awsHosts = new RegExp(
	`(^|\\.)s3(express)?(-[a-z0-9-]+)?\\.(dualstack\\.)?([a-z0-9-]+\\.)?(vpce\\.)?${hostSuffixPattern}$`,
);

/** All known kinds of servers. Newer releases than the tested ones may support more. */
export const servers: Server[] = [
	{
		id: 'aws',
		name: 'Amazon S3',
		hosts: awsHosts,
		can: {
			conditionalPut: 'yes',
			conditionalCopy: 'yes',
			conditionalDelete: 'yes',
			conditionalDeleteMany: 'yes',
			conditionalComplete: 'yes',
			checksums: 'yes',
			contentMd5: 'yes',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			virtualHosts: 'yes',
			versions: 'yes',
			exactKeys: 'yes',
			// Only for those who may read the tags.
			tagCount: 'unknown',
			versionOrder: 'yes',
			callerIdentity: 'yes',
			knowsDeniedKeys: 'yes',
		},
		has: 'all',
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
			'x-rgw-object-type' in headers ||
			// OpenStack Swift gives request IDs of the same form, and these headers besides.
			(/^tx[0-9a-f]{21}-[0-9a-f]+-[0-9a-f]+-/.test(headers['x-amz-request-id'] ?? '') &&
				!('x-trans-id' in headers) &&
				!('x-openstack-request-id' in headers)),
		can: {
			...allUnknown,
			// Works only in unversioned buckets, and If-Match only with an unquoted ETag.
			conditionalPut: 'ignored',
			conditionalCopy: 'ignored',
			conditionalDelete: 'ignored',
			conditionalDeleteMany: 'ignored',
			conditionalComplete: 'ignored',
			checksums: 'ignored',
			contentMd5: 'yes',
			tagsOnCopy: 'no',
			listObjectsV2: 'yes',
			versions: 'yes',
			exactKeys: 'yes',
			tagCount: 'yes',
			versionOrder: 'yes',
			callerIdentity: 'no',
			knowsDeniedKeys: 'no',
		},
		// Releases before 15 of 2020 lack some, and none of them is maintained any more.
		has: [
			...['objectTagging', 'objectAcl', 'legalHold', 'retention', 'uploads', 'ObjectLockConfiguration'],
			...['BucketAcl', 'BucketCors', 'BucketLifecycleConfiguration', 'BucketPolicy', 'BucketReplication'],
			...['BucketNotificationConfiguration', 'BucketRequestPayment', 'BucketTagging', 'BucketVersioning'],
			...['PublicAccessBlock'],
		],
		sources: ['tried on 16.2.15', 'https://github.com/ceph/ceph/pull/63348'],
	},
	{
		id: 'minio',
		name: 'MinIO',
		says: ({ server }) => server === 'MinIO',
		can: {
			...allUnknown,
			conditionalPut: 'yes',
			conditionalCopy: 'ignored',
			conditionalDelete: 'ignored',
			conditionalDeleteMany: 'ignored',
			conditionalComplete: 'yes',
			checksums: 'yes',
			contentMd5: 'yes',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			versions: 'yes',
			exactKeys: 'no',
			versionOrder: 'yes',
			callerIdentity: 'no',
			knowsDeniedKeys: 'yes',
		},
		has: [
			...['objectTagging', 'legalHold', 'retention', 'uploads', 'ObjectLockConfiguration', 'BucketEncryption'],
			...['BucketLifecycleConfiguration', 'BucketNotificationConfiguration', 'BucketPolicy', 'BucketReplication'],
			...['BucketTagging', 'BucketVersioning'],
		],
		sources: ['tried on the release of 2026-02-12'],
	},
	{
		id: 'r2',
		name: 'Cloudflare R2',
		hosts: /\.r2\.cloudflarestorage\.com$/,
		can: {
			...allUnknown,
			conditionalPut: 'yes',
			conditionalComplete: 'yes',
			// R2 has no full-object CRC32 for multipart uploads.
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
			...allUnknown,
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
		can: { ...allUnknown, virtualHosts: 'yes', versions: 'yes' },
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
			...allUnknown,
			conditionalPut: 'yes',
			conditionalCopy: 'ignored',
			conditionalDelete: 'yes',
			conditionalDeleteMany: 'ignored',
			conditionalComplete: 'yes',
			// The gateway supports them, but stores `aws-chunked` as the Content-Encoding of an upload with a trailer.
			checksums: 'ignored',
			tagsOnCopy: 'yes',
			listObjectsV2: 'yes',
			// Only if the gateway was started with a folder for versions. Pages list delete markers before versions.
			versions: 'unknown',
			exactKeys: 'no',
			versionOrder: 'ignored',
			callerIdentity: 'no',
			knowsDeniedKeys: 'yes',
		},
		sources: ['tried on 1.8.0'],
	},
];

/** Any other server: conditional writes look for an existing object first. */
const unknown: Server = { id: 'unknown', name: 'unknown', can: allUnknown, sources: [] };

/** How long a rejected feature counts as unsupported, in milliseconds; an update of the server may add it. */
const refusalLifetime = 60 * 60_000;

/** How many endpoints to remember. */
const maxEndpoints = 1000;

/** What responses of an endpoint have revealed. */
interface Observation {
	server?: Server;
	/** Rejected features, each with the time (in milliseconds since 1970) until which it counts as unsupported. */
	refused: Partial<Record<keyof Capabilities, number>>;
}

const observations = new Map<string, Observation>();

const observationOf = (endpoint: string): Observation => {
	const observation = observations.get(endpoint) ?? { refused: {} };
	observations.set(endpoint, observation);
	const [oldest] = observations.keys();
	if (observations.size > maxEndpoints && oldest !== undefined) observations.delete(oldest);
	return observation;
};

/** Where requests go without a service URL, in some region. */
const amazonS3 = 'https://s3.amazonaws.com';

const hostOf = (endpoint: string) => (URL.canParse(endpoint) ? new URL(endpoint).hostname : endpoint);

/** Kinds of servers by their addresses, because each request asks for them. */
const serversByAddress = new Map<string, Server | undefined>();

const serverAt = (endpoint: string): Server | undefined => {
	if (serversByAddress.has(endpoint)) return serversByAddress.get(endpoint);
	const host = hostOf(endpoint);
	const server = servers.find(({ hosts }) => hosts?.test(host));
	if (serversByAddress.size >= maxEndpoints) serversByAddress.clear();
	serversByAddress.set(endpoint, server);
	return server;
};

/**
 * The kind of server behind a connection, recognized by its address or else by the headers of earlier responses. A
 * connection without a service URL goes to Amazon S3.
 */
export const serverOf = ({ endpoint }: Pick<Connection, 'endpoint'>): Server => {
	return serverAt(endpoint ?? amazonS3) ?? observations.get(endpoint ?? '')?.server ?? unknown;
};

/** Whether a connection leads to Amazon S3 itself. */
export const isAws = (connection: Pick<Connection, 'endpoint'>) => serverOf(connection).id === 'aws';

/** What the names of buckets are unique in: the service URL, or on AWS the partition, whatever its region or endpoint. */
export const namespaceOf = (connection: Pick<Connection, 'endpoint' | 'region'>) =>
	isAws(connection) ? partitionOf(connection.region).id : serviceUrlOf(connection);

/** Whether the server of a connection is known to have a subresource. */
export const hasSubresource = (connection: Pick<Connection, 'endpoint'>, id: string) => {
	const { has = [] } = serverOf(connection);
	return has === 'all' || has.includes(id);
};

/** Remembers the kind of server that the headers of a response reveal. */
export const learnServer = (endpoint: string, headers: Record<string, string | undefined>) => {
	const observation = observationOf(endpoint);
	observation.server ??= servers.find(({ says }) => says?.(headers));
};

/** Remembers for an hour that the server of a connection rejects a feature. Ignores connections without a service URL. */
export const learnRefusal = ({ endpoint }: Pick<Connection, 'endpoint'>, capability: keyof Capabilities) => {
	if (endpoint !== undefined) observationOf(endpoint).refused[capability] = Date.now() + refusalLifetime;
};

/** What the server of a connection supports, as far as known so far. */
export const capabilitiesOf = (connection: Pick<Connection, 'endpoint'>): Capabilities => {
	const { can } = serverOf(connection);
	const refused = Object.entries(observations.get(connection.endpoint ?? '')?.refused ?? {});
	const unsupported = refused
		.filter(([, until]) => until > Date.now())
		.map(([name]): [string, Support] => [name, 'no']);
	return unsupported.length === 0 ? can : { ...can, ...Object.fromEntries(unsupported) };
};

/** Whether the server of a connection is known to store no other content than that of a Content-MD5. Not tried on AWS. */
export const comparesMd5 = (connection: Pick<Connection, 'endpoint'>) =>
	capabilitiesOf(connection).contentMd5 === 'yes' && !isAws(connection);
