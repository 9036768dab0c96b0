import type { CurrentObject, ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { s3Failure, withDetails } from '../failure';
import { isOwnFile } from '../ownFiles';
import { listPages } from '../list/list';
import type { Listed } from '../list/list';
import type { Entry } from './march';

/** One side of a transfer: the objects of a bucket whose keys begin with a prefix. */
export interface Side {
	s3: S3;
	bucket: string;
	prefix: string;
}

/** The address of an entry of a side. */
export const objectAt = ({ bucket, prefix }: Omit<Side, 's3'>, key: string): CurrentObject => ({
	bucket,
	key: prefix + key,
});

/** The address of the original of an entry. */
export const originalAt = (side: Omit<Side, 's3'>, { key, from }: Pick<Entry, 'key' | 'from'>): ObjectAt => ({
	...objectAt(side, from?.key ?? key),
	...(from?.versionId !== undefined && { versionId: from.versionId }),
});

/** What the keys of both sides begin with. */
export interface Prefixes {
	/** Absent where originals are no objects. */
	sourcePrefix?: string;
	destinationPrefix: string;
}

/**
 * Whether a key is that of a job's file, at the destination or as it was before its mapping. A prefix may end inside of the folder
 * of jobs.
 */
export const isJobFile = (
	{ sourcePrefix, destinationPrefix }: Prefixes,
	{ key, source }: { key: string; source?: Pick<Entry, 'key' | 'from'> },
): boolean => {
	if (isOwnFile(destinationPrefix + key)) return true;
	return (
		source !== undefined && sourcePrefix !== undefined && isOwnFile(sourcePrefix + (source.from?.key ?? source.key))
	);
};

/** The same side, with requests that end with a signal. */
export const endedBy = (side: Side, signal: AbortSignal): Side => ({ ...side, s3: side.s3.endedBy(signal) });

/** An object of a listing as an entry. Throws if it is not below the prefix of the side. */
export const entryOf = (
	{ s3, bucket, prefix }: Side,
	{ Key, Size, LastModified, ETag, StorageClass }: Listed,
): Entry => {
	if (!Key.startsWith(prefix))
		throw s3Failure({
			...{ code: 'UnexpectedAnswer', operation: 'ListObjectsV2', lacks: 'prefixes of listings', got: 'other keys' },
			...{ message: `The server lists '${Key}' below '${prefix}'`, connection: s3.connection, bucket },
		});
	return {
		key: Key.slice(prefix.length),
		size: Size ?? 0,
		lastModified: LastModified,
		etag: ETag,
		storageClass: StorageClass,
	};
};

/**
 * Lists a side page by page, with the keys below its prefix: to leave out a prefix that all have keeps their order. Throws if
 * the server lists something else; failures name the bucket, because there are two.
 */
export async function* pagesOf(side: Side): AsyncGenerator<Entry[]> {
	const { s3, bucket, prefix } = side;
	const pages = listPages(s3, { Bucket: bucket, Prefix: prefix || undefined });
	const nextPage = async () =>
		await pages.next().catch((error) => {
			throw withDetails(error, { bucket });
		});
	try {
		for (let page = await nextPage(); !page.done; page = await nextPage())
			yield page.value.objects.map((object) => entryOf(side, object));
	} finally {
		await pages.return(undefined);
	}
}
