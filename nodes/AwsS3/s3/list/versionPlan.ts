import type { History, Version } from './versions';

/** Which old versions may go. */
export interface Retention {
	/** How many old versions of each key stay, the newest ones. */
	keep: number;
	/** Only what has been old, that is replaced or deleted, since before this time goes. */
	oldSince: Date;
	/** Whether a delete marker goes of which nothing is left that it could hide. */
	loneMarkers: boolean;
}

/**
 * The old versions and delete markers of a key that may go; what is current never does. A version is old from the time of
 * the next one, as for S3's lifecycle rules.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html#non-current-days-calculations
 */
export const versionsToPurge = ({ versions }: History, { keep, oldSince, loneMarkers }: Retention): Version[] => {
	let kept = 0;
	const gone = versions.filter((version, index) => {
		const next = versions[index - 1];
		if (!next) return false;
		if (kept < keep && !version.isDeleteMarker) {
			kept++;
			return false;
		}
		// A marker among those that are kept is a part of their history.
		if (kept < keep) return false;
		return next.LastModified !== undefined && next.LastModified < oldSince;
	});
	const [current] = versions;
	const isLone = current?.isDeleteMarker && gone.length === versions.length - 1;
	const isOld = current?.LastModified !== undefined && current.LastModified < oldSince;
	return loneMarkers && current && isLone && isOld ? [...gone, current] : gone;
};

/** What brings a key back to how it was: its version of then is copied on top, or what has come since is deleted. */
export type Step = { step: 'restore'; versionId: string } | { step: 'delete' };

/**
 * The step that a key needs to be as it was at a time; undefined where it is so already.
 *
 * | then           | now            | step    |
 * | -------------- | -------------- | ------- |
 * | version A      | version A      | none    |
 * | version A      | another one    | restore |
 * | version A      | deleted        | restore |
 * | not there      | a version      | delete  |
 * | not there      | deleted        | none    |
 */
export const restoreStep = (time: Date, { versions }: History): Step | undefined => {
	const [now] = versions;
	const then = versions.find(({ LastModified }) => LastModified !== undefined && LastModified <= time);
	if (!now) return undefined;
	if (!then || then.isDeleteMarker) return now.isDeleteMarker ? undefined : { step: 'delete' };
	return then === now ? undefined : { step: 'restore', versionId: then.VersionId ?? 'null' };
};
