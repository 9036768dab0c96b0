import { createHash } from 'node:crypto';
import type { Tag } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';
import { fixedLimit } from '../flow/concurrencyLimit';
import { poolAll } from '../flow/pool';
import { tagsOf } from '../settings/tagging';
import type { Watched, WatchedPages } from './watchedObject';

/** Requests in flight at the same time. */
const inParallel = 20;

/** A hash of tags, independent of their order. */
const hashOf = (tags: Tag[]) => {
	const pairs = tags.map(({ Key, Value }) => JSON.stringify([Key, Value])).sort();
	return createHash('sha256').update(pairs.join('\n')).digest('hex').slice(0, 16);
};

const tagsNow = async (s3: S3, bucket: string, key: string): Promise<string | undefined> =>
	await tagsOf(s3, { bucket, key }).then(hashOf, (error: unknown) => {
		// Deleted since the listing.
		if (statusOf(error) !== 404) throw error;
		return undefined;
	});

/** The same pages with a hash of the tags of each accepted object. Sends one request per accepted object. */
export async function* withTags(
	s3: S3,
	bucket: string,
	pages: WatchedPages,
	accepts: (object: Watched) => boolean,
): AsyncGenerator<Watched[]> {
	const settings = { limit: fixedLimit(inParallel), signal: s3.signal };
	for await (const page of pages)
		yield await poolAll(page, settings, async (object, signal) => {
			if (object.isDeleteMarker || !accepts(object)) return object;
			const tags = await tagsNow(s3.endedBy(signal), bucket, object.key);
			return tags === undefined ? object : { ...object, tags };
		});
}
