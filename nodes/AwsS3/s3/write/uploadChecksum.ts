import { Crc32 } from '@aws-sdk/checksums/crc';
import type { ChecksumAlgorithm, ChecksumType } from '@aws-sdk/client-s3';

/** The checksums that S3 can put together from those of the parts. */
const ofWholes: Array<ChecksumAlgorithm | undefined> = ['CRC32', 'CRC32C', 'CRC64NVME'];

/**
 * How an upload in parts is checked: S3 compares each part as it arrives, and at the end the whole, so that whoever
 * downloads it can do so as well. The whole is summed up here for CRC32 only, which costs next to nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export const checksumFor = (algorithm?: ChecksumAlgorithm) => {
	const type: ChecksumType | undefined = ofWholes.includes(algorithm) ? 'FULL_OBJECT' : undefined;
	const sum = algorithm === 'CRC32' ? new Crc32() : undefined;
	async function* along<T extends { bytes: Uint8Array }>(parts: AsyncIterable<T>) {
		for await (const part of parts) {
			sum?.update(part.bytes);
			yield part;
		}
	}
	/** What is said of the whole when it is completed. */
	const ofWhole = async (size: number) => ({
		...(algorithm && { MpuObjectSize: size }),
		...(type && { ChecksumType: type }),
		...(sum && { ChecksumCRC32: Buffer.from(await sum.digest()).toString('base64') }),
	});
	return { ChecksumAlgorithm: algorithm, ChecksumType: type, along, ofWhole };
};
