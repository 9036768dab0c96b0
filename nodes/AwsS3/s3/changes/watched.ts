/** How far a restore from the archive is. `unknown` where the listing was not asked for it. */
export type Restore = 'unknown' | 'none' | 'inProgress' | 'restored';

/** An object, or a version of it, as a listing shows it. */
export interface Look {
	/** Bytes. */
	size: number;
	/** Without quotes. */
	etag: string;
	/** In milliseconds since 1970. S3 gives that of the start of an upload in parts, so it tells nothing about order. */
	lastModified: number;
	storageClass: string;
	restore: Restore;
	/** Whether it is a delete marker, where versions are watched. */
	isDeleteMarker?: boolean;
	versionId?: string;
}

/** What is known of a key: its current object, and which versions it has, where versions are watched. */
export interface Watched extends Look {
	key: string;
	/** A hash of its tags, where these are watched. */
	tags?: string;
	/** Fingerprints of all its versions, newest first. */
	versions?: readonly string[];
	/** The versions themselves, newest first. Only a listing has them, the state does not. */
	history?: readonly Look[];
}

/** What the state has of a key from now on: nothing, if it has no `entry`. */
export interface Change {
	key: string;
	entry?: Watched;
}

/** Pages of objects in the order of their keys. */
export type WatchedPages = AsyncIterable<Watched[]>;
