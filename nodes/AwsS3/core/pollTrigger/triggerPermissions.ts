import { isS3Failure } from '../../s3/failure';
import type { Permission } from '../operation';

const ofState = { on: 'triggerState', when: "for states larger than 'Max Objects in State of n8n'" } as const;

/** The permissions of the polling trigger. */
export const triggerPermissions: Permission[] = [
	{ action: 's3:ListBucket', on: 'bucket' },
	{ action: 's3:ListBucketVersions', on: 'bucket', when: "for 'Watch Versions'", option: 'versions' },
	{
		...{ action: 's3:GetObject', on: 'object', option: 'join' },
		when: "for content, metadata, 'Ignore Own Writes' and 'Skip Objects With Metadata'",
	},
	{ action: 's3:GetObjectVersion', on: 'object', when: "for these with 'Watch Versions'", option: 'versions' },
	{
		...{ action: 's3:GetObjectTagging', on: 'object', option: 'join' },
		when: "for tags, 'Tags Changed' and 'Wait for Malware Scan'",
	},
	{ action: 's3:GetObjectVersionTagging', on: 'object', when: "for these with 'Watch Versions'", option: 'versions' },
	{ action: 'kms:Decrypt', on: 'kmsKey', when: 'for content and states encrypted with KMS' },
	{ action: 'kms:GenerateDataKey', on: 'kmsKey', when: 'for states encrypted with KMS' },
	{ action: 's3:GetObject', ...ofState },
	{ action: 's3:PutObject', ...ofState },
	{ action: 's3:DeleteObject', ...ofState },
];

const actions: Record<string, string> = {
	ListObjectsV2: 's3:ListBucket',
	ListObjectVersions: 's3:ListBucketVersions',
	HeadObject: 's3:GetObject',
	GetObject: 's3:GetObject',
	GetObjectTagging: 's3:GetObjectTagging',
	PutObject: 's3:PutObject',
	GetBucketNotificationConfiguration: 's3:GetBucketNotification',
	PutBucketNotificationConfiguration: 's3:PutBucketNotification',
};

/** The permission that a denied request of a trigger needs; without a request, that of its listing. */
export const permissionsOf = (error: unknown): Permission[] => {
	const operation = isS3Failure(error) ? error.operation : undefined;
	const action = actions[operation ?? ''] ?? 's3:ListBucket';
	return [{ action, on: /^s3:List|Bucket/.test(action) ? 'bucket' : 'object' }];
};
