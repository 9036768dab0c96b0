import type { Params } from '../../../core/field';
import { field } from '../../../core/field';
import { restoreTiers } from '../../../core/fields/choices';

const leaveOut = field({
	displayName: 'Leave Out',
	name: 'leaveOut',
	type: 'multiOptions',
	options: [
		{ name: 'Headers', value: 'headers', description: 'Such as the content type and how long to cache' },
		{ name: 'Metadata', value: 'metadata' },
		{ name: 'Storage Class', value: 'storageClass', description: 'Copies get the default one' },
		{ name: 'Tags', value: 'tags' },
	],
	default: [],
	description: 'What copies do not get from their originals, although they otherwise do',
});

const accountMap = field({
	displayName: 'Account Map',
	name: 'accountMap',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	default: {},
	placeholder: 'Add Account',
	description:
		"For 'Keep ACL': who at the destination gets the grants of whom at the source. Grants to others are left out, and counted.",
	options: [
		{
			displayName: 'Account',
			name: 'values',
			values: [
				{
					displayName: 'At the Source',
					name: 'sourceAccount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be',
					description: 'The canonical user ID, as ACLs name it',
				},
				{
					displayName: 'At the Destination',
					name: 'destinationAccount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be',
					description: 'The canonical user ID, or the email address of the account',
				},
			],
		},
	],
});

const keepAcl = field({
	displayName: 'Keep ACL',
	name: 'keepAcl',
	type: 'boolean',
	default: true,
	description:
		"Whether copies get the grants of their originals, to the accounts of 'Account Map'. Grants to groups such as everybody are left out.",
});

const keepLock = field({
	displayName: 'Keep Lock',
	name: 'keepLock',
	type: 'boolean',
	default: true,
	description:
		'Whether copies get the retention and the legal hold of their originals, compliance mode included, which nobody can take off. The bucket of the destination needs Object Lock.',
});

const keepOwner = field({
	displayName: 'Keep Owner',
	name: 'keepOwner',
	type: 'boolean',
	default: true,
	description: "Whether copies note the owner of their originals in their metadata, as 'owner'",
});

const keepTimes = field({
	displayName: 'Keep Times',
	name: 'keepTimes',
	type: 'boolean',
	default: true,
	description:
		"Whether copies note the time of their originals in their metadata, as 'mtime', which is how rclone writes and reads it",
});

const keepVersions = field({
	displayName: 'Keep Versions',
	name: 'allVersions',
	type: 'boolean',
	default: true,
	description:
		"Whether all versions and delete markers are copied, oldest first. The destination needs versioning, and 'Mode' is 'Copy' or 'Migrate'. 'Compare By' and 'If Exists' have no effect then.",
});

const mapOf = <const N extends string, const D extends string, const E extends string>(
	name: N,
	displayName: D,
	one: E,
	example: string,
) =>
	field({
		displayName,
		name,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Change',
		description: `Changes to the ${one} of the copies, applied one after another`,
		options: [
			{
				displayName: 'Change',
				name: 'values',
				values: [
					{
						displayName: 'Change',
						name: 'change',
						type: 'options',
						options: [
							{ name: 'Add', value: 'add', description: 'Replaces what has that name' },
							{ name: 'Drop', value: 'drop' },
							{ name: 'Rename', value: 'rename' },
						],
						default: 'add',
					},
					{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: `e.g. ${example}` },
					{
						displayName: 'Value or New Name',
						name: 'newValue',
						type: 'string',
						default: '',
						description: 'The value of what is added, or the new name. Dropping needs none.',
					},
				],
			},
		],
	});

const metadataMap = mapOf('metadataMap', 'Metadata Map', 'metadata', 'source');

const tagMap = mapOf('tagMap', 'Tag Map', 'tags', 'project');

const maxMibPerSecond = field({
	displayName: 'Max MiB per Second',
	name: 'maxMibPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.01 },
	default: 10,
	description: 'How fast contents may come through n8n, all together. Copies that S3 makes by itself do not count.',
});

const maxRequestsPerSecond = field({
	displayName: 'Max Requests per Second',
	name: 'maxRequestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.1 },
	default: 100,
	description: 'How many requests may be sent to both connections together, repeated ones included',
});

const restoreDays = field({
	displayName: 'Restored for (Days)',
	name: 'restoreDays',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 7,
	description:
		"For 'Restore Archived Objects': how long the restored originals can be read. It is 7 if left out. A run has to come back before.",
});

const restoreTier = field({
	displayName: 'Restore Archived Objects',
	name: 'restoreTier',
	type: 'options',
	options: [...restoreTiers],
	default: 'Bulk',
	description:
		"How fast archived originals are restored. S3 is asked for it, 'done' stays false, and a later run copies them. Without this option they are skipped.",
});

/** What each copy keeps of its original, and how it is read where it is archived. */
export const copyOptions = [
	accountMap,
	keepAcl,
	keepLock,
	keepOwner,
	keepTimes,
	leaveOut,
	metadataMap,
	restoreDays,
	restoreTier,
	tagMap,
] as const;

/** How fast copies are made. */
export const paceOptions = [maxMibPerSecond, maxRequestsPerSecond] as const;

/** What copies keep of their originals, and how fast they are made. */
export const keepOptions = [...copyOptions, keepVersions, ...paceOptions] as const;

/** What these options say. */
export type KeepParams = Partial<Params<[...typeof keepOptions]>>;

/** The permissions to compare all versions. */
export const versionPermissions = [
	{ action: 's3:ListBucketVersions', on: 'bucket', when: "for 'Keep Versions'", option: 'versions' },
	{ action: 's3:GetBucketVersioning', on: 'bucket', when: "for 'Keep Versions'", option: 'versions' },
	{ action: 's3:GetObjectVersion', on: 'object', when: "for 'Keep Versions'", option: 'versions' },
] as const;

/** The permissions that these options need. */
export const keepPermissions = [
	{ action: 's3:GetObjectAcl', on: 'object', when: "for 'Keep ACL' and 'Keep Owner'", option: 'acl' },
	{ action: 's3:PutObjectAcl', on: 'object', when: "for 'Keep ACL'", option: 'acl' },
	{ action: 's3:GetObjectRetention', on: 'object', when: "for 'Keep Lock'", option: 'lock' },
	{ action: 's3:GetObjectLegalHold', on: 'object', when: "for 'Keep Lock'", option: 'lock' },
	{ action: 's3:PutObjectRetention', on: 'object', when: "for 'Keep Lock'", option: 'lock' },
	{ action: 's3:PutObjectLegalHold', on: 'object', when: "for 'Keep Lock'", option: 'lock' },
	{ action: 's3:GetBucketObjectLockConfiguration', on: 'bucket', when: "for 'Keep Lock'", option: 'lock' },
	{ action: 's3:RestoreObject', on: 'object', when: "for 'Restore Archived Objects'", option: 'restore' },
	...versionPermissions,
	{ action: 's3:GetObjectVersionTagging', on: 'object', when: "for 'Keep Versions'", option: 'versions' },
	{ action: 's3:GetObjectVersionAcl', on: 'object', when: "for 'Keep Versions' with 'Keep ACL'", option: 'acl' },
	{ action: 's3:DeleteObject', on: 'object', when: "for 'Keep Versions', to write delete markers", option: 'versions' },
] as const;
