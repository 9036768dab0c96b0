import { createHash } from 'node:crypto';
import { partitionOf } from './partition';

/** The keys that this machine has, instead of an access key in the credential. */
export interface Machine {
	/** Whether an access key in its environment counts, as in n8n's own nodes, besides its roles. */
	takesKeys: boolean;
}

/** The IAM role that is assumed before any other request. */
export interface Role {
	arn: string;
	externalId?: string;
	sessionName: string;
	/** Lifetime of the role's temporary credentials, in seconds. */
	duration: number;
	/** The URL of the STS service, if not that of AWS. */
	endpoint?: string;
	/** Tags of the session, which policies can test. They stay with the roles that this one assumes. */
	tags?: ReadonlyArray<{ Key: string; Value: string }>;
	/** Who is behind the session, for CloudTrail. It stays with the roles that this one assumes. */
	sourceIdentity?: string;
	/** The role whose keys assume this one, in a chain. */
	assumedBy?: Role;
}

/** Defaults for every request that has these members and does not set them itself. */
export interface Defaults {
	RequestPayer?: 'requester';
	ExpectedBucketOwner?: string;
	SSECustomerAlgorithm?: string;
	SSECustomerKey?: string;
	ServerSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
	SSEKMSKeyId?: string;
	BucketKeyEnabled?: boolean;
	StorageClass?:
		| 'DEEP_ARCHIVE'
		| 'GLACIER'
		| 'GLACIER_IR'
		| 'INTELLIGENT_TIERING'
		| 'ONEZONE_IA'
		| 'REDUCED_REDUNDANCY'
		| 'STANDARD'
		| 'STANDARD_IA';
}

/** One of the two credentials of a node, with the name of its type. */
export interface NamedCredential {
	side: 'source' | 'destination';
	name: string;
}

/** All settings that requests depend on. Environment variables and AWS profiles of the host have no influence. */
export interface Connection {
	/** Empty if the machine has the keys. */
	accessKeyId: string;
	secretAccessKey: string;
	sessionToken?: string;
	machine?: Machine;
	role?: Role;
	region: string;
	/** Whether a bucket in another region is an error. Otherwise requests follow the bucket to its region. */
	strictRegion?: boolean;
	/** The service URL, if not that of AWS in the region. */
	endpoint?: string;
	/** The URL of SQS, if not that of AWS or of the service URL. */
	sqsEndpoint?: string;
	forcePathStyle?: boolean;
	ignoreSslIssues?: boolean;
	dualstack?: boolean;
	fips?: boolean;
	accelerate?: boolean;
	/** Milliseconds without traffic after which a socket closes and its request is sent again. */
	socketTimeout?: number;
	/** The default bucket. */
	bucket?: string;
	/** The prefix that the credentials are restricted to inside the bucket. */
	prefix?: string;
	defaults?: Defaults;
	/** The labels of its settings by the labels that messages name, where the user has entered them under other ones. */
	labels?: ReadonlyMap<string, string>;
	/** Which one its credential is, where a node has two. */
	credential?: NamedCredential;
}

/** The service URL of a connection, or that of AWS in its region. */
export const serviceUrlOf = ({ endpoint, region }: Pick<Connection, 'endpoint' | 'region'>) =>
	endpoint ?? `https://s3.${region}.${partitionOf(region).suffix}`;

/** A cache key for all settings that a client depends on, hashed so that caches hold no secret as a key. */
export const fingerprint = (connection: Connection) => {
	const {
		bucket: _b,
		prefix: _p,
		defaults: _d,
		strictRegion: _s,
		labels: _l,
		credential: _c,
		...identity
	} = connection;
	return createHash('sha256')
		.update(JSON.stringify(Object.entries(identity).sort()))
		.digest('hex');
};
