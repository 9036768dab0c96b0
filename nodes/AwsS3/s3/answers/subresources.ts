import * as sdk from '@aws-sdk/client-s3';
import { isAws } from '../capabilities';
import type { Connection } from '../connection';
import type { Send } from '../command';

/** What a request names: the members that requests about the same subresource share. */
export interface Target {
	Bucket: string;
	Key: string;
	VersionId?: string;
	UploadId: string;
	/** Of one configuration, for settings of which a bucket can have several. */
	Id: string;
}

/** A subresource of objects or buckets, such as `?tagging`: how to read it, and which requests change it. */
interface Subresource {
	id: string;
	/** What a server without it lacks, as messages name it. */
	name: string;
	/** The requests that read it, with the root element of their answers; `{` for JSON. */
	reads: Record<string, RegExp>;
	/** The requests that change it. A server that ignores the subresource changes the object or the bucket instead. */
	writes: string[];
	/** Codes that only a server with this subresource returns, if nothing is set. */
	absent?: RegExp;
	/** The IAM action that `read` needs. */
	action: string;
	/** Reads it. */
	read(send: Send, target: Target): Promise<unknown>;
}

const root = (name: string) => new RegExp(`^${name}$`);

const noLock = /^(NoSuchObjectLockConfiguration|ObjectLockConfigurationNotFoundError)$/;

/** A subresource of objects with one request to read it. */
const ofObjects = (
	id: string,
	{ reads, ...rest }: Omit<Subresource, 'id' | 'reads' | 'action'> & { reads: [operation: string, root: string] },
): Subresource => ({ id, reads: { [reads[0]]: root(reads[1]) }, action: `s3:${reads[0]}`, ...rest });

interface BucketSetting {
	name: string;
	/** The part of the operations' names after `Get`, `Put` and `Delete`. */
	operation: string;
	root: string;
	/** The part of the operation's name after `Delete`, if it differs. */
	remove?: string;
	/** The part of the IAM action after `s3:Get`, if it differs. */
	action?: string;
	absent?: RegExp;
	read: Subresource['read'];
}

/**
 * The root element of AWS's reference, or one that names the operation, such as `GetBucketAccelerateConfigurationResponse`: a
 * server that says so knows the setting.
 */
const rootOrOperation = (name: string, operation: string) =>
	new RegExp(`^(${name}|Get${operation.replace(/Configuration$/, '')}(Configuration)?(Response|Result|Output))$`);

/** A setting of buckets. */
const ofBuckets = ({ operation, remove = operation, action = operation, ...rest }: BucketSetting): Subresource => ({
	id: operation,
	name: `${rest.name} of buckets`,
	reads: { [`Get${operation}`]: rootOrOperation(rest.root, operation) },
	writes: [`Put${operation}`, `Delete${remove}`],
	absent: rest.absent,
	action: `s3:Get${action}`,
	read: rest.read,
});

/** A setting of which a bucket can have several, each with an ID. */
const manyOfBuckets = (setting: BucketSetting): Subresource => {
	const one = ofBuckets({ ...setting, absent: /^NoSuchConfiguration$/, action: setting.root });
	const lists = { [`List${setting.operation}s`]: /^List\w*Configurations?(Result|Output)$/ };
	return { ...one, reads: { ...one.reads, ...lists } };
};

/**
 * All subresources that requests of this node change, with the root elements of AWS's reference.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
 */
