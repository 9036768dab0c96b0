import { Crc32, Crc32c, Crc64Nvme } from '@aws-sdk/checksums/crc';
import type { ChecksumAlgorithm, ChecksumType, UploadPartCommandInput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';

/** Algorithms for which S3 computes the checksum of the full object from those of its parts. */
const fullObjectAlgorithms: Array<ChecksumAlgorithm | undefined> = ['CRC32', 'CRC32C', 'CRC64NVME'];

/** Takes the bytes of a part as they come, and returns the members of UploadPart that S3 compares them with. */
interface PartSum {
	update(bytes: Uint8Array): void;
	members(): Promise<Partial<UploadPartCommandInput>>;
}

const summed = (
	sum: Crc32 | Crc32c | Crc64Nvme,
	member: (value: string) => Partial<UploadPartCommandInput>,
): PartSum => ({
	update: (bytes) => sum.update(bytes),
	members: async () => member(Buffer.from(await sum.digest()).toString('base64')),
});

const hashed = (algorithm: string, member: (value: string) => Partial<UploadPartCommandInput>): PartSum => {
	const hash = createHash(algorithm);
	return { update: (bytes) => hash.update(bytes), members: async () => member(hash.digest('base64')) };
};

const partSums: Partial<Record<ChecksumAlgorithm, () => PartSum>> = {
	CRC32: () => summed(new Crc32(), (ChecksumCRC32) => ({ ChecksumCRC32 })),
	CRC32C: () => summed(new Crc32c(), (ChecksumCRC32C) => ({ ChecksumCRC32C })),
	CRC64NVME: () => summed(new Crc64Nvme(), (ChecksumCRC64NVME) => ({ ChecksumCRC64NVME })),
	SHA1: () => hashed('sha1', (ChecksumSHA1) => ({ ChecksumSHA1 })),
	SHA256: () => hashed('sha256', (ChecksumSHA256) => ({ ChecksumSHA256 })),
};

/**
 * The checksum of a part that is not in memory: the SDK could only compute it while it sends the part, and send it behind it,
 * which many compatible servers do not understand. Without an algorithm an MD5, which all of them compare.
 */
export const partSumFor = (algorithm?: ChecksumAlgorithm): PartSum => {
	const begin = algorithm ? partSums[algorithm] : () => hashed('md5', (ContentMD5) => ({ ContentMD5 }));
	if (!begin) throw new Error(`The algorithm '${algorithm ?? ''}' is not supported for parts`);
	return begin();
};

/**
 * Checksums of a multipart upload. S3 verifies each part, and on completion the full object if `update` has had its bytes.
 * Computes the checksum of the full object here only for CRC32, which costs almost nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const checksumFor = (algorithm?: ChecksumAlgorithm) => {
	const type: ChecksumType | undefined = fullObjectAlgorithms.includes(algorithm) ? 'FULL_OBJECT' : undefined;
	const sum = algorithm === 'CRC32' ? new Crc32() : undefined;
	/** Members of CompleteMultipartUpload that describe the full object of `size` bytes. */
	const ofWhole = async (size: number) => ({
		...(algorithm && { MpuObjectSize: size }),
		...(type && { ChecksumType: type }),
		...(sum && { ChecksumCRC32: Buffer.from(await sum.digest()).toString('base64') }),
	});
	return {
		ChecksumAlgorithm: algorithm,
		ChecksumType: type,
		update: (bytes: Uint8Array) => sum?.update(bytes),
		ofWhole,
	};
};
