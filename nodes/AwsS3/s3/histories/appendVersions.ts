import { deleteObject } from '../delete/deleteObjects';
import type { S3 } from '../client/client';
import { s3Failure } from '../failure';
import type { Version } from '../list/history';
import { idOf } from '../list/history';
import { headObject } from '../list/headObject';
import type { Source } from '../pairs/source';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt } from '../pairs/sides';
import { evenAfterStop } from '../write/afterStop';
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
	/** Whether a copy is whole once S3 has made it; else it gets what belongs to it afterwards. */
	isWhole: boolean;
	written: Written;
}

/** A version as what a copy is made of. Servers without versions do not know the ID of the only one. */
const entryOf = (key: string, version: Version): Entry => ({
	...{ key, size: version.Size ?? 0, lastModified: version.LastModified, etag: version.ETag },
	storageClass: version.StorageClass,
	...(!(version.IsLatest && idOf(version) === 'null') && { from: { versionId: idOf(version) } }),
});

/**
 * Whether a repeated copy could come on top of the first one: the server may not look at the condition, or what the destination has
 * may be of the same content, so that the condition holds again.
 */
const mayDouble = ({ capabilities }: S3, { Size }: Version, newest: { size?: number; etag?: string }) => {
	if (capabilities.conditionalCopy !== 'yes' || capabilities.conditionalPut !== 'yes') return true;
	return newest.etag !== undefined && Size === newest.size;
};

/** Deletes the current object without a version, which puts a delete marker on top of it. */
const appendMarker = async (to: Side, key: string, etag: string | undefined) => {
	const at = objectAt(to, key);
	const isConditional = etag !== undefined && to.s3.capabilities.conditionalDelete === 'yes';
	const s3 = isConditional ? to.s3 : to.s3.sendingOnce();
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

/** Copies a version, with what belongs to it even after a stop: later runs would take it for whole. */
const appendCopy = async ({ from, isWhole }: Appending, copy: Parameters<Source['copy']>[0], signal: AbortSignal) =>
	isWhole
		? await from.copy(copy, signal)
		: await evenAfterStop(copy.to.s3, 'giveUp', async (s3) =>
				from.copy({ ...copy, to: { ...copy.to, s3 } }, s3.signal ?? signal),
			);

/**
 * Appends versions to the history of a key, each on condition that the previous one is still the newest. Throws with
 * status 412 if another program writes between them; and where only another look can tell whether a version was appended.
 */
export const appendVersions = async (appending: Appending, signal: AbortSignal) => {
	const { to, key, append, newest, isWhole, written } = appending;
	const own = endedBy(to, signal);
	let etag = newest?.isDeleteMarker ? undefined : newest?.ETag;
	let size = newest?.Size;
	let top: { versionId?: string } | undefined = newest && !newest.isDeleteMarker ? { versionId: idOf(newest) } : {};
	for (const version of append) {
		if (version.isDeleteMarker) {
			await appendMarker(own, key, etag);
			etag = undefined;
			top = {};
			written.deleteMarkers++;
			continue;
		}
		const s3 = mayDouble(own.s3, version, { size, etag }) ? own.s3.sendingOnce() : own.s3;
		const copy = { to: { ...own, s3 }, entry: entryOf(key, version), key, replaces: etag, onTopOf: top };
		const { ETag, VersionId } = await appendCopy(appending, copy, signal);
		// Ceph does not name the version that it copies; the next one needs the name only if a lost answer would cost what belongs to it.
		const needsId = VersionId === undefined && !isWhole && version !== append.at(-1);
		const head = ETag === undefined || needsId ? await headObject(own.s3, objectAt(own, key)) : undefined;
		etag = ETag ?? head?.ETag;
		const versionId = VersionId ?? head?.VersionId;
		size = version.Size;
		top = versionId === undefined ? undefined : { versionId };
		written.versions++;
	}
};
