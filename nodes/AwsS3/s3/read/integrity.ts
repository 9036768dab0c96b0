import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { hasMd5Etag } from '../contentIdentity';

/** Takes the bytes of an object as they come, and says at their end whether they are the right ones. */
export interface Verification {
	update(bytes: Uint8Array): void;
	holds(): Promise<boolean>;
}

const hashed = (algorithm: string, encoding: 'base64' | 'hex', expected: string): Verification => {
	const hash = createHash(algorithm);
	return { update: (bytes) => hash.update(bytes), holds: async () => hash.digest(encoding) === expected };
};

const summed = (Sum: typeof Crc32 | typeof Crc32c | typeof Crc64Nvme, expected: string): Verification => {
	const sum = new Sum();
	return {
		update: (bytes) => sum.update(bytes),
		holds: async () => Buffer.from(await sum.digest()).toString('base64') === expected,
	};
};

/** A checksum of parts is one of checksums, which says nothing about the bytes as a whole. */
const isWhole = (checksum?: string): checksum is string => checksum !== undefined && !/-\d+$/.test(checksum);

/**
 * What S3 returns of a whole object to compare its bytes with: a checksum, the cheapest to compute first, else an ETag
 * that is their MD5. Undefined where it tells nothing of the whole.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const verificationOf = (head: GetObjectCommandOutput): Verification | undefined => {
	const { ChecksumCRC32, ChecksumCRC32C, ChecksumCRC64NVME, ChecksumSHA1, ChecksumSHA256, ETag = '' } = head;
	if (head.ChecksumType !== 'COMPOSITE') {
		if (isWhole(ChecksumCRC32)) return summed(Crc32, ChecksumCRC32);
		if (isWhole(ChecksumSHA256)) return hashed('sha256', 'base64', ChecksumSHA256);
		if (isWhole(ChecksumSHA1)) return hashed('sha1', 'base64', ChecksumSHA1);
		if (isWhole(ChecksumCRC32C)) return summed(Crc32c, ChecksumCRC32C);
		if (isWhole(ChecksumCRC64NVME)) return summed(Crc64Nvme, ChecksumCRC64NVME);
	}
	return hasMd5Etag(head) ? hashed('md5', 'hex', ETag.replaceAll('"', '')) : undefined;
};
