import type { ObjectEventName } from './objectEvent';
import type { Look, Watched } from './watched';

/**
 * What the polling trigger reports: besides the events of both triggers, that a delete marker was removed, so the object is there again,
 * and that an object was not scanned for malware.
 */
export type ChangeName = ObjectEventName | 'undeleted' | 'scanFailed';

/** An event of a key: the object now, and the object before. */
export interface Happening {
	event: ChangeName;
	now?: Look;
	before?: Look;
	/** Whether `now` is the current version, where versions are watched. */
	isLatest?: boolean;
}

/** Which difference counts as a modification: other content, or any write, even of the same content. */
export type Modified = 'content' | 'anyWrite';

const hasOtherContent = (before: Look, now: Look) => before.etag !== now.etag || before.size !== now.size;

/** Whether two looks at an object, or at versions of it, differ in what counts as a modification. */
const isModified = (before: Look, now: Look, modified: Modified) =>
	hasOtherContent(before, now) || (modified === 'anyWrite' && before.lastModified !== now.lastModified);

/** What has changed besides the content of an object. */
const sideEvents = (before: Watched, now: Watched): ChangeName[] => [
	...(before.storageClass === now.storageClass ? [] : ['storageClassChanged' as const]),
	// A status that was not asked for tells nothing.
	...(now.restore === 'restored' && /^(none|inProgress)$/.test(before.restore) ? ['restored' as const] : []),
	...(before.tags !== undefined && now.tags !== undefined && before.tags !== now.tags ? ['tagsChanged' as const] : []),
];

const objectEvents = (before: Watched, now: Watched, modified: Modified): Happening[] => {
	const events = isModified(before, now, modified) ? ['modified' as const] : sideEvents(before, now);
	return events.map((event) => ({ event, now, before }));
};

/** The versions of a key as a list: of an object without known versions only itself. */
const historyOf = (watched: Watched | undefined): readonly Look[] => watched?.history ?? (watched ? [watched] : []);

/** What a step from one current version to another means; undefined if there was no object, and is none. */
const stepOf = (before: Look | undefined, now: Look | undefined, isNew: boolean): ChangeName | undefined => {
	const [was, is] = [before && !before.isDeleteMarker, now && !now.isDeleteMarker];
	if (was) return is ? 'modified' : 'deleted';
	if (!is) return undefined;
	return isNew || !before ? 'created' : 'undeleted';
};

/**
 * The events of a key whose versions are watched, the oldest first. They start from the newest version that was known
 * before: if that was not the current one, the current one was deleted permanently. From there, each newer version is a
 * step.
 */
const versionEvents = (before: Watched | undefined, now: Watched | undefined, modified: Modified): Happening[] => {
	const history = historyOf(now);
	const known = new Set(before?.versions);
	const at = now?.versions?.findIndex((version) => known.has(version)) ?? -1;
	const kept = at < 0 ? undefined : history[at];
	const isKept = at >= 0 && now?.versions?.[at] === before?.versions?.[0];
	const events: Happening[] = [];
	const step = (from: Look | undefined, to: Look | undefined, isNew: boolean, isLatest: boolean) => {
		const event = stepOf(from, to, isNew);
		if (!event) return;
		if (event === 'modified' && isNew && from && to && !isModified(from, to, modified)) return;
		events.push({ event, now: to, before: event === 'created' ? undefined : from, isLatest });
	};
	const newer = at < 0 ? history : history.slice(0, at);
	// Without versioning there is one version of that name, and a write replaces it.
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

/** What has happened to a key between two looks at it, the oldest first. */
export const happeningsOf = (
	before: Watched | undefined,
	now: Watched | undefined,
	modified: Modified,
): Happening[] => {
	if (before?.versions || now?.versions) return versionEvents(before, now, modified);
	if (!before) return now ? [{ event: 'created', now }] : [];
	if (!now) return [{ event: 'deleted', before }];
	return objectEvents(before, now, modified);
};

const sameVersions = (one: readonly string[] = [], other: readonly string[] = []) =>
	one.length === other.length && one.every((version, index) => version === other[index]);

/** Whether two looks at a key show the same, so that the state has nothing to learn. */
export const isSame = (before: Watched, now: Watched): boolean =>
	before.etag === now.etag &&
	before.size === now.size &&
	before.lastModified === now.lastModified &&
	before.storageClass === now.storageClass &&
	before.restore === now.restore &&
	before.tags === now.tags &&
	sameVersions(before.versions, now.versions);
