import { s3Events } from '../../s3/events/eventNames';

/** What can be selected in *Events* of the trigger. */
export const eventChoices = [
	{ name: 'ACL Changed', value: 'aclChanged' },
	{
		name: 'Archived by Intelligent-Tiering',
		value: 'archived',
		description: 'An object has moved to an archive tier of the class Intelligent-Tiering',
	},
	{ name: 'Created', value: 'created', description: 'Uploaded, copied or overwritten' },
	{ name: 'Delete Marker Created', value: 'deleteMarkerCreated', description: 'Deleted in a bucket with versions' },
	{ name: 'Deleted', value: 'deleted', description: 'An object, or a version for ever' },
	{ name: 'Expired by Lifecycle', value: 'expired', description: 'A lifecycle rule has deleted it' },
	{ name: 'Infected', value: 'infected', description: 'GuardDuty has found malware in it' },
	{
		name: 'Malware Scan Not Possible',
		value: 'scanFailed',
		description: 'GuardDuty could not scan it: it is too large, encrypted or not accessible',
	},
	{ name: 'Replication Delayed', value: 'replicationDelayed', description: 'Over the 15 minutes that AWS promises' },
	{ name: 'Replication Failed', value: 'replicationFailed' },
	{ name: 'Restore Completed', value: 'restored', description: 'A copy of an archived object can be read' },
	{ name: 'Restore Expired', value: 'restoreExpired', description: 'The copy of an archived object has ended' },
	{ name: 'Restore Initiated', value: 'restoreInitiated' },
	{
		name: 'Storage Class Changed by Lifecycle',
		value: 'storageClassChanged',
		description: 'A lifecycle rule has moved it to another class',
	},
	{ name: 'Tags Changed', value: 'tagsChanged' },
] as const;

/** Events that S3 itself can be told to send. */
export type SentEvent = keyof typeof s3Events;

/** Whether S3 itself sends an event. The results of malware scans come as changes of tags. */
export const isSent = (name: string): name is SentEvent => Object.hasOwn(s3Events, name);
