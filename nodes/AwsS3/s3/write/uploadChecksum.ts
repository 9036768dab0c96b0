import { Crc32 } from '@aws-sdk/checksums/crc';
import type { ChecksumAlgorithm, ChecksumType } from '@aws-sdk/client-s3';

/** Algorithms for which S3 computes the checksum of the full object from those of its parts. */
const fullObjectAlgorithms: Array<ChecksumAlgorithm | undefined> = ['CRC32', 'CRC32C', 'CRC64NVME'];

/**
 * Checksums of a multipart upload. S3 verifies each part, and on completion the full object if `along` has seen its parts.
 * Computes the checksum of the full object here only for CRC32, which costs almost nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const checksumFor = (algorithm?: ChecksumAlgorithm) => {
	const type: ChecksumType | undefined = fullObjectAlgorithms.includes(algorithm) ? 'FULL_OBJECT' : undefined;
	const sum = algorithm === 'CRC32' ? new Crc32() : undefined;
	async function* along<T extends { bytes: Uint8Array }>(parts: AsyncIterable<T>) {
		for await (const part of parts) {
			sum?.update(part.bytes);
			yield part;
		}
	}
	/** Members of CompleteMultipartUpload that describe the full object of `size` bytes. */
	const ofWhole = async (size: number) => ({
		...(algorithm && { MpuObjectSize: size }),
		...(type && { ChecksumType: type }),
		...(sum && { ChecksumCRC32: Buffer.from(await sum.digest()).toString('base64') }),
	});
	return { ChecksumAlgorithm: algorithm, ChecksumType: type, along, ofWhole };
};
