import type { ObjectEventName } from './objectEvent';
import type { Snapshot, Watched } from './watchedObject';

/**
 * The events of the polling trigger: those of both triggers, the removal of a delete marker, which restores the object, and a
 * malware scan that was not possible.
 */
export type ChangeName = ObjectEventName | 'undeleted' | 'scanFailed';

/** An event of a key, with the object after and before it. */
export interface KeyEvent {
	event: ChangeName;
	now?: Snapshot;
	before?: Snapshot;
	/** Whether `now` is the current version, where versions are watched. */
	isLatest?: boolean;
}

/** Which differences count as a modification: other content only, or any write, even of identical content. */
export type Modified = 'content' | 'anyWrite';

const hasOtherContent = (before: Snapshot, now: Snapshot) => before.etag !== now.etag || before.size !== now.size;

/** Whether the difference of two snapshots counts as a modification. */
const isModified = (before: Snapshot, now: Snapshot, modified: Modified) =>
	hasOtherContent(before, now) || (modified === 'anyWrite' && before.lastModified !== now.lastModified);

/** The changes besides the content of an object. */
const sideEvents = (before: Watched, now: Watched): ChangeName[] => [
	...(before.storageClass === now.storageClass ? [] : ['storageClassChanged' as const]),
	// Listings without the restore status say nothing about it.
	...(now.restore === 'restored' && /^(none|inProgress)$/.test(before.restore) ? ['restored' as const] : []),
	...(before.tags !== undefined && now.tags !== undefined && before.tags !== now.tags ? ['tagsChanged' as const] : []),
];

const objectEvents = (before: Watched, now: Watched, modified: Modified): KeyEvent[] => {
	const events = isModified(before, now, modified) ? ['modified' as const] : sideEvents(before, now);
	return events.map((event) => ({ event, now, before }));
};

/** The versions of a key. An object without known versions is its only one. */
const historyOf = (watched: Watched | undefined): readonly Snapshot[] => watched?.history ?? (watched ? [watched] : []);

/** The event of a change of the current version; undefined if neither version is an object. */
const stepOf = (before: Snapshot | undefined, now: Snapshot | undefined, isNew: boolean): ChangeName | undefined => {
	const [was, is] = [before && !before.isDeleteMarker, now && !now.isDeleteMarker];
	if (was) return is ? 'modified' : 'deleted';
	if (!is) return undefined;
	return isNew || !before ? 'created' : 'undeleted';
};

/**
 * The events of a key whose versions are watched, the oldest first. They start from the newest version that was known before:
 * if that was not the current one, the current one was deleted permanently. Each newer version is one more event.
 */
const versionEvents = (before: Watched | undefined, now: Watched | undefined, modified: Modified): KeyEvent[] => {
	const history = historyOf(now);
	const known = new Set(before?.versions);
	const at = now?.versions?.findIndex((version) => known.has(version)) ?? -1;
	const kept = at < 0 ? undefined : history[at];
	const isKept = at >= 0 && now?.versions?.[at] === before?.versions?.[0];
	const events: KeyEvent[] = [];
	const step = (from: Snapshot | undefined, to: Snapshot | undefined, isNew: boolean, isLatest: boolean) => {
		const event = stepOf(from, to, isNew);
		if (!event) return;
		if (event === 'modified' && isNew && from && to && !isModified(from, to, modified)) return;
		events.push({ event, now: to, before: event === 'created' ? undefined : from, isLatest });
	};
	const newer = at < 0 ? history : history.slice(0, at);
	// Without versioning, the only version is called `null`, and each write replaces it.
	const isReplaced = before !== undefined && !isKept && newer.at(-1)?.versionId === 'null';
	if (before && !isKept && !isReplaced) step(before, kept, false, at === 0);
	let current = isReplaced ? before : kept;
	for (const [index, version] of [...newer.entries()].reverse()) {
		step(current, version, true, index === 0);
		current = version;
	}
	if (before && now && isKept && at === 0)
		return sideEvents(before, now).map((event) => ({ event, now: history[0], before, isLatest: true }));
	return events;
};

/** The events of a key between two snapshots, the oldest first. */
export const keyEventsOf = (before: Watched | undefined, now: Watched | undefined, modified: Modified): KeyEvent[] => {
	if (before?.versions || now?.versions) return versionEvents(before, now, modified);
	if (!before) return now ? [{ event: 'created', now }] : [];
	if (!now) return [{ event: 'deleted', before }];
	return objectEvents(before, now, modified);
};

const sameVersions = (one: readonly string[] = [], other: readonly string[] = []) =>
	one.length === other.length && one.every((version, index) => version === other[index]);

/** Whether two snapshots of a key are the same, so that the state does not change. */
export const isSame = (before: Watched, now: Watched): boolean =>
	before.etag === now.etag &&
	before.size === now.size &&
	before.lastModified === now.lastModified &&
	before.storageClass === now.storageClass &&
	before.restore === now.restore &&
	before.tags === now.tags &&
	sameVersions(before.versions, now.versions);
