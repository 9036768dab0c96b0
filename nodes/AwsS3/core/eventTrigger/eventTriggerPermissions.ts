import { queueActions } from '../../s3/notification/targetPolicy';
import type { Permission } from '../operation';

/** The permissions of the event trigger itself, without those of S3 and webhook senders. */
export const eventTriggerPermissions: Permission[] = [
	...queueActions.map((action): Permission => ({ action, on: 'queue', when: 'for a queue' })),
	{ action: 's3:GetBucketNotification', on: 'bucket', when: "for 'Set Notification'", option: 'notification' },
	{ action: 's3:PutBucketNotification', on: 'bucket', when: "for 'Set Notification'", option: 'notification' },
	{ action: 's3:GetObject', on: 'object', when: "for metadata in 'Add to Each Object'", option: 'join' },
	{ action: 's3:GetObjectVersion', on: 'object', when: 'for these in a bucket with versions', option: 'versions' },
	{
		...{ action: 's3:GetObjectTagging', on: 'object', option: 'join' },
		when: "for tags in 'Add to Each Object' and results of malware scans",
	},
	{
		...{ action: 's3:GetObjectVersionTagging', on: 'object', option: 'versions' },
		when: 'for these in a bucket with versions',
	},
];
