/**
 * What Ceph RGW 16.2, the server of these tests, does otherwise than S3. A test that meets one of them expects what the
 * server does, so that a better server makes it fail, and its line here goes.
 */
export const lacks = {
	/** `x-amz-copy-source-if-match` on a part is ignored. */
	conditionalPartCopy: true,
	/** An object with a key of the customer's cannot be copied. */
	encryptedCopy: true,
	/** An empty retention, which takes the lock off, is malformed to it. */
	emptyRetention: true,
	/** A policy with `s3:DeleteObject` on the objects does not allow to delete many in one request: it is asked of the bucket. */
	deleteManyByObjects: true,
	/** No policy allows to copy a part from an object of somebody else. */
	copiedPartByPolicy: true,
	/** Tags given when a multipart upload is created are dropped. */
	tagsOfMultipart: true,
	/** A trust policy with `sts:ExternalId` refuses also those who give the right one. */
	externalId: true,
	/** Settings of buckets that it ignores, lists the bucket for, or refuses. */
	settings: /^(analytics|encryption|intelligentTiering|inventory|logging|metrics|ownershipControls|website)$/,
	/** Settings that it does not replace by an empty one: without a topic, and for a bucket without Object Lock. */
	emptySettings: /^(notification|objectLock)$/,
	/** Actions of IAM that it does not know, so that it refuses a policy which names them. */
	unknownActions:
		/^kms:|^s3:(Get|Put)(Analytics|Encryption|IntelligentTiering|Inventory|Metrics)Configuration$|^s3:(Get|Put)BucketOwnershipControls$|^s3:GetObject(Version)?Attributes$/,
};
