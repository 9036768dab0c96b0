/** The events that both trigger nodes report. Workflows compare the names, so these never change. */
export type ObjectEventName =
	| 'created'
	| 'modified'
	| 'deleted'
	/** A copy of an archived object can be read. */
	| 'restored'
	/** Another storage class, with the same content. */
	| 'storageClassChanged'
	/** Other tags, with the same content. */
	| 'tagsChanged'
	/** The malware scan has tagged the object as infected. */
	| 'infected';

/** How an object was before an event. Dates are in ISO 8601. */
export interface PreviousObject {
	size?: number;
	/** Without quotes. */
	etag?: string;
	lastModified?: string;
	storageClass?: string;
}

/**
 * One event: the JSON of an item of both trigger nodes. `Name` is one of the events of the trigger. Unknown values are absent;
 * of a deleted object, `size`, `etag` and `lastModified` are absent, and `previous` has the last known ones.
 */
export interface ObjectEvent<Name extends string = ObjectEventName> {
	event: Name;
	bucket: string;
	key: string;
	/** Bytes. */
	size?: number;
	/** Without quotes. */
	etag?: string;
	/** In ISO 8601. */
	lastModified?: string;
	versionId?: string;
	storageClass?: string;
	/** Whether this version is the current one, where versions are watched. */
	isLatest?: boolean;
	previous?: PreviousObject;
	metadata?: Record<string, string>;
	tags?: Record<string, string>;
}
