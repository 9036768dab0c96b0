import { s3Events } from '../../s3/events/eventNames';

/** The options of *Events* of the trigger. n8n lists the triggers by their actions. */
export const eventChoices = [
	{ name: 'ACL Changed', value: 'aclChanged', action: 'On ACL of object changed' },
	{
		name: 'Archived by Intelligent-Tiering',
		value: 'archived',
		action: 'On object archived by Intelligent-Tiering',
		description: 'An object moved to an archive tier of Intelligent-Tiering',
	},
	{ name: 'Created', value: 'created', action: 'On object created', description: 'Uploaded, copied or overwritten' },
	{
		name: 'Delete Marker Created',
		value: 'deleteMarkerCreated',
		action: 'On delete marker created',
		description: 'Deleted in a bucket with versioning',
	},
	{
		name: 'Deleted',
		value: 'deleted',
		action: 'On object deleted',
		description: 'Deleted an object, or a version permanently',
	},
	{
		name: 'Expired by Lifecycle',
		value: 'expired',
		action: 'On object expired by lifecycle',
		description: 'Deleted by a lifecycle rule',
	},
	{
		name: 'Infected',
		value: 'infected',
		action: 'On object infected with malware',
		description: 'GuardDuty found malware',
	},
	{
		name: 'Malware Scan Not Possible',
		value: 'scanFailed',
		action: 'On malware scan not possible',
		description: 'GuardDuty could not scan the object (too large, encrypted or not accessible)',
	},
	{
		name: 'Replication Delayed',
		value: 'replicationDelayed',
		action: 'On replication delayed',
		description: 'Replication takes longer than 15 minutes',
	},
	{ name: 'Replication Failed', value: 'replicationFailed', action: 'On replication failed' },
	{
		name: 'Restore Completed',
		value: 'restored',
		action: 'On restore completed',
		description: 'A restored copy is available',
	},
	{
		name: 'Restore Expired',
		value: 'restoreExpired',
		action: 'On restored copy expired',
		description: 'A restored copy is no longer available',
	},
	{ name: 'Restore Initiated', value: 'restoreInitiated', action: 'On restore initiated' },
	{
		name: 'Storage Class Changed by Lifecycle',
		value: 'storageClassChanged',
		action: 'On storage class changed by lifecycle',
		description: 'Moved to another storage class by a lifecycle rule',
	},
	{ name: 'Tags Changed', value: 'tagsChanged', action: 'On tags of object changed' },
] as const;

/** Events that S3 itself can send. */
type SentEvent = keyof typeof s3Events;

/** Whether S3 itself sends an event. Malware scan results arrive as tag changes. */
export const isSent = (name: string): name is SentEvent => Object.hasOwn(s3Events, name);
