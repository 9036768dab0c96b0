import type { S3 } from '../../../s3/client/client';
import { listVersions } from '../../../s3/list/versions';

/** What a listing of objects does not show. */
export interface VersionCounts {
	noncurrentVersions: number;
	noncurrentBytes: number;
	deleteMarkers: number;
}

interface Place {
	Bucket: string;
	Prefix?: string;
}

/** Counts noncurrent versions and delete markers. `onSeen` is told of each version. */
export const countVersions = async (s3: S3, at: Place, onSeen: (count: number) => void): Promise<VersionCounts> => {
	const counts: VersionCounts = { noncurrentVersions: 0, noncurrentBytes: 0, deleteMarkers: 0 };
	for await (const { isDeleteMarker, IsLatest, Size = 0 } of listVersions(s3, at)) {
		onSeen(1);
		if (isDeleteMarker) counts.deleteMarkers++;
		else if (!IsLatest) {
			counts.noncurrentVersions++;
			counts.noncurrentBytes += Size;
		}
	}
	return counts;
};
