/** In the order of use: the rarer the data is read, the later. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
export const storageClasses = [
	{ name: 'Standard', value: 'STANDARD', description: 'For frequently accessed data' },
	{
		name: 'Intelligent Tiering',
		value: 'INTELLIGENT_TIERING',
		description: 'S3 moves objects to the cheapest suitable tier automatically',
	},
	{ name: 'Standard Infrequent Access', value: 'STANDARD_IA', description: 'For data accessed about once a month' },
	{
		name: 'One Zone Infrequent Access',
		value: 'ONEZONE_IA',
		description: 'Like Standard-IA, but stored in a single Availability Zone',
	},
	{ name: 'Glacier Instant Retrieval', value: 'GLACIER_IR', description: 'Archive with instant access' },
	{ name: 'Glacier Flexible Retrieval', value: 'GLACIER', description: 'Archive, restored within minutes to hours' },
	{ name: 'Glacier Deep Archive', value: 'DEEP_ARCHIVE', description: 'Cheapest archive, restored within hours' },
	{ name: 'Reduced Redundancy', value: 'REDUCED_REDUNDANCY', description: 'Not recommended by AWS' },
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
export const objectAcls = [
	{ name: 'Authenticated Read', value: 'authenticated-read', description: 'Anyone with an AWS account can read' },
	{ name: 'AWS Exec Read', value: 'aws-exec-read', description: 'EC2 can read machine images' },
	{
		name: 'Bucket Owner Full Control',
		value: 'bucket-owner-full-control',
		description: 'The bucket owner has full access',
	},
	{ name: 'Bucket Owner Read', value: 'bucket-owner-read', description: 'The bucket owner can read' },
	{ name: 'Private', value: 'private', description: 'Only the owner has access' },
	{ name: 'Public Read', value: 'public-read', description: 'Anyone on the internet can read' },
	{
		name: 'Public Read Write',
		value: 'public-read-write',
		description: 'Anyone on the internet can read and write',
	},
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const checksumAlgorithms = [
	{ name: 'CRC32', value: 'CRC32' },
	{ name: 'CRC32C', value: 'CRC32C' },
	{ name: 'CRC64NVME', value: 'CRC64NVME' },
	{ name: 'SHA1', value: 'SHA1' },
	{ name: 'SHA256', value: 'SHA256' },
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html */
export const realEncryptions = [
	{ name: 'SSE-KMS', value: 'aws:kms', description: 'With a key in AWS KMS' },
	{ name: 'SSE-KMS, Dual Layer', value: 'aws:kms:dsse', description: 'Two layers of encryption with a key in AWS KMS' },
	{ name: 'SSE-S3', value: 'AES256', description: 'With keys that S3 manages' },
] as const;

/** The encryptions of an object, including the default of its bucket. */
export const encryptions = [
	{ name: 'None', value: 'none', description: "Uses the bucket's default encryption" },
	...realEncryptions,
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html */
export const ownerships = [
	{
		name: 'Bucket Owner Enforced',
		value: 'BucketOwnerEnforced',
		description: 'ACLs are disabled (recommended by AWS)',
	},
	{
		name: 'Bucket Owner Preferred',
		value: 'BucketOwnerPreferred',
		description: "The bucket owner owns objects uploaded with the ACL 'Bucket Owner Full Control'",
	},
	{ name: 'Object Writer', value: 'ObjectWriter', description: 'The uploading account owns its objects' },
] as const;

/** Compares by name, for `sort`. */
export const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name, 'en');

/** How fast S3 restores archived objects. https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects-retrieval-options.html */
export const restoreTiers = [
	{ name: 'Bulk', value: 'Bulk', description: 'Cheapest: 5 to 12 hours, from Deep Archive up to 48 hours' },
	{ name: 'Expedited', value: 'Expedited', description: '1 to 5 minutes, not from Deep Archive' },
	{ name: 'Standard', value: 'Standard', description: '3 to 5 hours, from Deep Archive up to 12 hours' },
] as const;

/**
 * The default of 'Test Access', by the type of credential. n8n leaves the field out of what it saves where its group is closed,
 * so the test needs it as well.
 */
export const testedAccess = { awsS3Api: 'list', awsS3DestinationApi: 'write' } as const;
