import type { INodeExecutionData } from 'n8n-workflow';
import type { S3 } from '../../s3/client/client';
import { forgetOldest } from '../../s3/flow/recentNames';
import type { ScanVerdict } from '../../s3/changes/malwareScan';
import { scanTag, scanVerdict } from '../../s3/changes/malwareScan';
import type { S3Event, S3EventName } from '../../s3/events/eventNames';
import { isGone } from '../../s3/events/eventNames';
import { identityOf } from '../../s3/events/seenEvents';
import { filterOf } from '../filters/filters';
import { headIfThere, tagsIfThere } from '../io/objectExtras';
import type { Selection } from './checkedParams';

/** The events with scan results, by object. One that is delivered again after a failure reports it again. */
export type ReportedScans = Map<string, string | undefined>;

/** How many objects with reported scans to remember. */
const maxReported = 10_000;

const eventOfVerdict: Record<Exclude<ScanVerdict, 'pending'>, S3EventName> = {
	clean: 'created',
	infected: 'infected',
	notScanned: 'scanFailed',
};

/** Events after which the tags may contain a scan result. */
const mayBeScanned = new Set<S3EventName>(['created', 'infected', 'scanFailed', 'scanned', 'tagsChanged']);

/** Data about an object that its event lacks. Empty if the object no longer exists. */
const withExtras = async (s3: S3, event: S3Event, join: ReadonlySet<string>): Promise<S3Event> => {
	if (isGone(event.event)) return event;
	const { bucket, key, versionId } = event;
	const [tags, head] = await Promise.all([
		join.has('tags') ? tagsIfThere(s3, event) : undefined,
		join.has('metadata') ? headIfThere(s3, { bucket, key, versionId }) : undefined,
	]);
	return {
		...event,
		...(tags && { tags }),
		...(head && {
			size: head.ContentLength,
			etag: head.ETag?.replaceAll('"', ''),
			lastModified: head.LastModified?.toISOString(),
			storageClass: head.StorageClass ?? 'STANDARD',
			metadata: head.Metadata ?? {},
		}),
	};
};

/**
 * Returns a function that selects events by name, bucket, key, size and malware scan result. It may request tags and
 * metadata from S3. A scan result is a separate event; with *Wait for Malware Scan*, a clean result is the event
 * *created*.
 */
export const eventSelector = (
	{ names, prefix, bucket, filters, onlyClean, join }: Selection,
	s3: S3,
	reported: ReportedScans = new Map(),
) => {
	const passes = filterOf(filters);
	const looksAtScan = onlyClean || names.has('infected') || names.has('scanFailed');
	const placeOf = (event: S3Event) => JSON.stringify([event.bucket, event.key, event.versionId]);

	/** The result of a scan, when first seen. */
	const resultOf = async (event: S3Event): Promise<S3Event[]> => {
		const isNew = event.event === 'created';
		// Its scan follows, even if the content is the same as before.
		if (isNew) reported.delete(placeOf(event));
		// Without waiting, read its tags when they change.
		if (!mayBeScanned.has(event.event) || (isNew && !onlyClean)) return [];
		const tags = event.tags && scanTag in event.tags ? event.tags : await tagsIfThere(s3, event);
		const verdict = scanVerdict(tags ?? {});
		const place = placeOf(event);
		const isTold = reported.has(place) && reported.get(place) !== identityOf(event);
		if (verdict === 'pending' || isTold) return [];
		const name = eventOfVerdict[verdict];
		if (name === 'created' && !onlyClean) return [];
		reported.set(place, identityOf(event));
		forgetOldest(reported, maxReported);
		return [{ ...event, event: name, tags }];
	};

	const ofScan = async (event: S3Event): Promise<S3Event[]> => {
		if (!looksAtScan) return [event];
		const isReplaced = event.event === 'created' ? onlyClean : /^(scanned|infected|scanFailed)$/.test(event.event);
		return [...(isReplaced ? [] : [event]), ...(await resultOf(event))];
	};

	return async (events: readonly S3Event[]): Promise<S3Event[]> => {
		const ofPlace = events.filter(
			(event) =>
				(bucket === '' || event.bucket === bucket) &&
				event.key.startsWith(prefix) &&
				passes({ Key: event.key, Size: event.size }),
		);
		const all = (await Promise.all(ofPlace.map(ofScan))).flat();
		const wanted = all.filter(({ event }) => names.has(event));
		return join.size === 0 ? wanted : await Promise.all(wanted.map(async (event) => await withExtras(s3, event, join)));
	};
};

/** The item of an event, without the fields that only the trigger needs. */
export const itemOf = ({ id: _id, opaqueData: _secret, ...event }: S3Event): INodeExecutionData => ({
	json: { ...event, ...(event.previous && { previous: { ...event.previous } }) },
});
