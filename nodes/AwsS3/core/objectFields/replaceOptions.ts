import { field } from '../field';

export const keepAcl = field({
	displayName: 'Keep ACL',
	name: 'keepAcl',
	type: 'boolean',
	default: true,
	description: 'Whether the access control list is read before and set again after, because S3 does not keep it',
});

/** The permissions of operations that copy an object with its tags and ACL, in place or to another key. */
export const rewritePermissions = [
	{ action: 's3:GetObject', on: 'object' },
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:GetObjectTagging', on: 'object', when: 'for objects with tags' },
	{ action: 's3:PutObjectTagging', on: 'object', when: 'for objects with tags' },
	{ action: 's3:GetObjectAcl', on: 'object', when: 'to keep the ACL' },
	{ action: 's3:PutObjectAcl', on: 'object', when: 'to keep the ACL' },
] as const;
