import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import type { KeyEvent } from '../../s3/changes/keyEvents';
import { codeOf, statusOf } from '../../s3/failure';
import { fixedLimit } from '../../s3/flow/concurrencyLimit';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import { poolAll } from '../../s3/flow/pool';
import { download } from '../../s3/read/download';
import type { BinaryStore } from '../io/binary';
import { storeBinary } from '../io/binary';
import { extrasInParallel, headIfThere, tagsIfThere } from '../io/objectExtras';
import { jsonOf, objectEventOf } from './eventItem';

/** Extra data for each item. */
export interface Additions {
	metadata: boolean;
	tags: boolean;
	/** The binary field for the content; undefined for none. */
	contentField?: string;
	/** The maximum content size, in bytes. */
	maxContent: number;
}

/** What turns events into items. */
interface Joining {
	s3: S3;
	n8n: BinaryStore;
	bucket: string;
	additions: Additions;
	budget: MemoryBudget;
}

/** An event with its key. */
export interface KeyedEvent {
	key: string;
	keyEvent: KeyEvent;
}

/** Contents that are read at the same time. */
const contentsInParallel = 4;

/** The current object of an event; undefined if there is none. */
export const objectOf = (bucket: string, { key, keyEvent: { now } }: KeyedEvent): ObjectAt | undefined =>
	now && !now.isDeleteMarker ? { bucket, key, ...(now.versionId && { versionId: now.versionId }) } : undefined;

/** The file of an item, or why it has none. */
type Content = { file: IBinaryData } | { contentSkipped: 'tooLarge' | 'archived' | 'deleted' };

const contentOf = async ({ s3, n8n, budget, additions }: Joining, at: ObjectAt, size: number): Promise<Content> => {
	if (size > additions.maxContent) return { contentSkipped: 'tooLarge' };
	const { bucket, key, versionId } = at;
	const opened = await download(s3, { Bucket: bucket, Key: key, VersionId: versionId }, { budget }).catch((error) => {
		if (codeOf(error) === 'InvalidObjectState') return 'archived' as const;
		if (statusOf(error) === 404) return 'deleted' as const;
		throw error;
	});
	if (typeof opened === 'string') return { contentSkipped: opened };
	const { body, ContentLength: length, ContentType: mimeType } = opened;
	return { file: await storeBinary(n8n, { body, key, mimeType, length, signal: s3.signal }) };
};

const itemOf = async (joining: Joining, keyed: KeyedEvent): Promise<INodeExecutionData> => {
	const { s3, bucket, additions } = joining;
	const event = objectEventOf(bucket, keyed.key, keyed.keyEvent);
	const at = objectOf(bucket, keyed);
	if (!at) return { json: jsonOf(event) };
	const [head, tags, content] = await Promise.all([
		additions.metadata ? headIfThere(s3, at) : undefined,
		additions.tags ? tagsIfThere(s3, at) : undefined,
		additions.contentField === undefined ? undefined : contentOf(joining, at, keyed.keyEvent.now?.size ?? 0),
	]);
	const json = jsonOf({
		...event,
		...(head && { metadata: head.Metadata ?? {} }),
		...(tags && { tags }),
	});
	if (!content) return { json };
	if ('contentSkipped' in content) return { json: { ...json, ...content } };
	return { json, binary: { [additions.contentField ?? 'data']: content.file } };
};

/** Turns events into items, with extra data. */
export const itemsOf = async (joining: Joining, events: KeyedEvent[]): Promise<INodeExecutionData[]> => {
	const { metadata, tags, contentField } = joining.additions;
	if (!metadata && !tags && contentField === undefined)
		return events.map(({ key, keyEvent }) => ({ json: jsonOf(objectEventOf(joining.bucket, key, keyEvent)) }));
	const limit = fixedLimit(contentField === undefined ? extrasInParallel : contentsInParallel);
	return await poolAll(
		events,
		{ limit, signal: joining.s3.signal },
		async (event, signal) => await itemOf({ ...joining, s3: joining.s3.endedBy(signal) }, event),
	);
};
