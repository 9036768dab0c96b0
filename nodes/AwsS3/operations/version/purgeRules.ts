import type { History, Version } from '../../s3/list/history';

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
