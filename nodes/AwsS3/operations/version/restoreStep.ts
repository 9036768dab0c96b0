import { hasMd5Etag } from '../../s3/contentIdentity';
import type { History, Version } from '../../s3/list/history';
import { idOf } from '../../s3/list/history';
import { versionAt } from '../../s3/list/stateAtTime';

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
	if (one.isDeleteMarker || other.isDeleteMarker || one.Size === undefined || one.Size !== other.Size) return false;
	return one.ETag === other.ETag || !hasMd5Etag(one) || !hasMd5Etag(other);
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
