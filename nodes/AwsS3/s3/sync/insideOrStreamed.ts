import { HeadObjectCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isStop } from '../failure';
import { isOneService } from '../pairs/oneBucket';
import { tagsOrNone } from '../settings/tagging';

/** Whether keys may read an object that has this ETag, with its tags. */
const mayRead = async (s3: S3, source: ObjectAt, IfMatch?: string): Promise<boolean> =>
	await s3
		.send(new HeadObjectCommand({ Bucket: source.bucket, Key: source.key, VersionId: source.versionId, IfMatch }))
		.then(async () => await tagsOrNone(s3, source))
		.then(
			() => true,
			(error) => {
				if (isStop(error)) throw error;
				return false;
			},
		);

/**
 * Decides, for a run, whether S3 can copy an object on the server, or its content has to be streamed. Within a connection it can.
 * Between connections to one service, the first copy tests whether the keys of the destination may read the source.
 */
export const insideOrStreamed = (isBetweenConnections: boolean) => {
	let tried: Promise<boolean> | undefined;
	return async (from: S3, to: S3, source: ObjectAt, etag?: string): Promise<boolean> => {
		if (!isBetweenConnections) return true;
		if (!isOneService(from, to)) return false;
		tried ??= mayRead(to, source, etag);
		return await tried;
	};
};
