import type { Permission } from '../operation';

/** The permissions of the polling trigger. */
export const triggerPermissions: Permission[] = [
	{ action: 's3:ListBucket', on: 'bucket' },
	{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to watch versions' },
	{ action: 's3:GetObject', on: 'object', when: 'to add content or metadata, or to read a large state' },
	{ action: 's3:GetObjectVersion', on: 'object', when: 'to add these of a version' },
	{ action: 's3:GetObjectTagging', on: 'object', when: 'to add tags' },
	{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'to add tags of a version' },
	{ action: 's3:PutObject', on: 'object', when: 'to keep a large state' },
	{ action: 's3:DeleteObject', on: 'object', when: 'to remove states that are not needed any more' },
];

const actions: Record<string, string> = {
	ListObjectsV2: 's3:ListBucket',
	ListObjectVersions: 's3:ListBucketVersions',
	HeadObject: 's3:GetObject',
	GetObject: 's3:GetObject',
	GetObjectTagging: 's3:GetObjectTagging',
	PutObject: 's3:PutObject',
};

/** The permission that a request of the trigger needs; without one, that of its listing. */
export const permissionsFor = (operation = 'ListObjectsV2'): Permission[] =>
	triggerPermissions
		.filter(({ action }) => action === (actions[operation] ?? 's3:ListBucket'))
		.map(({ action, on }) => ({ action, on }));
