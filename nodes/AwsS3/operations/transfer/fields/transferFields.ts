import { filterOptions } from '../../../core/filters/filters';
import { bucket, prefix } from '../../../core/fields/locators';
import { memory, requestOptions } from '../../../core/fields/options';
import type { Params } from '../../../core/field';
import { field, narrowingField } from '../../../core/field';
import { reportOption } from '../../../core/io/reports';
import { destination, destinationBucket, destinationPrefixModes } from '../../../core/objectFields/destination';
import { copyPermissions } from '../../../core/objectFields/replaceOptions';
import { storageClass } from '../../../core/objectFields/writeOptions';
import { keepOptions, keepPermissions, versionPermissions } from './keepFields';
import { nameOptions } from '../analysis/nameCheck';
import { sourceFields, sourceOptions } from './sourceFields';

/** The destination. */
export const toSides = [
	destinationBucket,
	field({
		...prefix,
		displayName: 'Destination Prefix',
		name: 'destinationPrefix',
		modes: [...destinationPrefixModes],
		description:
			"What the keys begin with at the destination, in the place of 'Prefix'. Leave empty for the prefix of the connection, or else the whole bucket.",
	}),
] as const;

/** Source and destination. */
export const sides = [
	destination,
	field({ ...bucket, description: "The bucket to copy from. Leave empty for the connection's own bucket." }),
	field({
		...prefix,
		description:
			'What the keys to copy begin with. The rest of each key is kept. Leave empty for the prefix of the connection, or else the whole bucket.',
	}),
	...toSides,
] as const;

/** Where to, and from where, by which items are kept from replacing each other's objects. */
export const places = {
	copiesFrom: { bucket: 'bucket', key: 'prefix', isPrefix: true },
	writesTo: { bucket: 'destinationBucket', key: 'destinationPrefix', isPrefix: true },
} as const;

/** What becomes of the objects of both sides. */
export const mode = field({
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'Copy', value: 'copy', description: 'Add and update objects. What only the destination has stays.' },
		{
			name: 'Migrate',
			value: 'migrate',
			description: 'Copy what the destination does not have. What it has stays, also if the source has changed.',
		},
		{
			name: 'Mirror',
			value: 'mirror',
			description: 'Add and update objects, then delete what the source does not have',
		},
		{
			name: 'Move',
			value: 'move',
			description: 'Copy objects, verify each copy, then delete the original at the source',
		},
	],
	default: 'copy',
	description: 'What becomes of the objects of both sides',
});

/** By what two objects of one key are the same. */
export const compare = field({
	displayName: 'Compare By',
	name: 'compare',
	type: 'options',
	options: [
		{ name: 'Always Copy', value: 'always', description: 'Nothing is the same' },
		{
			name: 'Checksum',
			value: 'checksum',
			description:
				'The same size, and the same checksum or ETag. Looks at both objects where the listings do not tell.',
		},
		{
			name: 'ETag',
			value: 'etag',
			description: 'The same size and ETag. Looks at both objects where the ETags differ.',
		},
		{ name: 'Size', value: 'size', description: 'The same size. Takes no notice of changes that keep it.' },
		{
			name: 'Size and Time',
			value: 'sizeAndTime',
			description: 'The same size, and the source is not newer. Needs nothing but the listings.',
		},
	],
	default: 'sizeAndTime',
	description: 'When the object at the destination is the same, so that it need not be copied',
});

/** What becomes of another object of the same key. */
export const onDifferent = field({
	displayName: 'If Exists',
	name: 'onConflict',
	type: 'options',
	options: [
		{ name: 'Newer Wins', value: 'newer', description: 'Replace it only if the source is newer' },
		{ name: 'Overwrite', value: 'overwrite', description: 'Replace it' },
		{ name: 'Rename', value: 'rename', description: 'Keep both: the copy gets a free name, such as report (2).pdf' },
		{ name: 'Skip', value: 'skip', description: 'Leave it as it is' },
	],
	default: 'overwrite',
	description: 'What to do if the destination has another object with the same key',
});

/** Whether what is skipped gives items. */
export const includeSkipped = field({
	displayName: 'Include Skipped Objects',
	name: 'includeSkipped',
	type: 'boolean',
	default: true,
	description: 'Whether objects for which nothing is to be done give items as well',
});

