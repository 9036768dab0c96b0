/** Where an action is granted: the bucket, its objects, states of triggers in it, a KMS key, a queue, or everything. */
export type Resource = 'bucket' | 'object' | 'triggerState' | 'kmsKey' | 'queue' | '*';

/** An action with its resource, such as `object s3:GetObject`. */
export type Need = `${Resource} ${string}`;

/** The requests that read, write and remove a setting of a bucket, by its id. */
export const settingRequests = (id: string) => {
	const names: Record<string, string> = {
		cors: 'BucketCors',
		intelligentTiering: 'BucketIntelligentTieringConfiguration',
		objectLock: 'ObjectLockConfiguration',
		ownershipControls: 'BucketOwnershipControls',
		publicAccessBlock: 'PublicAccessBlock',
		requestPayment: 'BucketRequestPayment',
	};
	const configurations = /^(accelerate|analytics|inventory|lifecycle|metrics|notification)$/;
	const capital = `Bucket${id.charAt(0).toUpperCase()}${id.slice(1)}`;
	const name = names[id] ?? (configurations.test(id) ? `${capital}Configuration` : capital);
	// Some have no request of their own to remove them: an empty one is written.
	const isPut = /^(logging|notification|objectLock)$/.test(id);
	return { get: `Get${name}`, set: `Put${name}`, delete: `${isPut ? 'Put' : 'Delete'}${name}` };
};

const settings: Record<string, Need[]> = Object.fromEntries(
	[
		['BucketAccelerateConfiguration', 'AccelerateConfiguration'],
		['BucketAcl', 'BucketAcl'],
		['BucketAnalyticsConfiguration', 'AnalyticsConfiguration'],
		['BucketCors', 'BucketCORS'],
		['BucketEncryption', 'EncryptionConfiguration'],
		['BucketIntelligentTieringConfiguration', 'IntelligentTieringConfiguration'],
		['BucketInventoryConfiguration', 'InventoryConfiguration'],
		['BucketLifecycleConfiguration', 'LifecycleConfiguration'],
		['BucketLogging', 'BucketLogging'],
		['BucketMetricsConfiguration', 'MetricsConfiguration'],
		['BucketNotificationConfiguration', 'BucketNotification'],
		['BucketOwnershipControls', 'BucketOwnershipControls'],
		['BucketPolicy', 'BucketPolicy'],
		['BucketReplication', 'ReplicationConfiguration'],
		['BucketRequestPayment', 'BucketRequestPayment'],
		['BucketTagging', 'BucketTagging'],
		['BucketVersioning', 'BucketVersioning'],
		['BucketWebsite', 'BucketWebsite'],
		['ObjectLockConfiguration', 'BucketObjectLockConfiguration'],
		['PublicAccessBlock', 'BucketPublicAccessBlock'],
	].flatMap(([api, action]): Array<[string, Need[]]> => [
		[`Get${api}`, [`bucket s3:Get${action}`]],
		[`Put${api}`, [`bucket s3:Put${action}`]],
		[`Delete${api}`, [`bucket s3:Put${action}`]],
	]),
);

