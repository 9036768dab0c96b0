import { field } from '../field';

const choices = [
	{ name: 'Fail', value: 'fail', description: 'Stop, and leave the object as it is' },
	{ name: 'Overwrite', value: 'overwrite', description: 'Replace the object' },
	{ name: 'Rename', value: 'rename', description: 'Use the next free name, such as report (2).pdf' },
	{ name: 'Skip', value: 'skip', description: 'Go on, and leave the object as it is' },
	{ name: 'Skip if Same', value: 'skipIfSame', description: 'Replace the object only if the content is another one' },
] as const;

export const onConflict = field({
	displayName: 'If Exists',
	name: 'onConflict',
	type: 'options',
	options: [...choices],
	default: 'overwrite',
	description:
		'What to do if an object with this key exists. On AWS, S3 checks this atomically; elsewhere the node looks first.',
});

/** The option of operations that write one object per item. */
export const allowSameKey = field({
	displayName: 'Allow Items With the Same Key',
	name: 'allowSameKey',
	type: 'boolean',
	default: true,
	description: 'Whether several items may be stored under one key, although only one of them remains',
});

/** The permissions that *If Exists* needs besides writing. */
export const conflictPermissions = [
	{ action: 's3:GetObject', on: 'object', when: 'to skip what is the same', option: 'ifExists' },
	{ action: 's3:ListBucket', on: 'bucket', when: 'to rename or skip what is the same', option: 'ifExists' },
	{ action: 'kms:Decrypt', on: 'kmsKey', when: 'to skip what is the same, with KMS', option: 'ifExists' },
] as const;
