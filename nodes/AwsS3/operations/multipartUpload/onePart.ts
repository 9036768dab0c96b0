import type { UploadPartCommandInput, UploadPartCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../../s3/client/client';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import { claimsOn } from '../../s3/flow/memoryBudget';
import { chunker } from '../../s3/parts/chunker';
import type { Repeatable } from '../../s3/write/conditionalUpload';
import { maxPartSize } from '../../s3/parts/partSize';
import { checkLength, nextPart, throwIfMore, tooLarge } from '../../s3/parts/cutParts';
import { temporaryFiles } from '../../s3/parts/temporaryFile';
import { checksumFor } from '../../s3/parts/uploadChecksum';

/** Where a part goes, and its checksum. */
type Target = Pick<UploadPartCommandInput, 'Bucket' | 'Key' | 'UploadId' | 'PartNumber' | 'ChecksumAlgorithm'>;

/** Sends all content as one part, from memory or from a temporary file. Throws if it is too large for a part. */
export const sendAsPart = async (
	s3: S3,
	{ open, length }: Pick<Repeatable, 'open' | 'length'>,
	{ PartNumber = 1, ChecksumAlgorithm, ...at }: Target,
	{ budget, signal }: { budget: MemoryBudget; signal: AbortSignal },
): Promise<{ size: number; sent: UploadPartCommandOutput }> => {
	if (length !== undefined && length > maxPartSize) throw tooLarge(s3, at);
	const source = chunker(await open(), budget, length);
	const memory = claimsOn(budget, signal);
	const files = temporaryFiles(signal);
	const checksum = checksumFor(ChecksumAlgorithm ?? (s3.capabilities.checksums === 'yes' ? 'CRC32' : undefined));
	const cutting = { source, budget, memory, files, checksum };
	try {
		const part = await nextPart(cutting, PartNumber, length ?? maxPartSize, signal);
		await throwIfMore(s3, at, cutting, signal);
		checkLength(part.size, length);
		return { size: part.size, sent: await part.send(s3, at) };
	} finally {
		memory.close();
		await files.close();
		await source.close();
	}
};
