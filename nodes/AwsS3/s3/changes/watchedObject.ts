/** The status of a restore from the archive. `unknown` if the listing did not ask for it. */
export type Restore = 'unknown' | 'none' | 'inProgress' | 'restored';

/** An object, or a version of it, as a listing shows it. */
export interface Snapshot {
	/** Bytes. */
	size: number;
	/** Without quotes. */
	etag: string;
	/** In milliseconds since 1970. For multipart uploads the time of their start, so it says nothing about the order of events. */
	lastModified: number;
	storageClass: string;
	restore: Restore;
	/** Whether it is a delete marker. Only if versions are watched. */
	isDeleteMarker?: boolean;
	versionId?: string;
}

/** A key as watched: its current object and, if versions are watched, their fingerprints. */
export interface Watched extends Snapshot {
	key: string;
	/** A hash of its tags. Only if tags are watched. */
	tags?: string;
	/** Fingerprints of all its versions, newest first. */
	versions?: readonly string[];
	/** The versions themselves, newest first. Only in listings, not in the state. */
	history?: readonly Snapshot[];
}

/** A change of the state: the new entry of a key; none if the key is gone. */
export interface Change {
	key: string;
	entry?: Watched;
}

/** Pages of objects in the order of their keys. */
export type WatchedPages = AsyncIterable<Watched[]>;
