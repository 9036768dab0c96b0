interface Lacks {
	/** Keys are paths of files: none with `//` or a slash at its beginning, none that is also the folder of others. */
	keysBesidePaths: boolean;
	/** `x-amz-copy-source-if-match` on a copy is ignored. */
	conditionalSource: boolean;
	/** An object with a key of the customer's cannot be copied. */
	encryptedCopy: boolean;
	/** An empty retention, which takes the lock off, is malformed to it. */
	emptyRetention: boolean;
	/** A policy with `s3:DeleteObject` on the objects does not allow to delete many in one request: it is asked of the bucket. */
	deleteManyByObjects: boolean;
	/** No policy allows to copy a part from an object of somebody else. */
	copiedPartByPolicy: boolean;
	/** Tags given when a multipart upload is created are dropped. */
	tagsOfMultipart: boolean;
	/** Settings of buckets that it ignores, lists the bucket for, or refuses. */
	settings: RegExp;
	/** Settings that it does not replace by an empty one: without a topic, and for a bucket without Object Lock. */
	emptySettings: RegExp;
	/** Settings that cannot be read, set, read and deleted there as on Amazon S3, and what is said then; some can in part. */
	cycles: Array<[settings: RegExp, says: string]>;
	/** Actions of IAM that it does not know, so that it refuses a policy which names them. */
	unknownActions: RegExp;
}

const nothing: Lacks = {
	keysBesidePaths: false,
	conditionalSource: false,
	encryptedCopy: false,
	emptyRetention: false,
	deleteManyByObjects: false,
	copiedPartByPolicy: false,
	tagsOfMultipart: false,
	settings: /^$/,
	emptySettings: /^$/,
	cycles: [],
	unknownActions: /^$/,
};

/** By the kind of server. */
const known: Record<string, Lacks> = {
	/** Ceph RGW 16.2 */
	ceph: {
		keysBesidePaths: false,
		conditionalSource: true,
		encryptedCopy: true,
		emptyRetention: true,
		deleteManyByObjects: true,
		copiedPartByPolicy: true,
		tagsOfMultipart: true,
		settings: /^(analytics|encryption|intelligentTiering|inventory|logging|metrics|ownershipControls|website)$/,
		emptySettings: /^objectLock$/,
		cycles: [
			[
				/^(accelerate|analytics|encryption|intelligentTiering|inventory|logging|metrics|ownershipControls|replication|website)$/,
				'does not support',
			],
			// Topics have to be there.
			[/^notification$/, 'S3 rejected this combination of settings'],
			// One that was deleted is read as one with all switches off.
			[/^publicAccessBlock$/, 'Received: {"BlockPublicAcls": false, "BlockPublicPolicy": false'],
		],
		unknownActions:
			/^kms:|^s3:(Get|Put)(Analytics|Encryption|IntelligentTiering|Inventory|Metrics)Configuration$|^s3:(Get|Put)BucketOwnershipControls$|^s3:GetObject(Version)?Attributes$|^s3:\w+Annotations?$/,
	},
	/** MinIO of 2026-02-12 */
	minio: {
		...nothing,
		keysBesidePaths: true,
		settings: /^(analytics|cors|intelligentTiering|inventory|metrics|ownershipControls|publicAccessBlock)$/,
		emptySettings: /^(logging|objectLock)$/,
		cycles: [
			[
				/^(analytics|cors|intelligentTiering|inventory|metrics|ownershipControls|publicAccessBlock)$/,
				'does not support',
			],
			[/^(accelerate|encryption|notification|requestPayment|website)$/, 'S3 rejected this combination of settings'],
			// Its policies know no services as principals.
			[/^logging$/, 'invalid Principal'],
			[/^replication$/, 'XMinioAdminRemoteArnInvalid'],
		],
		unknownActions:
			/^kms:|Acl$|CORS$|^s3:(Get|Put)(Accelerate|Analytics|IntelligentTiering|Inventory|Metrics)Configuration$|^s3:(Get|Put|Delete)Bucket(OwnershipControls|PublicAccessBlock|RequestPayment|Website|Logging)$|^s3:\w+Annotations?$/,
	},
	/** OpenStack Swift 2.30 */
	swift: {
		...nothing,
		settings: /./,
		cycles: [
			// The bucket of the logs needs a policy.
			[/^logging$/, 'The requested resource is not implemented'],
			[/^(?!versioning$)/, 'does not support'],
		],
	},
	/** Amazon S3, by its documentation: no run has met it yet. */
	aws: {
		...nothing,
		// Policies of buckets have actions of S3 only.
		unknownActions: /^kms:/,
		// Only a bucket with versioning can get a configuration of Object Lock.
		emptySettings: /^objectLock$/,
	},
	/** Versity S3 Gateway 1.8.0 */
	versitygw: {
		...nothing,
		keysBesidePaths: true,
		emptyRetention: true,
		settings:
			/^(analytics|encryption|intelligentTiering|inventory|lifecycle|logging|metrics|notification|publicAccessBlock|replication)$/,
		emptySettings: /^objectLock$/,
		unknownActions: /^kms:|^s3:(Get|Put)ObjectVersionAcl$|^s3:\w+Annotations?$/,
	},
	/** fauxqs 2.4.1 */
	fauxqs: { ...nothing, settings: /^(?!lifecycle$)/ },
	/** moto 5.2.5 */
	moto: {
		...nothing,
		settings: /^(analytics|intelligentTiering|metrics)$/,
		emptySettings: /^objectLock$/,
		cycles: [
			[/^(analytics|intelligentTiering|metrics|requestPayment)$/, 'does not support'],
			[/^inventory$/, 'NoSuchInventoryConfig'],
			// It loses the prefix.
			[/^replication$/, '+         "Prefix": ""'],
		],
	},
};

const { kind = 'ceph' }: { kind?: string } = JSON.parse(process.env.TEST_S3 ?? '{}');

/**
 * What the server of these tests does otherwise than S3. A test that meets one of them expects what the server does, so that
 * a better server makes it fail, and its line here goes. What needs no test of its own is in `servers/<name>.json`.
 */
export const lacks = known[kind] ?? nothing;
