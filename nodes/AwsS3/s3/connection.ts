import { createHash } from 'node:crypto';
import { partitionOf } from './partition';

/** A role that the keys take on before they do anything else. */
export interface Role {
	arn: string;
	externalId?: string;
	sessionName: string;
	/** Seconds until its keys end and new ones are asked for. */
	duration: number;
	/** The address of the token service, where it is not AWS's. */
	endpoint?: string;
}

/** Request members that go into every request whose type has them, unless the request says otherwise. */
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

/** Everything that decides how requests are made. Nothing else, and nothing of the host, has a say. */
export interface Connection {
	accessKeyId: string;
	secretAccessKey: string;
	sessionToken?: string;
	role?: Role;
	region: string;
	/** Whether a bucket in another region stops the work, instead of being looked for there. */
	strictRegion?: boolean;
	/** A service URL, instead of the address that AWS has for the region. */
	endpoint?: string;
	forcePathStyle?: boolean;
	ignoreSslIssues?: boolean;
	dualstack?: boolean;
	fips?: boolean;
	accelerate?: boolean;
	/** How long a socket may be silent, in milliseconds, before its request is made again. */
	socketTimeout?: number;
	/** The bucket that is meant where none is named. */
	bucket?: string;
	/** What the credentials are restricted to inside of the bucket. */
	prefix?: string;
	defaults?: Defaults;
}

/** The address of the service: the service URL, or that of AWS in the region. */
export const serviceUrlOf = ({ endpoint, region }: Pick<Connection, 'endpoint' | 'region'>) =>
	endpoint ?? `https://s3.${region}.${partitionOf(region).suffix}`;

/** A name for everything that a connection's clients depend on: hashed, so that no secret lies about as a key. */
export const fingerprint = ({ bucket: _b, prefix: _p, defaults: _d, strictRegion: _s, ...identity }: Connection) =>
	createHash('sha256')
		.update(JSON.stringify(Object.entries(identity).sort()))
		.digest('hex');
