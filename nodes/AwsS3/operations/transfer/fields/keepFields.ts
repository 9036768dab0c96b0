import type { Params } from '../../../core/field';
import { field } from '../../../core/field';
import { restoreTiers } from '../../../core/fields/choices';

const leaveOut = field({
	displayName: 'Leave Out',
	name: 'leaveOut',
	type: 'multiOptions',
	options: [
		{ name: 'Headers', value: 'headers', description: 'For example content type and cache control' },
		{ name: 'Metadata', value: 'metadata' },
		{ name: 'Storage Class', value: 'storageClass', description: 'Use the default storage class' },
		{ name: 'Tags', value: 'tags' },
	],
	default: [],
	description: 'What not to copy from the originals. Copied by default.',
});

const accountMap = field({
	displayName: 'Account Map',
	name: 'accountMap',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	default: {},
	placeholder: 'Add Account',
	description:
		"For 'Keep ACL' and 'Keep Folder Grants': maps source accounts and users to those of the destination. Grants to others are dropped and counted.",
	options: [
		{
			displayName: 'Account',
			name: 'values',
			values: [
				{
					displayName: 'Source Account',
					name: 'sourceAccount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be',
					description:
						"The canonical user ID, as in ACLs. For 'Keep Folder Grants', the ARN of an IAM user, or an account ID for all its users.",
				},
				{
					displayName: 'Destination Account',
					name: 'destinationAccount',
					type: 'string',
					default: '',
					placeholder: 'e.g. 79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be',
					description:
						"The canonical user ID or email address. For 'Keep Folder Grants', the ARN of an IAM user, or an account ID.",
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
		"Whether to copy ACL grants to the accounts in 'Account Map'. Drops grants to groups, such as public access.",
});

const keepAnnotations = field({
	displayName: 'Keep Annotations',
	name: 'keepAnnotations',
	type: 'boolean',
	default: true,
	description:
		'Whether to copy annotations also to copies that S3 does not make in one request: those over 5 GB, and those through n8n. Only Amazon S3 has annotations.',
});

const keepFolderGrants = field({
	displayName: 'Keep Folder Grants',
	name: 'keepFolderGrants',
	type: 'boolean',
	default: true,
	description:
		"Whether to copy grants on folders from the source's bucket policy to the destination's. Only for the IAM users in 'Account Map'. Use Plan to see them first.",
});

const keepLock = field({
	displayName: 'Keep Lock',
	name: 'keepLock',
	type: 'boolean',
	default: true,
	description:
		'Whether to copy retention and legal holds. You cannot remove compliance mode. The destination bucket needs Object Lock.',
});

const keepOwner = field({
	displayName: 'Keep Owner',
	name: 'keepOwner',
	type: 'boolean',
	default: true,
	description: "Whether to store the original's owner in the copy's metadata, as 'owner'",
});

const keepTimes = field({
	displayName: 'Keep Timestamps',
	name: 'keepTimes',
	type: 'boolean',
	default: true,
	description: "Whether to store the original's time in the copy's metadata, as 'mtime' (compatible with rclone)",
});

const keepVersions = field({
	displayName: 'Keep Versions',
	name: 'allVersions',
	type: 'boolean',
	default: true,
	description:
		"Whether to copy all versions and delete markers, oldest first. Requires a destination with versioning and the 'Mode' 'Copy' or 'Migrate'. Ignores 'Compare By' and 'If Exists'.",
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
		description: `Changes to the ${one} of copies, applied in order`,
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
							{ name: 'Add', value: 'add', description: 'Replaces an existing value' },
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
						description: "The value to add, or the new name. Not used for 'Drop'.",
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
	description: 'Bandwidth limit for data streamed through n8n. Does not apply to copies within S3.',
});

const maxRequestsPerSecond = field({
	displayName: 'Max Requests per Second',
	name: 'maxRequestsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.1 },
	default: 100,
	description: 'Request limit for both credentials together, including retries',
});

const restoreDays = field({
	displayName: 'Restore Days',
	name: 'restoreDays',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	default: 7,
	description:
		"For 'Restore Archived Objects': how long the restored originals stay available (default: 7). Schedule another run within this time.",
});

const restoreTier = field({
	displayName: 'Restore Archived Objects',
	name: 'restoreTier',
	type: 'options',
	options: [...restoreTiers],
	default: 'Bulk',
	description:
		"Request a restore of archived originals with this speed. 'done' stays false, and a later run copies them. Without this option, archived originals are skipped.",
});

/** What each copy keeps of its original, and how archived originals are read. */
export const copyOptions = [
	accountMap,
	keepAcl,
	keepAnnotations,
	keepFolderGrants,
	keepLock,
	keepOwner,
	keepTimes,
	leaveOut,
	metadataMap,
	restoreDays,
	restoreTier,
	tagMap,
] as const;

/** Limits for the speed of copies. */
export const paceOptions = [maxMibPerSecond, maxRequestsPerSecond] as const;

/** What copies keep of their originals, and speed limits. */
export const keepOptions = [...copyOptions, keepVersions, ...paceOptions] as const;

/** The values of these options. */
export type KeepParams = Partial<Params<[...typeof keepOptions]>>;

/** The permissions to compare all versions. */
export const versionPermissions = [
	{ action: 's3:ListBucketVersions', on: 'bucket', when: "for 'Keep Versions'", option: 'versions' },
	{ action: 's3:GetBucketVersioning', on: 'bucket', when: "for 'Keep Versions'", option: 'versions' },
	{ action: 's3:GetObjectVersion', on: 'object', when: "for 'Keep Versions'", option: 'versions' },
] as const;

const grantOption = { on: 'bucket', option: 'folderGrants' } as const;
/** The permission to read grants on folders, also for a plan. */
export const readsPolicy = { ...grantOption, action: 's3:GetBucketPolicy', when: "for 'Keep Folder Grants'" } as const;

const grantPermissions = [
	readsPolicy,
	{ ...grantOption, action: 's3:PutBucketPolicy', when: "for 'Keep Folder Grants'" },
	{
		...grantOption,
		action: 's3:DeleteBucketPolicy',
		when: "for 'Keep Folder Grants', if the policy has nothing left",
	},
] as const;

/** The permissions that these options need. */
export const keepPermissions = [
	{ action: 's3:GetObjectAcl', on: 'object', when: "for 'Keep ACL' and 'Keep Owner'", option: 'acl' },
	{ action: 's3:PutObjectAcl', on: 'object', when: "for 'Keep ACL'", option: 'acl' },
	{ action: 's3:ListObjectAnnotations', on: 'object', when: "for 'Keep Annotations'", option: 'annotations' },
	{ action: 's3:GetObjectAnnotation', on: 'object', when: "for 'Keep Annotations'", option: 'annotations' },
	{ action: 's3:PutObjectAnnotation', on: 'object', when: "for 'Keep Annotations'", option: 'annotations' },
	...grantPermissions,
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
