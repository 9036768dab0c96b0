import { listHistories, refusalOf } from '../list/versions';
import { withTimes } from '../list/versionTimes';
import type { History } from '../list/history';
import { idOf } from '../list/history';
import type { Copier } from '../sync/copier';
import type { LeaveOut, Source } from '../sync/look';
import type { Entry } from '../sync/march';
import type { Side } from '../sync/sides';
import { endedBy, entryOf } from '../sync/sides';
import { originalsIn } from './bucketSource';

/** Entries in a page. */
const pageSize = 1000;

/** A side at a time, and what is told of a key whose versions may be on either side of the time. */
interface Past {
	time: Date;
	onDoubt: () => void;
}

/** S3 keeps whole seconds, so what was written in the second of a time may be on either side of it. */
const isInDoubt = (time: Date, { versions }: History) =>
	versions.some(
		({ LastModified }) =>
			LastModified?.getMilliseconds() === 0 && Math.abs(LastModified.getTime() - time.getTime()) < 1000,
	);

/** The version that was the current one at a time; undefined if there was no object. */
const versionAt = (time: Date, { versions }: History) => {
	const then = versions.find(({ LastModified }) => LastModified !== undefined && LastModified <= time);
	return then?.isDeleteMarker ? undefined : then;
};

/** A write without a version ID has replaced the object before it, so the state at an earlier time is unknown. */
const isForgotten = (time: Date, { versions }: History) =>
	versions.some(
		(version) => idOf(version) === 'null' && version.LastModified !== undefined && version.LastModified > time,
	);

const forgotten = (key: string) =>
	new Error(`The bucket had no versioning when '${key}' was written, so its earlier content is unknown`);

async function* pagesAt(side: Side, { time, onDoubt }: Past, leaveOut?: LeaveOut): AsyncGenerator<Entry[]> {
	let page: Entry[] = [];
	for await (const history of listHistories(side.s3, { Bucket: side.bucket, Prefix: side.prefix || undefined })) {
		const refusal = refusalOf(side.s3, side.bucket, withTimes(history));
		if (refusal) throw refusal;
		if (isInDoubt(time, history)) onDoubt();
		if (isForgotten(time, history)) {
			leaveOut?.(entryOf(side, { Key: history.key, Size: history.versions[0]?.Size }), forgotten(history.key));
			continue;
		}
		const version = versionAt(time, history);
		if (!version) continue;
		const { Key, Size, LastModified, ETag, StorageClass } = version;
		const listed = { Key, Size, LastModified, ETag, StorageClass };
		page.push({ ...entryOf(side, listed), from: { versionId: idOf(version) } });
		if (page.length < pageSize) continue;
		yield page;
		page = [];
	}
	if (page.length > 0) yield page;
}

/**
 * The objects of a side as they were at a time, each with the version that was the current one. What was overwritten since without
 * a version is left out as a failure, so that a mirror deletes nothing. Its pages throw if the server
 * does not tell the order of the versions of a key.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html
 */
export const pastSource = (side: Side, copier: Copier, past: Past): Source => ({
	...originalsIn(side, copier),
	pages: (signal, leaveOut) => pagesAt(endedBy(side, signal), past, leaveOut),
});
