import type { Event } from '@aws-sdk/client-s3';
import type { ObjectEvent, ObjectEventName } from '../changes/objectEvent';

/** What S3 reports beyond what the trigger that polls can see. Workflows compare it, so a name never changes. */
export type S3EventName =
	| Exclude<ObjectEventName, 'modified'>
	| 'aclChanged'
	| 'archived'
	| 'deleteMarkerCreated'
	| 'expired'
	| 'replicationDelayed'
	| 'replicationFailed'
	| 'restoreExpired'
	| 'restoreInitiated'
	| 'scanFailed'
	/** Clean, as GuardDuty says to EventBridge. */
	| 'scanned';

/** One event of S3: the JSON of an item of the event trigger. */
export interface S3Event extends ObjectEvent<S3EventName> {
	/** The name of S3, such as `ObjectCreated:Put`, without `s3:`. */
	eventName: string;
	/** When S3 handled the request, in ISO 8601. */
	eventTime?: string;
	region?: string;
	/** Hexadecimal; grows with each change of a key. */
	sequencer?: string;
	/** Tells this event from all others, also where it has no sequencer. */
	id?: string;
	/** What the receiver has agreed with Ceph, which sends it with each event. */
	opaqueData?: string;
}

/** Our names by the beginnings of those of S3, more precise ones first. */
const byBeginning: Array<[string, S3EventName]> = [
	['ObjectCreated:', 'created'],
	['ObjectRemoved:DeleteMarkerCreated', 'deleteMarkerCreated'],
	['ObjectRemoved:', 'deleted'],
	['ObjectRestore:Completed', 'restored'],
	['ObjectRestore:Delete', 'restoreExpired'],
	['ObjectRestore:', 'restoreInitiated'],
	['ObjectTagging:', 'tagsChanged'],
	['ObjectAcl:', 'aclChanged'],
	['LifecycleExpiration:', 'expired'],
	['ObjectLifecycle:Expiration', 'expired'],
	['LifecycleTransition', 'storageClassChanged'],
	['ObjectLifecycle:Transition', 'storageClassChanged'],
	['IntelligentTiering', 'archived'],
	['Replication:OperationFailedReplication', 'replicationFailed'],
	['Replication:', 'replicationDelayed'],
];

/** The names of MinIO for changes that are no new objects, though they begin like those. */
const ofMinio: Record<string, S3EventName> = {
	'ObjectCreated:PutTagging': 'tagsChanged',
	'ObjectCreated:DeleteTagging': 'tagsChanged',
};

/** Of MinIO as well: changes of locks, and reads, which are not among our events. */
const ignored = /^(ObjectCreated:Put(Retention|LegalHold)|ObjectAccessed:)/;

/** Our name of an event of S3; undefined for one that is none of objects, such as a test. */
export const nameOf = (eventName: string): S3EventName | undefined =>
	ignored.test(eventName)
		? undefined
		: (ofMinio[eventName] ?? byBeginning.find(([beginning]) => eventName.startsWith(beginning))?.[1]);

/** Whether the object no longer exists after an event, so that its size and ETag are those of another one. */
export const isGone = (event: S3EventName) =>
	event === 'deleted' || event === 'deleteMarkerCreated' || event === 'expired';

/** The events that S3 can be told to report, by our names. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html */
export const s3Events: Record<Exclude<S3EventName, 'infected' | 'scanned' | 'scanFailed'>, readonly Event[]> = {
	aclChanged: ['s3:ObjectAcl:Put'],
	archived: ['s3:IntelligentTiering'],
	created: ['s3:ObjectCreated:*'],
	deleted: ['s3:ObjectRemoved:Delete'],
	deleteMarkerCreated: ['s3:ObjectRemoved:DeleteMarkerCreated'],
	expired: ['s3:LifecycleExpiration:*'],
	replicationDelayed: [
		's3:Replication:OperationMissedThreshold',
		's3:Replication:OperationReplicatedAfterThreshold',
		's3:Replication:OperationNotTracked',
	],
	replicationFailed: ['s3:Replication:OperationFailedReplication'],
	restored: ['s3:ObjectRestore:Completed'],
	restoreExpired: ['s3:ObjectRestore:Delete'],
	restoreInitiated: ['s3:ObjectRestore:Post'],
	storageClassChanged: ['s3:LifecycleTransition'],
	tagsChanged: ['s3:ObjectTagging:*'],
};
