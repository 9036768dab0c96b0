/**
 * Features that only options or changed fields use. *Generate Policy* omits their permissions, unless the user
 * selects them there. Workflows save the values.
 */
export const permissionOptions = [
	{ name: 'ACLs', value: 'acl', description: "For 'ACL', grants, 'Keep ACL' and 'Object Ownership'" },
	{ name: 'Annotations', value: 'annotations', description: "For 'Keep Annotations' of transfers" },
	{ name: 'Bypass Governance Retention', value: 'bypassGovernance', description: 'Delete locked objects' },
	{ name: 'Count Incomplete Uploads', value: 'unfinishedUploads', description: "For 'Folder: Get Statistics'" },
	{ name: 'Delete by Prefix', value: 'byPrefix', description: "For 'Delete Many', to list the objects" },
	{ name: 'Dry Run', value: 'dryRun', description: 'List what would be deleted' },
	{
		name: 'Empty Everything',
		value: 'everything',
		description: 'Delete all versions and incomplete multipart uploads of a bucket',
	},
	{
		name: 'Folder Grants of Transfers',
		value: 'folderGrants',
		description: "For 'Keep Folder Grants': change the policy of the destination bucket",
	},
	{
		name: 'If Exists: Rename or Skip if Same',
		value: 'ifExists',
		description: 'List and read objects to find a new name, or to compare',
	},
	{
		name: 'Metadata and Tags of Lists',
		value: 'join',
		description: "For 'Add to Each Object', and for malware scans of triggers",
	},
	{
		name: 'Notification of a Trigger',
		value: 'notification',
		description: "For 'Set Notification' of the event trigger",
	},
	{ name: 'Object Lock', value: 'lock', description: 'For retention and legal holds of written or copied objects' },
	{ name: 'Restore Archived Objects', value: 'restore', description: 'For transfers of archived objects' },
	{ name: 'Resume', value: 'resume', description: 'Continue interrupted uploads' },
	{ name: 'Tags', value: 'tags', description: 'Write objects with tags' },
	{
		name: 'Transfers: Compare, Mirror or Move',
		value: 'transfer',
		description: 'Read properties of objects to compare them, and delete at the destination or source',
	},
	{
		name: 'Transfers: Look at the Destination',
		value: 'destinationSettings',
		description: 'Show versioning, locks, encryption and ACLs of the destination in plans and reports',
	},
	{ name: 'Versions', value: 'versions', description: "For 'Version ID', and for buckets with versioning" },
	{ name: 'Wait', value: 'wait', description: 'Wait until an archived object is restored' },
] as const;

export type PermissionOption = (typeof permissionOptions)[number]['value'];
