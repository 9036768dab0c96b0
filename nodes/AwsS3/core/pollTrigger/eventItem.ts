import type { IDataObject } from 'n8n-workflow';
import type { ChangeName, KeyEvent } from '../../s3/changes/keyEvents';
import type { ObjectEvent, PreviousObject } from '../../s3/changes/objectEvent';
import type { Snapshot } from '../../s3/changes/watchedObject';

const isoOf = (time: number) => new Date(time).toISOString();

const previousOf = ({ size, etag, lastModified, storageClass }: Snapshot): PreviousObject => ({
	...{ size, etag, lastModified: isoOf(lastModified), storageClass },
});

const presentOf = ({ size, etag, lastModified, storageClass, versionId, isDeleteMarker }: Snapshot) => ({
	...(!isDeleteMarker && { size, etag }),
	lastModified: isoOf(lastModified),
	...(versionId !== undefined && { versionId }),
	...(!isDeleteMarker && { storageClass }),
});

/** An event as the trigger reports it. */
export const objectEventOf = (
	bucket: string,
	key: string,
	{ event, now, before, isLatest }: KeyEvent,
): ObjectEvent<ChangeName> => ({
	...{ event, bucket, key },
	...(now && presentOf(now)),
	...(isLatest !== undefined && { isLatest }),
	...(before && !before.isDeleteMarker && { previous: previousOf(before) }),
});

/** The JSON of an item. */
export const jsonOf = ({ previous, ...event }: ObjectEvent<ChangeName>): IDataObject => ({
	...event,
	...(previous && { previous: { ...previous } }),
});
