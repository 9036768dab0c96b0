import { s3Events } from '../../s3/events/eventNames';

/** The options of *Events* of the trigger. */
export const eventChoices = [
	{ name: 'ACL Changed', value: 'aclChanged' },
	{
		name: 'Archived by Intelligent-Tiering',
		value: 'archived',
		description: 'An object moved to an archive tier of Intelligent-Tiering',
	},
	{ name: 'Created', value: 'created', description: 'Uploaded, copied or overwritten' },
	{ name: 'Delete Marker Created', value: 'deleteMarkerCreated', description: 'Deleted in a bucket with versioning' },
	{ name: 'Deleted', value: 'deleted', description: 'Deleted an object, or a version permanently' },
	{ name: 'Expired by Lifecycle', value: 'expired', description: 'Deleted by a lifecycle rule' },
	{ name: 'Infected', value: 'infected', description: 'GuardDuty found malware' },
	{
		name: 'Malware Scan Not Possible',
		value: 'scanFailed',
		description: 'GuardDuty could not scan the object (too large, encrypted or not accessible)',
	},
	{ name: 'Replication Delayed', value: 'replicationDelayed', description: 'Replication takes longer than 15 minutes' },
	{ name: 'Replication Failed', value: 'replicationFailed' },
	{ name: 'Restore Completed', value: 'restored', description: 'A restored copy is available' },
	{ name: 'Restore Expired', value: 'restoreExpired', description: 'A restored copy is no longer available' },
	{ name: 'Restore Initiated', value: 'restoreInitiated' },
	{
		name: 'Storage Class Changed by Lifecycle',
		value: 'storageClassChanged',
		description: 'Moved to another storage class by a lifecycle rule',
	},
	{ name: 'Tags Changed', value: 'tagsChanged' },
] as const;

/** Events that S3 itself can send. */
export type SentEvent = keyof typeof s3Events;

/** Whether S3 itself sends an event. Malware scan results arrive as tag changes. */
export const isSent = (name: string): name is SentEvent => Object.hasOwn(s3Events, name);
