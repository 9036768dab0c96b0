import type { HeadObjectCommandInput } from '@aws-sdk/client-s3';
import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { ObjectHead } from '../contentIdentity';
import { bareEtag } from '../contentIdentity';
import { maxPartSize } from './partSize';

const MiB = 1024 ** 2;

/**
 * The minimum number of bytes of all parts except the last.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const minOfS3 = 5 * MiB;

/** Sizes of parts in MiB that programs use, the most usual first, for servers that do not tell the size of a part. */
const usualSizes = [8, 16, 5, 10, 15, 20, 25, 32, 50, 64, 100, 128, 256, 512, 1024];

/** How many parts an object was uploaded in, by its ETag; 0 if it was not. */
export const partCountIn = (etag: string | undefined) => Number(/^[0-9a-f]{32}-(\d+)$/.exec(bareEtag(etag))?.[1] ?? 0);

/** The size of the first part if all but the last one can have it; undefined otherwise. */
const ofAll = (first: number, count: number, size: number) =>
	first > 0 && first <= maxPartSize && (count === 1 || first >= minOfS3) && Math.ceil(size / first) === count
		? first
		: undefined;

/**
 * The size in bytes of the parts that an object was uploaded in, so that a copy in the same parts gets the same ETag.
 * Undefined if it was not uploaded in parts, or not in parts of one size. Asks for the first part; servers that do not
 * tell it get the usual size that gives this number of parts.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export const sourcePartSize = async (
	s3: S3,
	at: Pick<HeadObjectCommandInput, 'Bucket' | 'Key' | 'VersionId' | 'SSECustomerAlgorithm' | 'SSECustomerKey'>,
	{ ETag, ContentLength: size = 0 }: ObjectHead,
): Promise<number | undefined> => {
	const count = partCountIn(ETag);
	if (count === 0 || size === 0) return undefined;
	if (count === 1) return ofAll(size, 1, size);
	const first = await s3.send(new HeadObjectCommand({ ...at, PartNumber: 1, IfMatch: ETag }));
	if (first.PartsCount !== undefined) return ofAll(first.ContentLength ?? 0, count, size);
	return usualSizes.map((mib) => ofAll(mib * MiB, count, size)).find((found) => found !== undefined);
};
