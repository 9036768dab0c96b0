import type { History, Version } from './history';
import { idOf } from './history';
import { versionAt } from './stateAtTime';

/** Rules for deleting old versions. */
export interface Retention {
	/** How many of the newest old versions of each key to keep. */
	keep: number;
	/** Delete only versions that were replaced or deleted before this time. */
	oldSince: Date;
	/** Whether to delete a delete marker that no longer hides a version. */
	loneMarkers: boolean;
}

/**
 * The old versions and delete markers of a key to delete; never a current object. As for S3's lifecycle rules, a version
 * is old from the time of the next one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#non-current-days-calculations
 */
export const versionsToPurge = ({ versions }: History, { keep, oldSince, loneMarkers }: Retention): Version[] => {
	let kept = 0;
	const gone = versions.filter((version, index) => {
		const next = versions[index - 1];
		// Some servers list delete markers before versions, so the first entry need not be the current one.
		if (!next || version.IsLatest) return false;
		if (kept < keep && !version.isDeleteMarker) {
			kept++;
			return false;
		}
		// A delete marker between kept versions belongs to their history.
		if (kept < keep) return false;
		return next.LastModified !== undefined && next.LastModified < oldSince;
	});
	const [current] = versions;
	const isLone = current?.isDeleteMarker && gone.length === versions.length - 1;
	const isOld = current?.LastModified !== undefined && current.LastModified < oldSince;
	return loneMarkers && current && isLone && isOld ? [...gone, current] : gone;
};

/** The step that restores a key: copy an old version on top, or delete the current object. */
export type Step =
	| {
			step: 'restore';
			versionId: string;
			/** The current version, if it may be a copy of the old one already. */
			mayBeCopy?: string;
	  }
	| { step: 'delete' };

/** Whether one of two versions may be a copy of the other: S3 gives the copy of a multipart upload another ETag. */
const mayBeCopies = (one: Version, other: Version) => {
	const isDigest = ({ ETag = '' }: Version) => /^"?[0-9a-f]{32}"?$/.test(ETag);
	if (one.isDeleteMarker || other.isDeleteMarker || one.Size === undefined || one.Size !== other.Size) return false;
	return one.ETag === other.ETag || !isDigest(one) || !isDigest(other);
};

/**
 * The step that restores a key to its state at a time; undefined if nothing has changed.
 *
 * | then           | now            | step    |
 * | -------------- | -------------- | ------- |
 * | version A      | version A      | none    |
 * | version A      | version B      | restore |
 * | version A      | deleted        | restore |
 * | no object      | a version      | delete  |
 * | no object      | deleted        | none    |
 */
export const restoreStep = (time: Date, history: History): Step | undefined => {
	const [now] = history.versions;
	const then = versionAt(time, history);
	if (!now) return undefined;
	if (!then) return now.isDeleteMarker ? undefined : { step: 'delete' };
	if (then === now) return undefined;
	return { step: 'restore', versionId: idOf(then), ...(mayBeCopies(then, now) && { mayBeCopy: idOf(now) }) };
};