/** After what a run stops. */
export const stopOptions = [
	field({
		displayName: 'Max Actions',
		name: 'maxActions',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10000,
		description: 'After how many changes to stop. The next run goes on.',
	}),
	field({
		displayName: 'Max Bytes',
		name: 'maxBytes',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1073741824,
		description: 'After how many bytes no further copy begins. The next run goes on.',
	}),
	field({
		displayName: 'Max Failures',
		name: 'maxFailures',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 100,
		description: 'After how many refused changes to stop. The next run tries them again.',
	}),
	field({
		displayName: 'Max Minutes',
		name: 'maxMinutes',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 60,
		description: 'After how long nothing more begins. What has begun is completed, and the next run goes on.',
	}),
] as const;

/** The options that *Plan* and *Run* share. */
export const transferOptions = [
	field({
		displayName: 'Allow Empty Source',
		name: 'allowEmptySource',
		type: 'boolean',
		default: true,
		description: 'Whether a mirror of a source without objects may delete what the destination has',
	}),
	field({
		displayName: 'Allow Whole Destination Bucket',
		name: 'allowWholeDestination',
		type: 'boolean',
		default: true,
		description: "Whether a mirror with an empty 'Destination Prefix' may delete in the whole bucket",
	}),
	field({
		displayName: 'Append Only',
		name: 'appendOnly',
		type: 'boolean',
		default: true,
		description: 'Whether nothing may be overwritten or deleted, whatever else is set',
	}),
	narrowingField({
		displayName: 'Backup Prefix',
		name: 'backupPrefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. replaced/2026-01-31/',
		description:
			'Where what is overwritten or deleted is copied to before, in the bucket of the destination. It has to be outside of both sides.',
	}),
	...filterOptions,
	includeSkipped,
	...stopOptions,
	field({
		displayName: 'Max Deleted Share (%)',
		name: 'maxDeletedShare',
		type: 'number',
		typeOptions: { minValue: 0, maxValue: 100 },
		default: 50,
		description:
			'A mirror deletes nothing if it were more of the objects at the destination than this. It is 50 if left out.',
	}),
	field({
		displayName: 'Max Deletions',
		name: 'maxDeletions',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 1000,
		description: 'A mirror deletes nothing if it were more objects than this. It is 1,000 if left out.',
	}),
	...keepOptions,
	...nameOptions,
	memory,
	...sourceOptions,
	...requestOptions,
	reportOption,
	storageClass,
] as const;

/** The parameters that *Plan* and *Run* share. */
export const transferFields = [destination, ...sourceFields, ...toSides, mode, compare, onDifferent] as const;

const pastPermissions = [
	{ action: 's3:ListBucketVersions', on: 'bucket', when: "for 'As Of'", option: 'versions' },
	{ action: 's3:GetObjectVersion', on: 'object', when: "for 'As Of'", option: 'versions' },
] as const;

/** The permissions that both need. */
export const readPermissions = [
	{ action: 's3:ListBucket', on: 'bucket' },
	...pastPermissions,
	{
		action: 's3:GetObject',
		on: 'object',
		when: 'to compare by checksum or ETag, to move, and for archived objects',
		option: 'transfer',
	},
	{ action: 'kms:Decrypt', on: 'kmsKey', when: 'to compare by checksum, with KMS', option: 'transfer' },
	...versionPermissions,
] as const;

const toLook = { on: 'bucket', when: 'to say what the destination keeps', option: 'destinationSettings' } as const;

/** What a plan or a report asks of the destination. Without these, it says that it is not known. */
export const lookPermissions = [
	{ action: 's3:GetBucketObjectLockConfiguration', ...toLook },
	{ action: 's3:GetBucketOwnershipControls', ...toLook },
	{ action: 's3:GetBucketVersioning', ...toLook },
	{ action: 's3:GetEncryptionConfiguration', ...toLook },
] as const;

/** The permissions of a plan. */
export const planPermissions = [
	...readPermissions,
	{ action: 's3:PutObject', on: 'object', when: "to store the plan, with 'Job Name'", option: 'transfer' },
	{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to give up a large plan', option: 'transfer' },
	{
		action: 'kms:GenerateDataKey',
		on: 'kmsKey',
		when: "to store the plan, with 'Job Name' and KMS",
		option: 'transfer',
	},
] as const;

/** The permissions of a run that keeps what copies keep by themselves. */
export const copyAndDelete = [
	{ action: 's3:ListBucket', on: 'bucket' },
	...copyPermissions,
	...pastPermissions,
	{ action: 's3:DeleteObject', on: 'object', when: 'to mirror or move', option: 'transfer' },
] as const;

/** The permissions of a run. */
export const runPermissions = [...copyAndDelete, ...keepPermissions] as const;

/** What the parameters of both operations say. */
export type TransferParams = Params<[...typeof transferFields]> & {
	options: Partial<Params<[...typeof transferOptions]>>;
};
