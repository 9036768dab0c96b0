import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { hasDigestAsEtag } from './same';

/** Takes the bytes of an object as they come, and says at their end whether they are the right ones. */
export interface Verification {
	update(bytes: Uint8Array): void;
	holds(): boolean;
}

const hashed = (algorithm: string, encoding: 'base64' | 'hex', expected: string): Verification => {
	const hash = createHash(algorithm);
	return { update: (bytes) => hash.update(bytes), holds: () => hash.digest(encoding) === expected };
};

const summed = (expected: string): Verification => {
	let sum = 0;
	return {
		update: (bytes) => {
			sum = crc32(bytes, sum);
		},
		holds: () => {
			const bytes = Buffer.alloc(4);
			bytes.writeUInt32BE(sum);
			return bytes.toString('base64') === expected;
		},
	};
};

/** A checksum of parts is one of checksums, which says nothing about the bytes as a whole. */
const isWhole = (checksum?: string) => checksum !== undefined && !/-\d+$/.test(checksum);

/**
 * What S3 tells of a whole object that its bytes can be compared with: a checksum, else an ETag that is their MD5.
 * Undefined where it tells nothing that can be computed here.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
export const verificationOf = (head: GetObjectCommandOutput): Verification | undefined => {
	const { ChecksumSHA256, ChecksumSHA1, ChecksumCRC32, ChecksumType, ETag = '' } = head;
	if (ChecksumType === 'COMPOSITE') return undefined;
	if (ChecksumSHA256 && isWhole(ChecksumSHA256)) return hashed('sha256', 'base64', ChecksumSHA256);
	if (ChecksumSHA1 && isWhole(ChecksumSHA1)) return hashed('sha1', 'base64', ChecksumSHA1);
	if (ChecksumCRC32 && isWhole(ChecksumCRC32)) return summed(ChecksumCRC32);
	return hasDigestAsEtag(head) ? hashed('md5', 'hex', ETag.replaceAll('"', '')) : undefined;
};
