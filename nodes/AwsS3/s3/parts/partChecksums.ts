import type { CompletedPart } from '@aws-sdk/client-s3';

/** The members of a part or of S3's answer to one that hold a checksum. */
export const checksumNames = [
	...(['ChecksumCRC32', 'ChecksumCRC32C', 'ChecksumCRC64NVME', 'ChecksumSHA1', 'ChecksumSHA256'] as const),
	...(['ChecksumSHA512', 'ChecksumMD5', 'ChecksumXXHASH64', 'ChecksumXXHASH3', 'ChecksumXXHASH128'] as const),
] as const;

/** The checksums of a part. */
export type PartChecksums = Pick<CompletedPart, (typeof checksumNames)[number]>;

/**
 * The checksums in S3's answer to a part. S3 wants them again when it makes the object of parts with checksums.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export const partChecksums = (answer: PartChecksums = {}): PartChecksums =>
	Object.fromEntries(checksumNames.map((name) => [name, answer[name]]).filter(([, value]) => value !== undefined));