export const subresources: Subresource[] = [
	ofObjects('objectTagging', {
		name: 'tags of objects',
		reads: ['GetObjectTagging', 'Tagging'],
		writes: ['PutObjectTagging', 'DeleteObjectTagging'],
		absent: /^NoSuchTagSet(Error)?$/,
		read: async (send, { Bucket, Key, VersionId }) =>
			await send(new sdk.GetObjectTaggingCommand({ Bucket, Key, VersionId })),
	}),
	ofObjects('objectAcl', {
		name: 'ACLs of objects',
		reads: ['GetObjectAcl', 'AccessControlPolicy'],
		writes: ['PutObjectAcl'],
		absent: /^AccessControlListNotSupported$/,
		read: async (send, { Bucket, Key, VersionId }) =>
			await send(new sdk.GetObjectAclCommand({ Bucket, Key, VersionId })),
	}),
	ofObjects('legalHold', {
		name: 'legal holds',
		reads: ['GetObjectLegalHold', 'LegalHold'],
		writes: ['PutObjectLegalHold'],
		absent: noLock,
		read: async (send, { Bucket, Key, VersionId }) =>
			await send(new sdk.GetObjectLegalHoldCommand({ Bucket, Key, VersionId })),
	}),
	ofObjects('retention', {
		name: 'retention of objects',
		// Versity S3 Gateway names it as Amazon's SDKs name the type.
		reads: ['GetObjectRetention', '(ObjectLock)?Retention'],
		writes: ['PutObjectRetention'],
		absent: noLock,
		read: async (send, { Bucket, Key, VersionId }) =>
			await send(new sdk.GetObjectRetentionCommand({ Bucket, Key, VersionId })),
	}),
	{
		id: 'uploads',
		name: 'multipart uploads',
		reads: {
			ListParts: root('ListParts(Result|Response)'),
			ListMultipartUploads: root('ListMultipartUploadsResult'),
			CreateMultipartUpload: root('InitiateMultipartUploadResult'),
		},
		writes: ['UploadPart', 'UploadPartCopy', 'CompleteMultipartUpload', 'AbortMultipartUpload'],
		absent: /^NoSuchUpload$/,
		action: 's3:ListMultipartUploadParts',
		read: async (send, { Bucket, Key, UploadId }) =>
			await send(new sdk.ListPartsCommand({ Bucket, Key, UploadId, MaxParts: 1 })),
	},
	ofBuckets({
		name: 'transfer acceleration',
		operation: 'BucketAccelerateConfiguration',
		action: 'AccelerateConfiguration',
		root: 'AccelerateConfiguration',
		read: async (send, { Bucket }) => await send(new sdk.GetBucketAccelerateConfigurationCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'ACLs',
		operation: 'BucketAcl',
		root: 'AccessControlPolicy',
		absent: /^AccessControlListNotSupported$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketAclCommand({ Bucket })),
	}),
	manyOfBuckets({
		name: 'analytics',
		operation: 'BucketAnalyticsConfiguration',
		root: 'AnalyticsConfiguration',
		read: async (send, { Bucket, Id }) => await send(new sdk.GetBucketAnalyticsConfigurationCommand({ Bucket, Id })),
	}),
	ofBuckets({
		name: 'CORS',
		operation: 'BucketCors',
		action: 'BucketCORS',
		root: 'CORSConfiguration',
		absent: /^NoSuchCORSConfiguration(Error)?$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketCorsCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'default encryption',
		operation: 'BucketEncryption',
		action: 'EncryptionConfiguration',
		root: 'ServerSideEncryptionConfiguration',
		absent: /^ServerSideEncryptionConfigurationNotFoundError$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketEncryptionCommand({ Bucket })),
	}),
	manyOfBuckets({
		name: 'Intelligent-Tiering',
		operation: 'BucketIntelligentTieringConfiguration',
		root: 'IntelligentTieringConfiguration',
		read: async (send, { Bucket, Id }) =>
			await send(new sdk.GetBucketIntelligentTieringConfigurationCommand({ Bucket, Id })),
	}),
	manyOfBuckets({
		name: 'inventories',
		operation: 'BucketInventoryConfiguration',
		root: 'InventoryConfiguration',
		read: async (send, { Bucket, Id }) => await send(new sdk.GetBucketInventoryConfigurationCommand({ Bucket, Id })),
	}),
	ofBuckets({
		name: 'lifecycle rules',
		operation: 'BucketLifecycleConfiguration',
		remove: 'BucketLifecycle',
		action: 'LifecycleConfiguration',
		root: 'LifecycleConfiguration',
		absent: /^NoSuchLifecycleConfiguration$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketLifecycleConfigurationCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'logging',
		operation: 'BucketLogging',
		root: 'BucketLoggingStatus',
		read: async (send, { Bucket }) => await send(new sdk.GetBucketLoggingCommand({ Bucket })),
	}),
	manyOfBuckets({
		name: 'metrics',
		operation: 'BucketMetricsConfiguration',
		root: 'MetricsConfiguration',
		read: async (send, { Bucket, Id }) => await send(new sdk.GetBucketMetricsConfigurationCommand({ Bucket, Id })),
	}),
	ofBuckets({
		name: 'notifications',
		operation: 'BucketNotificationConfiguration',
		action: 'BucketNotification',
		root: 'NotificationConfiguration',
		read: async (send, { Bucket }) => await send(new sdk.GetBucketNotificationConfigurationCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'Object Lock',
		operation: 'ObjectLockConfiguration',
		action: 'BucketObjectLockConfiguration',
		root: 'ObjectLockConfiguration',
		absent: noLock,
		read: async (send, { Bucket }) => await send(new sdk.GetObjectLockConfigurationCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'Object Ownership',
		operation: 'BucketOwnershipControls',
		root: 'OwnershipControls',
		absent: /^OwnershipControlsNotFoundError$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketOwnershipControlsCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'policies',
		operation: 'BucketPolicy',
		root: '\\{',
		absent: /^NoSuchBucketPolicy$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketPolicyCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'public access blocks',
		operation: 'PublicAccessBlock',
		action: 'BucketPublicAccessBlock',
		// Ceph RGW 16.2 says it twice.
		root: '(BlockPublicAccess|PublicAccess)BlockConfiguration',
		absent: /^NoSuchPublicAccessBlockConfiguration$/,
		read: async (send, { Bucket }) => await send(new sdk.GetPublicAccessBlockCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'replication',
		operation: 'BucketReplication',
		action: 'ReplicationConfiguration',
		root: 'ReplicationConfiguration',
		absent: /^ReplicationConfigurationNotFoundError$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketReplicationCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'request payment',
		operation: 'BucketRequestPayment',
		root: 'RequestPaymentConfiguration',
		read: async (send, { Bucket }) => await send(new sdk.GetBucketRequestPaymentCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'tags',
		operation: 'BucketTagging',
		root: 'Tagging',
		absent: /^NoSuchTagSet(Error)?$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketTaggingCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'versioning',
		operation: 'BucketVersioning',
		// The second one is moto's.
		root: '(VersioningConfiguration|GetBucketVersioningResponse)',
		read: async (send, { Bucket }) => await send(new sdk.GetBucketVersioningCommand({ Bucket })),
	}),
	ofBuckets({
		name: 'websites',
		operation: 'BucketWebsite',
		root: 'WebsiteConfiguration',
		absent: /^NoSuchWebsiteConfiguration$/,
		read: async (send, { Bucket }) => await send(new sdk.GetBucketWebsiteCommand({ Bucket })),
	}),
];

/** Any XML but a website. Servers agree less on the answers to writes, and a write that has succeeded must not seem to fail. */
const anyXml = /^(?!html$)[\w.-]+$/i;

/** Other answers in XML, with their root elements, and what a server lacks that answers otherwise. */
const otherAnswers: Record<string, [name: string, root: RegExp]> = {
	CompleteMultipartUpload: ['multipart uploads', anyXml],
	CopyObject: ['copies', anyXml],
	DeleteObjects: ['deleting many objects at once', anyXml],
	GetBucketLocation: ['regions of buckets', root('LocationConstraint')],
	GetBucketPolicyStatus: ['states of policies of buckets', root('PolicyStatus')],
	// The reference and the server of AWS name it differently.
	GetObjectAttributes: ['attributes of objects', /^GetObjectAttributes(Response|Output|Result)$/],
	ListBuckets: ['lists of buckets', root('ListAllMyBucketsResult')],
	ListObjectsV2: ['lists of objects', root('ListBucketResult')],
	UploadPartCopy: ['copies of parts', anyXml],
	ListObjectVersions: ['versions of objects', /^List(Bucket)?VersionsResult$/],
};

/** The answer that a request has to get. */
export interface Expected {
	/** What a server lacks that answers otherwise. */
	name: string;
	/** Matches its root element; undefined if any will do. */
	root?: RegExp;
	/** Whether the SDK knows what to do with an empty answer. */
	mayBeEmpty?: boolean;
	/** Whether the answer has no headers of an object's content. */
	isBare?: boolean;
}

/** Some servers have multipart uploads but do not list them. */
const listNames: Record<string, string> = {
	ListMultipartUploads: 'lists of multipart uploads',
	ListParts: 'lists of the parts of multipart uploads',
};

const expected = new Map<string, Expected>([
	...Object.entries(otherAnswers).map(([operation, [name, pattern]]): [string, Expected] => [
		operation,
		{ name, root: pattern, mayBeEmpty: pattern === anyXml },
	]),
	...subresources.flatMap(({ name, reads }) =>
		Object.entries(reads).map(([operation, pattern]): [string, Expected] => [
			operation,
			{ name: listNames[operation] ?? name, root: pattern, isBare: operation.startsWith('GetObject') },
		]),
	),
]);

/**
 * The answer that a request has to get; undefined where the SDK does not read one. Amazon S3 is only expected not to answer
 * without end.
 */
export const expectedAnswer = ({
	connection,
	operation,
}: {
	connection: Connection;
	operation: string;
}): Expected | undefined => {
	const answer = expected.get(operation);
	return answer && isAws(connection) ? { name: answer.name } : answer;
};

const byRead = new Map(
	subresources.flatMap((one) => Object.keys(one.reads).map((operation): [string, Subresource] => [operation, one])),
);

const byWrite = new Map(
	subresources.flatMap((one) => one.writes.map((operation): [string, Subresource] => [operation, one])),
);

/** The subresource that an operation reads. */
export const subresourceReadBy = (operation: string): Subresource | undefined => byRead.get(operation);

/** The subresource that an operation changes. */
export const subresourceWrittenBy = (operation: string): Subresource | undefined => byWrite.get(operation);

/** What a server lacks that does not implement a request; undefined where an option of the request may be the cause. */
export const featureOf = (operation: string): string | undefined => {
	if (operation === 'CreateMultipartUpload') return 'multipart uploads, or not with these options';
	const answer = expected.get(operation);
	if (answer) return answer.mayBeEmpty ? undefined : answer.name;
	const written = byWrite.get(operation);
	if (!written || written.id === 'uploads') return undefined;
	return `${operation.startsWith('Delete') ? 'deleting' : 'setting'} ${written.name}`;
};