/**
 * What AWS documents as required for each operation of its API; after a colon, what is required under a condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export const required: Record<string, Need[]> = {
	...settings,
	DeleteBucketPolicy: ['bucket s3:DeleteBucketPolicy'],
	DeleteBucketWebsite: ['bucket s3:DeleteBucketWebsite'],
	GetBucketPolicyStatus: ['bucket s3:GetBucketPolicyStatus'],
	AbortMultipartUpload: ['object s3:AbortMultipartUpload'],
	CompleteMultipartUpload: ['object s3:PutObject'],
	CopyObject: ['object s3:GetObject', 'object s3:PutObject'],
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
	'CopyObject: of an object with tags': ['object s3:GetObjectTagging', 'object s3:PutObjectTagging'],
	'CopyObject: of a version': ['object s3:GetObjectVersion', 'object s3:PutObject'],
	'CopyObject: of a version with tags': ['object s3:GetObjectVersionTagging', 'object s3:PutObjectTagging'],
	CreateBucket: ['bucket s3:CreateBucket'],
	CreateMultipartUpload: ['object s3:PutObject'],
	DeleteBucket: ['bucket s3:DeleteBucket'],
	DeleteObject: ['object s3:DeleteObject'],
	'DeleteObject: of a version': ['object s3:DeleteObjectVersion'],
	DeleteObjects: ['object s3:DeleteObject'],
	'DeleteObjects: of versions': ['object s3:DeleteObjectVersion'],
	DeleteObjectTagging: ['object s3:DeleteObjectTagging'],
	GetBucketLocation: ['bucket s3:GetBucketLocation'],
	GetObject: ['object s3:GetObject'],
	'GetObject: of a version': ['object s3:GetObjectVersion'],
	GetObjectAcl: ['object s3:GetObjectAcl'],
	'GetObjectAcl: of a version': ['object s3:GetObjectVersionAcl'],
	// The page names s3:GetObject only; the API reference asks for both.
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAttributes.html
	GetObjectAttributes: ['object s3:GetObject', 'object s3:GetObjectAttributes'],
	GetObjectLegalHold: ['object s3:GetObjectLegalHold'],
	GetObjectRetention: ['object s3:GetObjectRetention'],
	GetObjectTagging: ['object s3:GetObjectTagging'],
	'GetObjectTagging: of a version': ['object s3:GetObjectVersionTagging'],
	HeadBucket: ['bucket s3:ListBucket'],
	HeadObject: ['object s3:GetObject'],
	// Without it S3 answers 403 for an object that does not exist.
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
	'HeadObject: of a missing object': ['bucket s3:ListBucket'],
	'HeadObject: of a version': ['object s3:GetObjectVersion'],
	ListBuckets: ['* s3:ListAllMyBuckets'],
	ListMultipartUploads: ['bucket s3:ListBucketMultipartUploads'],
	ListObjectsV2: ['bucket s3:ListBucket'],
	ListObjectVersions: ['bucket s3:ListBucketVersions'],
	ListParts: ['object s3:ListMultipartUploadParts'],
	PutObject: ['object s3:PutObject'],
	PutObjectAcl: ['object s3:PutObjectAcl'],
	PutObjectLegalHold: ['object s3:PutObjectLegalHold'],
	PutObjectRetention: ['object s3:PutObjectRetention'],
	PutObjectTagging: ['object s3:PutObjectTagging'],
	RestoreObject: ['object s3:RestoreObject'],
	UploadPart: ['object s3:PutObject'],
	UploadPartCopy: ['object s3:GetObject', 'object s3:PutObject'],
	'UploadPartCopy: of a version': ['object s3:GetObjectVersion', 'object s3:PutObject'],
	'GetObject: of a state': ['triggerState s3:GetObject'],
	'PutObject: of a state': ['triggerState s3:PutObject'],
	'DeleteObject: of a state': ['triggerState s3:DeleteObject'],
	// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
	ReceiveMessage: ['queue sqs:ReceiveMessage'],
	DeleteMessage: ['queue sqs:DeleteMessage'],
	ChangeMessageVisibility: ['queue sqs:ChangeMessageVisibility'],
	GetQueueUrl: ['queue sqs:GetQueueUrl'],
};

const decrypt: Need = 'kmsKey kms:Decrypt';
const generate: Need = 'kmsKey kms:GenerateDataKey';

/**
 * The same for objects that a customer's KMS key encrypts, besides `required`. For parts the page names GenerateDataKey, the
 * API reference both. https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export const requiredWithKms: Record<string, Need[]> = {
	CompleteMultipartUpload: [decrypt],
	CopyObject: [decrypt, generate],
	'CopyObject: of a version': [decrypt, generate],
	CreateMultipartUpload: [generate],
	GetObject: [decrypt],
	'GetObject: of a version': [decrypt],
	'GetObject: of a state': [decrypt],
	'PutObject: of a state': [generate],
	GetObjectAttributes: [decrypt],
	ListParts: [decrypt],
	PutObject: [generate],
	UploadPart: [generate, decrypt],
	UploadPartCopy: [decrypt, generate],
	'UploadPartCopy: of a version': [decrypt, generate],
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html#API_HeadObject_RequestSyntax
	'HeadObject: with checksums': [decrypt],
};

const inParts = ['CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload'];
const write = ['PutObject', ...inParts];
const copy = [
	...['CopyObject', 'CopyObject: of an object with tags'],
	// Above 5 GiB.
	...['HeadObject', 'GetObjectTagging', 'CreateMultipartUpload', 'UploadPartCopy'],
	...['CompleteMultipartUpload', 'AbortMultipartUpload'],
];
const copyVersion = [
	...['HeadObject: of a version', 'GetObjectAcl: of a version'],
	...['CopyObject: of a version', 'CopyObject: of a version with tags', 'GetObjectTagging: of a version'],
	...['CreateMultipartUpload', 'UploadPartCopy: of a version', 'CompleteMultipartUpload', 'AbortMultipartUpload'],
];

/** The operations of AWS's API that a run of each operation with its default options sends to AWS, whatever the objects are. */
export const sends: Record<string, string[]> = {
	// It reports what is not allowed, and needs nothing.
	'access.check': [],
	'access.generatePolicy': [],
	// Nobody needs a permission for sts:GetCallerIdentity.
	// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
	'access.getIdentity': [],
	'bucket.create': ['CreateBucket'],
	'bucket.delete': ['DeleteBucket'],
	'bucket.empty': ['ListObjectsV2', 'DeleteObjects'],
	'bucket.exists': ['HeadBucket'],
	'bucket.get': [
		...['GetBucketLocation', 'GetBucketVersioning', 'GetBucketEncryption', 'GetObjectLockConfiguration'],
		...['GetPublicAccessBlock', 'GetBucketOwnershipControls', 'GetBucketPolicyStatus'],
		...['GetBucketRequestPayment', 'GetBucketAccelerateConfiguration', 'GetBucketTagging'],
	],
	'bucket.getAll': ['ListBuckets'],
	'bucket.getLocation': ['GetBucketLocation'],
	'bucketSetting.delete': ['DeleteBucketLifecycleConfiguration'],
	'bucketSetting.get': ['GetBucketVersioning'],
	'bucketSetting.set': ['PutBucketVersioning'],
	'bucketSetting.setNotification': ['GetBucketNotificationConfiguration', 'PutBucketNotificationConfiguration'],
	'folder.copy': ['ListObjectsV2', ...copy],
	'folder.create': ['PutObject'],
	'folder.delete': ['ListObjectsV2', 'DeleteObjects'],
	'folder.getAll': ['ListObjectsV2'],
	'folder.getStatistics': ['ListObjectsV2'],
	'folder.move': ['ListObjectsV2', ...copy, 'GetObjectAcl', 'HeadObject: with checksums', 'DeleteObject'],
	'folder.unzip': ['HeadObject', 'GetObject', ...write],
	'folder.zip': ['ListObjectsV2', 'GetObject', ...write],
	'multipartUpload.abort': ['AbortMultipartUpload'],
	'multipartUpload.abortStale': ['ListMultipartUploads', 'AbortMultipartUpload'],
	'multipartUpload.complete': ['ListParts', 'CompleteMultipartUpload'],
	'multipartUpload.copyPart': ['UploadPartCopy'],
	'multipartUpload.create': ['CreateMultipartUpload'],
	'multipartUpload.getAll': ['ListMultipartUploads'],
	'multipartUpload.getParts': ['ListParts'],
	'multipartUpload.uploadPart': ['UploadPart'],
	'object.copy': copy,
	// One alone, and several in one request.
	'object.delete': ['DeleteObject', 'DeleteObjects'],
	'object.deleteMany': ['DeleteObjects'],
	'object.deleteTags': ['DeleteObjectTagging'],
	'object.download': ['GetObject'],
	'object.exists': ['HeadObject', 'HeadObject: of a missing object'],
	'object.get': ['HeadObject', 'HeadObject: with checksums'],
	'object.getAcl': ['GetObjectAcl'],
	'object.getAll': ['ListObjectsV2'],
	'object.getAttributes': ['GetObjectAttributes'],
	'object.getLegalHold': ['GetObjectLegalHold'],
	'object.getRetention': ['GetObjectRetention'],
	'object.getTags': ['GetObjectTagging'],
	'object.move': [...copy, 'GetObjectAcl', 'HeadObject: with checksums', 'DeleteObject'],
	'object.read': ['GetObject'],
	'object.restore': ['RestoreObject'],
	'object.setAcl': ['PutObjectAcl'],
	'object.setLegalHold': ['PutObjectLegalHold'],
	'object.setMetadata': [...copy, 'GetObjectAcl'],
	'object.setRetention': ['PutObjectRetention'],
	'object.setStorageClass': [...copy, 'GetObjectAcl'],
	'object.setTags': ['GetObjectTagging', 'PutObjectTagging'],
	'object.upload': write,
	// What the links ask for that they make.
	'presignedUrl.delete': ['DeleteObject'],
	'presignedUrl.download': ['GetObject'],
	'presignedUrl.head': ['HeadObject'],
	'presignedUrl.post': ['PutObject'],
	'presignedUrl.upload': ['PutObject'],
	'presignedUrl.uploadPart': ['UploadPart'],
	'transfer.analyze': ['ListObjectsV2'],
	'transfer.applyPlan': ['ListObjectsV2', 'HeadObject: with checksums', 'GetObject', ...copy],
	'transfer.confirm': ['ListObjectsV2', 'HeadObject: with checksums', 'GetObject', 'PutObject'],
	'transfer.plan': ['ListObjectsV2'],
	'transfer.report': ['ListObjectsV2', 'GetObject'],
	'transfer.run': ['ListObjectsV2', ...copy],
	'transfer.verify': ['ListObjectsV2', 'HeadObject', 'HeadObject: with checksums'],
	'version.delete': ['DeleteObject: of a version', 'DeleteObjects: of versions'],
	'version.getAll': ['ListObjectVersions'],
	'version.purge': ['ListObjectVersions', 'DeleteObject: of a version', 'DeleteObjects: of versions'],
	'version.restore': ['GetBucketVersioning', ...copyVersion],
	'version.restoreFolder': ['GetBucketVersioning', 'ListObjectVersions', ...copyVersion, 'DeleteObject'],
	'version.undelete': ['ListObjectVersions', 'DeleteObject: of a version'],
};

const statesOfTriggers = ['PutObject: of a state', 'GetObject: of a state', 'DeleteObject: of a state'];

/** The same for triggers, by their names: with their default options, and with all of them. */
export const triggersSend: Record<string, { always: string[]; withOptions: string[] }> = {
	awsS3EventTrigger: {
		always: ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueUrl'],
		withOptions: [
			...['HeadObject', 'HeadObject: of a version'],
			...['GetObjectTagging', 'GetObjectTagging: of a version'],
			...['GetBucketNotificationConfiguration', 'PutBucketNotificationConfiguration'],
		],
	},
	awsS3Trigger: {
		always: ['ListObjectsV2', ...statesOfTriggers],
		withOptions: [
			...['ListObjectVersions', 'HeadObject', 'HeadObject: of a version', 'GetObject', 'GetObject: of a version'],
			...['GetObjectTagging', 'GetObjectTagging: of a version'],
		],
	},
};
