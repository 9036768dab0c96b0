import { field } from '../field';

const choices = [
	{ name: 'Fail', value: 'fail', description: 'Stop with an error and keep the existing object' },
	{ name: 'Overwrite', value: 'overwrite', description: 'Replace the object' },
	{ name: 'Rename', value: 'rename', description: 'Use a new name, such as report (2).pdf' },
	{ name: 'Skip', value: 'skip', description: 'Keep the existing object and continue' },
	{ name: 'Skip if Same', value: 'skipIfSame', description: 'Replace the object only if the content differs' },
] as const;

export const onConflict = field({
	displayName: 'If Exists',
	name: 'onConflict',
	type: 'options',
	options: [...choices],
	default: 'overwrite',
	description:
		'What to do if an object with this key exists. On AWS, S3 checks this atomically. Elsewhere, the node checks first.',
});

/** The option of operations that write one object per item. */
export const allowSameKey = field({
	displayName: 'Allow Items With the Same Key',
	name: 'allowSameKey',
	type: 'boolean',
	default: true,
	description: 'Whether to allow several items with one key, although only one of them remains',
});

/** The permissions that *If Exists* needs besides writing. */
export const conflictPermissions = [
	{ action: 's3:GetObject', on: 'object', when: 'to skip identical objects', option: 'ifExists' },
	{ action: 's3:ListBucket', on: 'bucket', when: 'to rename or skip identical objects', option: 'ifExists' },
	{ action: 'kms:Decrypt', on: 'kmsKey', when: 'to skip identical objects, with KMS', option: 'ifExists' },
] as const;
