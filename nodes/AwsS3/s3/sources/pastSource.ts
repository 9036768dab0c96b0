import { listHistories, refusalOf } from '../list/versions';
import { withTimes } from '../list/versionTimes';
import { idOf } from '../list/history';
import { isInDoubt, lostStateAt, versionAt } from '../list/stateAtTime';
import type { Copier, LeaveOut, Source } from '../pairs/source';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, entryOf } from '../pairs/sides';
import { originalsIn } from './bucketSource';

/** Entries in a page. */
const pageSize = 1000;

/** A time, and what to call for a key whose versions may be before or after it. */
interface Past {
	time: Date;
	onDoubt: () => void;
}

async function* pagesAt(side: Side, { time, onDoubt }: Past, leaveOut?: LeaveOut): AsyncGenerator<Entry[]> {
	let page: Entry[] = [];
	for await (const one of listHistories(side.s3, { Bucket: side.bucket, Prefix: side.prefix || undefined })) {
		const history = withTimes(one);
		const refusal = refusalOf(side.s3, side.bucket, history);
		if (refusal) throw refusal;
		if (isInDoubt(time, history)) onDoubt();
		const lost = lostStateAt(side.s3, side.bucket, time, history);
		if (lost) {
			// Otherwise the key would seem to be gone, and a mirror would delete its copy.
			if (!leaveOut) throw lost;
			if (leaveOut(entryOf(side, { Key: history.key, Size: history.versions[0]?.Size }), lost)) break;
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
