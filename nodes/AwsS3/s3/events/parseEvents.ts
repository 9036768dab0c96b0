import type { Members } from '../answers/members';
import { isMembers, memberOf, textOf, withValues } from '../answers/members';
import { textIn } from '../failure';
import { eventOfBridge, isOfBridge } from './bridgeEvent';
import type { S3Event } from './eventNames';
import { isGone, nameOf } from './eventNames';

/** The maximum number of envelopes around an event. EventBridge through SNS, in a queue, has two. */
const maxEnvelopes = 3;

/** Why a message contains no S3 events. */
export class MalformedEvent extends Error {
	override name = 'MalformedEvent';
}

/** Decodes a key. In events, S3 encodes keys as in forms, with a plus sign for a space. */
const decodedKey = (key: string) => {
	const spaced = key.replaceAll('+', ' ');
	try {
		return decodeURIComponent(spaced);
	} catch {
		return spaced;
	}
};

const unquoted = (etag: string | undefined) => etag?.replace(/^"(.*)"$/, '$1') || undefined;

/** Pairs as Ceph lists them: `[{ key, val }]`, with the prefix of the header or without it. */
const pairsOf = (value: unknown, prefix = '') => {
	const given = Array.isArray(value)
		? value.filter(isMembers).map(({ key, val }): [string, unknown] => [textOf(key) ?? '', val])
		: Object.entries(isMembers(value) ? value : {});
	const pairs = given.flatMap(([name, text]): Array<[string, string]> =>
		typeof text === 'string' && name.toLowerCase().startsWith(prefix) ? [[name.slice(prefix.length), text]] : [],
	);
	return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
};

/**
 * Ceph's sequencer in the order of S3's, which compares from the left: it contains seconds and nanoseconds, each with its lowest
 * byte first.
 */
const growing = (sequencer: string | undefined) => {
	const bytes = /^[\dA-F]{16}$/i.test(sequencer ?? '') ? (sequencer?.match(/../g) ?? []) : [];
	return bytes.length === 0 ? sequencer : [...bytes.slice(0, 4).reverse(), ...bytes.slice(4).reverse()].join('');
};

const eventOfRecord = (record: Members): S3Event | undefined => {
	const eventName = textOf(record.eventName)?.replace(/^s3:/, '');
	const s3 = memberOf(record, 's3');
	const object = memberOf(s3, 'object');
	const [bucket, key] = [textIn(memberOf(s3, 'bucket').name), textIn(object.key)];
	if (!eventName || !bucket || !key) throw new MalformedEvent('A record has no event, bucket or key');
	const event = nameOf(eventName);
	if (!event) return undefined;
	const isOfCeph = textOf(record.eventSource) === 'ceph:s3';
	const transition = memberOf(memberOf(record, 'lifecycleEventData'), 'transitionEventData');
	const tiering = memberOf(record, 'intelligentTieringEventData');
	const { size } = object;
	return {
		...{ event, bucket, key: isOfCeph ? key : decodedKey(key) },
		...(typeof size === 'number' && !isGone(event) && { size }),
		...withValues({
			...(!isGone(event) && { etag: unquoted(textOf(object.eTag) ?? textOf(object.etag)) }),
			versionId: textOf(object.versionId),
			storageClass: textOf(transition.destinationStorageClass) ?? textOf(tiering.destinationAccessTier),
			metadata: pairsOf(object.userMetadata, 'x-amz-meta-') ?? pairsOf(object.metadata, 'x-amz-meta-'),
			tags: pairsOf(object.tags),
			eventTime: textOf(record.eventTime),
			region: textOf(record.awsRegion),
			sequencer: isOfCeph ? growing(textOf(object.sequencer)) : textOf(object.sequencer),
			id: textOf(memberOf(record, 'responseElements')['x-amz-request-id']) ?? textOf(record.eventId),
			opaqueData: textOf(record.opaqueData),
		}),
		eventName,
	};
};

const parsed = (text: string): unknown => {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
};

/** The error of a message that cannot be read. Throws any other one. */
export const faultOf = (error: unknown): MalformedEvent => {
	if (error instanceof MalformedEvent) return error;
	throw error;
};

/** The test that S3 sends when a notification is set. */
const isTest = ({ Event }: Members) => Event === 's3:TestEvent';

/** The message inside an envelope of SNS; undefined if this is none. */
const messageOf = ({ Type, Message }: Members) => (Type === 'Notification' ? textOf(Message) : undefined);

/**
 * The events in a message from S3, MinIO or Ceph, also through SNS or EventBridge. None for tests and for events that are not
 * about objects. Throws a `MalformedEvent` for anything else.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export const eventsIn = (message: unknown, envelopes = 0): S3Event[] => {
	const value = typeof message === 'string' ? parsed(message) : message;
	if (value === undefined) throw new MalformedEvent('It is not JSON');
	if (!isMembers(value)) throw new MalformedEvent('It is not a JSON object');
	const enclosed = messageOf(value);
	if (enclosed !== undefined && envelopes < maxEnvelopes) return eventsIn(enclosed, envelopes + 1);
	if (isTest(value)) return [];
	if (isOfBridge(value)) return [eventOfBridge(value)].flatMap((event) => event ?? []);
	if (!Array.isArray(value.Records)) throw new MalformedEvent('It has no records and is not an EventBridge event');
	return value.Records.flatMap((record: unknown) => {
		if (!isMembers(record)) throw new MalformedEvent('A record is not a JSON object');
		return eventOfRecord(record) ?? [];
	});
};

/** The same, but returns the error. */
export const eventsOrFault = (message: unknown): S3Event[] | MalformedEvent => {
	try {
		return eventsIn(message);
	} catch (error) {
		return faultOf(error);
	}
};
