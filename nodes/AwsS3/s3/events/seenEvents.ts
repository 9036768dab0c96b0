import { forgetOldest } from '../flow/recentNames';
import type { S3Event } from './eventNames';

/** How many events and keys to remember for finding duplicates and late events. */
const maxKeys = 20_000;

/** Whether sequencers tell the order of such events of a key. */
const isOrdered = ({ event }: S3Event) => event === 'created' || event === 'deleted' || event === 'deleteMarkerCreated';

/** Sequencers are hexadecimal numbers of any length, compared from the left. */
const compare = (one: string, other: string) => {
	const length = Math.max(one.length, other.length);
	const [first, second] = [one, other].map((text) => text.toUpperCase().padEnd(length, '0'));
	if (first === second) return 0;
	return (first ?? '') < (second ?? '') ? -1 : 1;
};

/** Identifies an event; undefined if nothing does. */
export const identityOf = ({ bucket, key, versionId = '', eventName, sequencer, id, eventTime }: S3Event) => {
	const mark = sequencer ?? id ?? eventTime;
	return mark && JSON.stringify([bucket, key, versionId, eventName, mark]);
};

/** Why an event is dropped. */
type Dropped = 'duplicate' | 'stale';

/** Remembers handled events. */
export interface SeenEvents {
	/** Why to drop an event; undefined if it is new. */
	why(event: S3Event): Dropped | undefined;
	/** Notes that an execution handles an event. Earlier events of its key are late from now on. */
	begin(event: S3Event): void;
	/** Notes that an event is done. */
	add(event: S3Event): void;
}

/**
 * Remembers the latest events and keys. S3 may send an event twice, and the events of a key out of order: one that is older than
 * a handled one is about an object that no longer exists. In a bucket with versions, each version is a separate object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const seenEvents = (): SeenEvents => {
	const identities = new Set<string>();
	const newest = new Map<string, string>();
	const placeOf = ({ bucket, key }: S3Event) => `${bucket}/${key}`;
	const hasOrder = (event: S3Event): event is S3Event & { sequencer: string } =>
		isOrdered(event) && event.sequencer !== undefined && event.versionId === undefined;
	return {
		why: (event) => {
			const identity = identityOf(event);
			if (identity !== undefined && identities.has(identity)) return 'duplicate';
			const last = newest.get(placeOf(event));
			if (last !== undefined && hasOrder(event) && compare(event.sequencer, last) < 0) return 'stale';
			return undefined;
		},
		add: (event) => {
			const identity = identityOf(event);
			if (identity !== undefined) identities.add(identity);
			forgetOldest(identities, maxKeys);
		},
		begin: (event) => {
			if (!hasOrder(event)) return;
			const place = placeOf(event);
			const last = newest.get(place);
			if (last !== undefined && compare(event.sequencer, last) <= 0) return;
			newest.delete(place);
			newest.set(place, event.sequencer);
			forgetOldest(newest, maxKeys);
		},
	};
};
