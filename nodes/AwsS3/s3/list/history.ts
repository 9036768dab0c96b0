import type { ObjectVersion } from '@aws-sdk/client-s3';
import type { ListedMembers } from './listedInXml';

/** A version of an object, or a delete marker. */
export type Version = ListedMembers & { Key: string; isDeleteMarker: boolean };

/** Why the versions of a key are not known well enough to change anything. */
export type HistoryFault = 'noCurrent' | 'manyCurrent' | 'sameId' | 'unknownOrder' | 'wrongTimes';

/** All versions and delete markers of one key, newest first. With a fault, the order is only the likely one. */
export interface History {
	key: string;
	versions: Version[];
	fault?: HistoryFault;
}

/** The versions of one key as a server has listed them. */
export interface Listing {
	entries: Version[];
	/** Whether the server is known to list versions and delete markers in one order, newest first. */
	isInOrder: boolean;
	/** How many pages the entries come from. */
	pages: number;
}

/** The version ID; S3 calls a version from before versioning `null`. */
export const idOf = ({ VersionId }: Pick<ObjectVersion, 'VersionId'>) => VersionId || 'null';

const timeOf = ({ LastModified }: Version) => LastModified?.getTime() ?? NaN;

const isSame = (one: Version, other: Version) =>
	one.isDeleteMarker === other.isDeleteMarker && Object.is(timeOf(one), timeOf(other));

/** How often a delete marker follows a version or a version a delete marker. */
const switchesIn = (entries: Version[]) =>
	entries.filter((entry, index) => index > 0 && entry.isDeleteMarker !== entries[index - 1]?.isDeleteMarker).length;

const neverRises = (entries: Version[]) =>
	entries.every((entry, index) => {
		const before = entries[index - 1];
		return !before || timeOf(before) >= timeOf(entry);
	});

/** Whether these entries, of one kind, are listed newest first: by their times, or by the current version among equal ones. */
const isNewestFirst = (entries: Version[]) => {
	const [first] = entries;
	const last = entries.at(-1);
	if (!first || !last || !neverRises(entries)) return false;
	return first.IsLatest === true || timeOf(first) > timeOf(last);
};

/**
 * Whether the order of a listing tells more than the times do: versions and delete markers of this key alternate within one
 * page, which no server does that lists them in groups.
 */
const isMixed = ({ entries, pages }: Listing) =>
	pages === 1 && switchesIn(entries) > 1 && neverRises(entries) && entries[0]?.IsLatest === true;

/** Sorts the versions of a key by time, the current one first; `isCertain` is false if the times do not tell the order. */
const byTime = (entries: Version[]) => {
	const isCurrent = ({ IsLatest }: Version) => (IsLatest ? 1 : 0);
	const versions = [...entries].sort((a, b) => isCurrent(b) - isCurrent(a) || timeOf(b) - timeOf(a));
	const ordered = [true, false].map((isMarker) =>
		isNewestFirst(entries.filter(({ isDeleteMarker }) => isDeleteMarker === isMarker)),
	);
	const isCertain = versions.every((version, index) => {
		const newer = versions[index - 1];
		if (!newer || timeOf(newer) > timeOf(version)) return true;
		if (timeOf(newer) !== timeOf(version)) return false;
		if (newer.IsLatest) return true;
		return newer.isDeleteMarker === version.isDeleteMarker && ordered[version.isDeleteMarker ? 0 : 1] === true;
	});
	return { versions, isCertain };
};

/** Each version once: some servers repeat the last one of a page on the next. */
const distinct = (entries: Version[]) => {
	const byId = new Map<string, Version>();
	let isClear = true;
	for (const entry of entries) {
		const known = byId.get(idOf(entry));
		if (known && !isSame(known, entry)) isClear = false;
		if (!known) byId.set(idOf(entry), entry);
	}
	return { entries: [...byId.values()], isClear };
};

/**
 * The history of a key from a listing in any order. Names the fault if the listing contradicts itself or if nothing tells
 * the order, rather than guess.
 */
export const historyFrom = (key: string, listing: Listing): History => {
	const { entries, isClear } = distinct(listing.entries);
	const isTrusted = listing.isInOrder || isMixed({ ...listing, entries });
	const { versions, isCertain } = isTrusted ? { versions: entries, isCertain: true } : byTime(entries);
	const current = versions.filter(({ IsLatest }) => IsLatest).length;
	const faultOf = (): HistoryFault | undefined => {
		if (!isClear) return 'sameId';
		if (current !== 1) return current === 0 ? 'noCurrent' : 'manyCurrent';
		return isCertain && versions[0]?.IsLatest ? undefined : 'unknownOrder';
	};
	const fault = faultOf();
	return { key, versions, ...(fault && { fault }) };
};
