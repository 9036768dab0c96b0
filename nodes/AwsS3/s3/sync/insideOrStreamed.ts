import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isStop, statusOf } from '../failure';
import { isOneService } from '../pairs/oneBucket';
import { tagsOrNone } from '../settings/tagging';

/** Whether keys may read an object that has this ETag, with its tags; undefined if the answer says nothing of that. */
const mayRead = async (s3: S3, source: ObjectAt, IfMatch?: string): Promise<boolean | undefined> =>
	await s3
		.send(new HeadObjectCommand({ Bucket: source.bucket, Key: source.key, VersionId: source.versionId, IfMatch }))
		.then(async () => await tagsOrNone(s3, source))
		.then(
			() => true,
			(error) => {
				if (isStop(error)) throw error;
				return statusOf(error) === 403 ? false : undefined;
			},
		);

/**
 * Decides, for a run, whether S3 can copy an object on the server, or its content has to be streamed. Within a connection it can.
 * Between connections to one service, the first copy tests whether the keys of the destination may read the source. An object that
 * is gone or has changed, or a server that is busy, decides for that object only.
 */
export const insideOrStreamed = (isBetweenConnections: boolean) => {
	let tried: Promise<boolean | undefined> | undefined;
	return async (from: S3, to: S3, source: ObjectAt, etag?: string): Promise<boolean> => {
		if (!isBetweenConnections) return true;
		if (!isOneService(from, to)) return false;
		const trying = (tried ??= mayRead(to, source, etag));
		const answer = await trying;
		if (answer === undefined && tried === trying) tried = undefined;
		return answer ?? false;
	};
};
