import { deleteObject } from '../delete/deleteObjects';
import { s3Failure } from '../failure';
import type { Version } from '../list/history';
import { idOf } from '../list/history';
import { headObject } from '../list/headObject';
import type { Source } from '../pairs/source';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt } from '../pairs/sides';
import { ifMatches } from '../write/conditionalWrite';

/** What was written in a run. */
export interface Written {
	versions: number;
	deleteMarkers: number;
}

/** Versions to append to what the destination has of a key. */
export interface Appending {
	from: Source;
	to: Side;
	key: string;
	/** Oldest first. */
	append: readonly Version[];
	/** The newest version of the destination; absent if it knows nothing of the key. */
	newest?: Version;
	written: Written;
}

/** A version as what a copy is made of. Servers without versions do not know the ID of the only one. */
const entryOf = (key: string, version: Version): Entry => ({
	...{ key, size: version.Size ?? 0, lastModified: version.LastModified, etag: version.ETag },
	storageClass: version.StorageClass,
	...(!(version.IsLatest && idOf(version) === 'null') && { from: { versionId: idOf(version) } }),
});

/** Deletes the current object without a version, which puts a delete marker on top of it. */
const appendMarker = async ({ s3, ...side }: Side, key: string, etag: string | undefined) => {
	const at = objectAt(side, key);
	if (etag !== undefined) {
		await ifMatches(s3, { ...at, etag }, 'conditionalDelete', async ({ IfMatch }) => {
			await deleteObject(s3, { ...at, etag: IfMatch });
		});
		return;
	}
	// S3 has no condition for a key without an object.
	if (await headObject(s3, at))
		throw s3Failure({ code: 'PreconditionFailed', status: 412, message: `'${key}' was created again in the meantime` });
	const { DeleteMarker } = await deleteObject(s3, at);
	// Without one, the rest of the history would come on top of nothing, and no later run could tell it from another one.
	if (!DeleteMarker)
		throw s3Failure({
			...{ code: 'NoDeleteMarker', connection: s3.connection, operation: 'DeleteObject', ...at },
			message: 'The server creates no delete marker for a key without an object',
		});
};

/**
 * Appends versions to the history of a key, each on condition that the previous one is still the newest. Throws with
 * status 412 if another program writes between them.
 */
export const appendVersions = async ({ from, to, key, append, newest, written }: Appending, signal: AbortSignal) => {
	const own = endedBy(to, signal);
	let etag = newest?.isDeleteMarker ? undefined : newest?.ETag;
	for (const version of append) {
		if (version.isDeleteMarker) {
			await appendMarker(own, key, etag);
			etag = undefined;
			written.deleteMarkers++;
			continue;
		}
		const { ETag } = await from.copy({ to: own, entry: entryOf(key, version), key, replaces: etag }, signal);
		etag = ETag ?? (await headObject(own.s3, objectAt(own, key)))?.ETag;
		written.versions++;
	}
};
