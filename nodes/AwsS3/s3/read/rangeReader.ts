import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { collect } from '../flow/collect';
import type { MemoryBudget } from '../flow/memoryBudget';
import { download } from './download';

/** An object that is read at any position, and that must not change during the read. */
export interface Ranges {
	size: number;
	/** Gives the bytes from `start` up to but without `end`. */
	fetch(start: number, end: number): Promise<Buffer>;
	/** The same as they come. */
	stream(start: number, end: number): Promise<AsyncIterable<Buffer>>;
}

/** Opens an object to read it in ranges. A range fails if the object has changed since. */
export const rangeReader = async (
	s3: S3,
	{ bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt,
	budget: MemoryBudget,
): Promise<Ranges> => {
	const { ContentLength: size = 0, ETag: IfMatch } = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
	const stream = async (start: number, end: number) => {
		const Range = `bytes=${start}-${end - 1}`;
		return (await download(s3, { Bucket, Key, VersionId, IfMatch, Range }, { budget })).body;
	};
	return { size, stream, fetch: async (start, end) => await collect(await stream(start, end)) };
};
