import { filterOptions } from '../../../core/filters/filters';
import { bucket, prefix } from '../../../core/fields/locators';
import { memory, requestOptions } from '../../../core/fields/options';
import type { Params } from '../../../core/field';
import { field, narrowingField } from '../../../core/field';
import { reportOption } from '../../../core/io/reports';
import { destination, destinationBucket, destinationPrefixModes } from '../../../core/objectFields/destination';
import { permissionsToCopy, streamedInParts } from '../../../core/objectFields/replaceOptions';
import { storageClass } from '../../../core/objectFields/writeOptions';
import { keepOptions, keepPermissions, readsPolicy, versionPermissions } from './keepFields';
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
			"Replaces 'Prefix' in the keys at the destination. Leave empty to use the credential's prefix, or for the whole bucket.",
	}),
] as const;

/** Source and destination. */
export const sides = [
	destination,
	field({ ...bucket, description: "The bucket to copy from. Leave empty to use the credential's bucket." }),
	field({
		...prefix,
		description:
			"Copy only keys that start with this. Leave empty to use the credential's prefix, or for the whole bucket.",
	}),
	...toSides,
] as const;

/** Both sides, used to stop items from replacing each other's objects. */
export const places = {
	copiesFrom: { bucket: 'bucket', key: 'prefix', isPrefix: true },
	writesTo: { bucket: 'destinationBucket', key: 'destinationPrefix', isPrefix: true },
} as const;

/** What to do with the objects of both sides. */
export const mode = field({
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'Copy', value: 'copy', description: 'Add and update objects. Keep objects that only the destination has.' },
		{
			name: 'Migrate',
			value: 'migrate',
			description: 'Copy missing objects only. Keep existing objects, even if the source has changed.',
		},
		{
			name: 'Mirror',
			value: 'mirror',
			description: 'Add and update objects, then delete objects that the source lacks',
		},
		{
			name: 'Move',
			value: 'move',
			description: 'Copy objects, verify each copy, then delete the original at the source',
		},
	],
	default: 'copy',
	description: 'What to do with the objects of both sides',
});

/** How to decide whether two objects with one key are identical. */
export const compare = field({
	displayName: 'Compare By',
	name: 'compare',
	type: 'options',
	options: [
		{ name: 'Always Copy', value: 'always', description: 'Copy everything, without comparing' },
		{
			name: 'Checksum',
			value: 'checksum',
			description:
				'Same size and same checksum or ETag. Reads the properties of both objects if listings are not enough.',
		},
		{
			name: 'ETag',
			value: 'etag',
			description: 'Same size and ETag. Reads the properties of both objects if the ETags differ.',
		},
		{ name: 'Size', value: 'size', description: 'Same size. Misses changes that keep the size.' },
		{
			name: 'Size and Time',
			value: 'sizeAndTime',
			description: 'Same size, and the source is not newer. Needs listings only.',
		},
	],
	default: 'sizeAndTime',
	description: 'How to decide that two objects are identical and need no copy',
});

/** What to do with a different object of the same key. */
export const onDifferent = field({
	displayName: 'If Exists',
	name: 'onConflict',
	type: 'options',
	options: [
		{ name: 'Newer Wins', value: 'newer', description: 'Replace it only if the source is newer' },
		{ name: 'Overwrite', value: 'overwrite', description: 'Replace it' },
		{ name: 'Rename', value: 'rename', description: 'Keep both: give the copy a new name, such as report (2).pdf' },
		{ name: 'Skip', value: 'skip', description: 'Keep it' },
	],
	default: 'overwrite',
	description: 'What to do if the destination has a different object with the same key',
});

/** Whether to return items for skipped objects. */
export const includeSkipped = field({
	displayName: 'Include Skipped Objects',
	name: 'includeSkipped',
	type: 'boolean',
	default: true,
	description: 'Whether to also return items for objects that need no change',
});

/** After what a run stops. */
export const stopOptions = [
	field({
		displayName: 'Max Actions',
		name: 'maxActions',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 10000,
		description: 'Stop after this many changes. The next run continues.',
	}),
	field({
		displayName: 'Max Bytes',
		name: 'maxBytes',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 1073741824,
		description: 'Start no further copies after this many bytes. The next run continues.',
	}),
	field({
		displayName: 'Max Failures',
		name: 'maxFailures',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 100,
		description: 'Stop after this many failures. The next run retries them.',
	}),
	field({
		displayName: 'Max Minutes',
		name: 'maxMinutes',
		type: 'number',
		// With 0, no run would begin anything.
		typeOptions: { minValue: 0.01 },
		default: 60,
		description: 'Start nothing new after this time. Running copies complete, and the next run continues.',
	}),
] as const;

/** The options that *Plan* and *Run* share. */
export const transferOptions = [
	field({
		displayName: 'Allow Empty Source',
		name: 'allowEmptySource',
		type: 'boolean',
		default: true,
		description: 'Whether a mirror of an empty source may delete objects at the destination',
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
		description: 'Whether to block all overwriting and deleting, overriding other settings',
	}),
	narrowingField({
		displayName: 'Backup Prefix',
		name: 'backupPrefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. replaced/2026-01-31/',
		description:
			'Prefix in the destination bucket to back up objects to before overwriting or deleting them. Must be outside both sides.',
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
			'A mirror deletes nothing if it would delete a larger share of the destination than this (default: 50)',
	}),
	field({
		displayName: 'Max Deletions',
		name: 'maxDeletions',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 1000,
		description: 'A mirror deletes nothing if it would delete more objects than this (default: 1,000)',
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

const toLook = { on: 'bucket', when: 'to check what the destination supports', option: 'destinationSettings' } as const;

/** What a plan or report reads from the destination. Without these permissions, it shows 'unknown'. */
export const lookPermissions = [
	{ action: 's3:GetBucketObjectLockConfiguration', ...toLook },
	{ action: 's3:GetBucketOwnershipControls', ...toLook },
	{ action: 's3:GetBucketVersioning', ...toLook },
	{ action: 's3:GetEncryptionConfiguration', ...toLook },
] as const;

/** The permissions of a plan. */
export const planPermissions = [
	...readPermissions,
	readsPolicy,
	{ action: 's3:PutObject', on: 'object', when: "to store the plan, with 'Job Name'", option: 'transfer' },
	{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to cancel writing a large plan', option: 'transfer' },
	{
		action: 'kms:GenerateDataKey',
		on: 'kmsKey',
		when: "to store the plan, with 'Job Name' and KMS",
		option: 'transfer',
	},
] as const;

/** The permissions of a run with the default properties of copies. */
export const copyAndDelete = [
	{ action: 's3:ListBucket', on: 'bucket' },
	...permissionsToCopy(`above 5 GiB, from items of 8 MiB or more, or ${streamedInParts}`),
	...pastPermissions,
	{ action: 's3:DeleteObject', on: 'object', when: 'to mirror or move', option: 'transfer' },
] as const;

/** The permissions of a run. */
export const runPermissions = [...copyAndDelete, ...keepPermissions] as const;

/** The parameter values of both operations. */
export type TransferParams = Params<[...typeof transferFields]> & {
	options: Partial<Params<[...typeof transferOptions]>>;
};
