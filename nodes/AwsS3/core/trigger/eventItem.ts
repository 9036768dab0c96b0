import type { IDataObject } from 'n8n-workflow';
import type { ChangeName, Happening } from '../../s3/changes/happenings';
import type { ObjectEvent, PreviousObject } from '../../s3/changes/objectEvent';
import type { Look } from '../../s3/changes/watched';

const isoOf = (time: number) => new Date(time).toISOString();

const previousOf = ({ size, etag, lastModified, storageClass }: Look): PreviousObject => ({
	...{ size, etag, lastModified: isoOf(lastModified), storageClass },
});

const presentOf = ({ size, etag, lastModified, storageClass, versionId, isDeleteMarker }: Look) => ({
	...(!isDeleteMarker && { size, etag }),
	lastModified: isoOf(lastModified),
	...(versionId !== undefined && { versionId }),
	...(!isDeleteMarker && { storageClass }),
});

/** An event as the trigger reports it. */
export const objectEventOf = (
	bucket: string,
	key: string,
	{ event, now, before, isLatest }: Happening,
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
