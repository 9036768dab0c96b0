/**
 * What operations do only where it is asked for, by options or by fields that are not at their default. *Generate Policy*
 * leaves out what only these need, unless they are chosen there. Workflows save the values.
 */
export const permissionOptions = [
	{ name: 'ACLs', value: 'acl', description: "For 'ACL', grants, 'Keep ACL' and 'Object Ownership'" },
	{ name: 'Bypass Governance Retention', value: 'bypassGovernance', description: 'Delete what is locked' },
	{ name: 'Count Unfinished Uploads', value: 'unfinishedUploads', description: 'For the statistics of a folder' },
	{ name: 'Delete by Prefix', value: 'byPrefix', description: "For 'Delete Many', to list the objects" },
	{ name: 'Dry Run', value: 'dryRun', description: 'Look at what would be deleted' },
	{
		name: 'Empty Everything',
		value: 'everything',
		description: 'Delete all versions and unfinished uploads of a bucket',
	},
	{
		name: 'If Exists: Rename or Skip if Same',
		value: 'ifExists',
		description: 'List and read to find a free name, or to compare',
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
	{ name: 'Object Lock', value: 'lock', description: 'For retention and legal holds of what is written or copied' },
	{ name: 'Restore Archived Objects', value: 'restore', description: 'For transfers of archived objects' },
	{ name: 'Resume', value: 'resume', description: 'Continue interrupted uploads' },
	{ name: 'Tags', value: 'tags', description: 'Write objects with tags' },
	{
		name: 'Transfers: Compare, Mirror or Move',
		value: 'transfer',
		description: 'Look at objects that listings do not tell enough of, and delete at the destination or at the source',
	},
	{
		name: 'Transfers: Look at the Destination',
		value: 'destinationSettings',
		description: 'Say in a plan or report whether the destination keeps versions, locks, encrypts and has ACLs',
	},
	{ name: 'Versions', value: 'versions', description: "For 'Version ID', and for buckets with versioning" },
	{ name: 'Wait', value: 'wait', description: 'Wait until an archived object can be read' },
] as const;

export type PermissionOption = (typeof permissionOptions)[number]['value'];
