import type { S3 } from '../client/client';
import type { S3Failure } from '../failure';
import { s3Failure } from '../failure';
import type { History, Version } from './history';
import { idOf } from './history';

/** The version that was the current one at a time; undefined if there was no object. */
export const versionAt = (time: Date, { versions }: History): Version | undefined => {
	const then = versions.find(({ LastModified }) => LastModified !== undefined && LastModified <= time);
	return then?.isDeleteMarker ? undefined : then;
};

/** Whether a version may be on either side of a time: S3 keeps whole seconds, and this one is in the second of the time. */
export const isInDoubt = (time: Date, { versions }: History): boolean =>
	versions.some(
		({ LastModified }) =>
			LastModified?.getMilliseconds() === 0 && Math.abs(LastModified.getTime() - time.getTime()) < 1000,
	);

/** The hint for `isInDoubt`, with the label of the field that has the time. */
export const doubtHint = (label: string) =>
	`An object changed in the same second as '${label}'. S3 records times in whole seconds, so check the result, or choose a time a few seconds earlier or later.`;

/**
 * The error for a key whose state at a time is lost; undefined for all others. A write or a deletion while versioning is off or
 * suspended has the version ID `null`, and replaces the one before it that has this ID. So if it is later than the time, nothing
 * tells what there was before, not even whether there was an object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export const lostStateAt = (s3: S3, bucket: string, time: Date, { key, versions }: History): S3Failure | undefined => {
	const isLost = versions.some(
		(version) => idOf(version) === 'null' && !(version.LastModified !== undefined && version.LastModified <= time),
	);
	if (!isLost) return undefined;
	return s3Failure({
		code: 'EarlierStateLost',
		message: `The bucket had no versioning when '${key}' was written, so its earlier content is unknown`,
		connection: s3.connection,
		operation: 'ListObjectVersions',
		bucket,
		key,
	});
};
