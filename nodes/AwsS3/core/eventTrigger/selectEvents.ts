import type { INodeExecutionData } from 'n8n-workflow';
import type { S3 } from '../../s3/client/client';
import { statusOf } from '../../s3/failure';
import { headObject } from '../../s3/list/headObject';
import type { ScanVerdict } from '../../s3/changes/malwareScan';
import { scanTag, scanVerdict } from '../../s3/changes/malwareScan';
import type { S3Event, S3EventName } from '../../s3/events/eventNames';
import { isGone } from '../../s3/events/eventNames';
import { identityOf } from '../../s3/events/seenEvents';
import { tagsOf } from '../../s3/settings/tagging';
import { filterOf } from '../filters/filters';
import { tagsAsJson } from '../objectFields/tags';
import type { Selection } from './settings';

/** How many objects are remembered whose scan was reported. */
const maxReported = 10_000;

const eventOfVerdict: Record<Exclude<ScanVerdict, 'pending'>, S3EventName> = {
	clean: 'created',
	infected: 'infected',
	notScanned: 'scanFailed',
};

/** Events after which the tags may tell the result of a scan. */
const mayBeScanned = new Set<S3EventName>(['created', 'infected', 'scanFailed', 'scanned', 'tagsChanged']);

/** The tags of an object; undefined if it is no more. */
const currentTags = async (s3: S3, { bucket, key, versionId }: S3Event) =>
	await tagsOf(s3, { bucket, key, versionId }).then(tagsAsJson, (error: unknown) => {
		if (statusOf(error) === 404) return undefined;
		throw error;
	});

/** What the event alone does not tell of an object. Nothing for one that is no more. */
const withExtras = async (s3: S3, event: S3Event, join: ReadonlySet<string>): Promise<S3Event> => {
	if (isGone(event.event)) return event;
	const { bucket, key, versionId } = event;
	const [tags, head] = await Promise.all([
		join.has('tags') ? currentTags(s3, event) : undefined,
		join.has('metadata') ? headObject(s3, { bucket, key, versionId }) : undefined,
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
 * Gives a function that selects events: by name, bucket, key and size, and by the result of the malware scan. It may ask S3 for
 * tags and metadata. The result of a scan is an event of its own; with *Wait for Malware Scan*, a clean one is what *created* is.
 */
export const eventSelector = ({ names, prefix, bucket, filters, onlyClean, join }: Selection, s3: S3) => {
	const passes = filterOf(filters);
	/** The events that told of scans, by their objects. One that comes again after a failure tells of it again. */
	const reported = new Map<string, string | undefined>();
	const looksAtScan = onlyClean || names.has('infected') || names.has('scanFailed');
	const placeOf = (event: S3Event) => JSON.stringify([event.bucket, event.key, event.versionId]);

	/** The result of a scan, the first time that it is seen. */
	const resultOf = async (event: S3Event): Promise<S3Event[]> => {
		const isNew = event.event === 'created';
		// Its scan comes after it, also if it has the content of the one before.
		if (isNew) reported.delete(placeOf(event));
		// Without waiting, its tags are looked at when they change.
		if (!mayBeScanned.has(event.event) || (isNew && !onlyClean)) return [];
		const tags = event.tags && scanTag in event.tags ? event.tags : await currentTags(s3, event);
		const verdict = scanVerdict(tags ?? {});
		const place = placeOf(event);
		const isTold = reported.has(place) && reported.get(place) !== identityOf(event);
		if (verdict === 'pending' || isTold) return [];
		const name = eventOfVerdict[verdict];
		if (name === 'created' && !onlyClean) return [];
		reported.set(place, identityOf(event));
		const [oldest] = reported.keys();
		if (reported.size > maxReported && oldest !== undefined) reported.delete(oldest);
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

/** The item of an event: without what only the trigger needs. */
export const itemOf = ({ id: _id, opaqueData: _secret, ...event }: S3Event): INodeExecutionData => ({
	json: { ...event, ...(event.previous && { previous: { ...event.previous } }) },
});
