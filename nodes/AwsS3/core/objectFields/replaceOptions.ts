import { field } from '../field';
import { decryptPermission } from './readOptions';
import { generateKeyPermission } from './writeOptions';

export const keepAcl = field({
	displayName: 'Keep ACL',
	name: 'keepAcl',
	type: 'boolean',
	default: true,
	description: 'Whether to preserve the access control list (ACL), which S3 drops. Sends two more requests.',
});

/** Which objects go in parts to another connection. */
export const streamedInParts = 'with a second credential above 16 MiB and for originals in parts';

/** The permissions of operations that copy current objects with their tags. `inParts` says which of them are copied in parts. */
export const permissionsToCopy = (inParts: string) =>
	[
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:GetObjectTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:PutObjectTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: inParts },
		decryptPermission,
		generateKeyPermission,
	] as const;

/** The permissions of operations that also copy to another connection. */
export const copyPermissions = permissionsToCopy(`above 5 GiB, or ${streamedInParts}`);

/** The permissions to keep the lock of a copied object: without them, S3 does not show it. */
export const keepLockPermissions = [
	{ action: 's3:GetObjectRetention', on: 'object', when: 'to keep a lock', option: 'lock' },
	{ action: 's3:GetObjectLegalHold', on: 'object', when: 'to keep a lock', option: 'lock' },
	{ action: 's3:PutObjectRetention', on: 'object', when: 'to keep a lock', option: 'lock' },
	{ action: 's3:PutObjectLegalHold', on: 'object', when: 'to keep a lock', option: 'lock' },
] as const;

/** The permissions of operations that copy an object with all its properties, in place or to another key. */
export const rewritePermissions = [
	...permissionsToCopy('above 5 GiB'),
	{ action: 's3:GetObjectAcl', on: 'object', when: 'to keep the ACL' },
	{ action: 's3:PutObjectAcl', on: 'object', when: 'for an ACL to keep', option: 'acl' },
	...keepLockPermissions,
] as const;

/** The permissions of operations that make a version the latest by copying it with all its properties. */
export const restorePermissions = [
	{ action: 's3:GetObjectVersion', on: 'object' },
	{ action: 's3:PutObject', on: 'object' },
	{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'for objects with tags' },
	{ action: 's3:PutObjectTagging', on: 'object', when: 'for objects with tags' },
	{ action: 's3:AbortMultipartUpload', on: 'object', when: 'above 5 GiB' },
	{ action: 's3:GetObjectVersionAcl', on: 'object', when: 'to keep the ACL' },
	{ action: 's3:PutObjectAcl', on: 'object', when: 'for an ACL to keep', option: 'acl' },
	...keepLockPermissions,
	decryptPermission,
	generateKeyPermission,
] as const;
