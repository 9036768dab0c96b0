import { field } from '../field';

export const bucket = field({
	displayName: 'Bucket',
	name: 'bucket',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: 'The bucket to use. Required, unless the credential names a bucket.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Required unless set in the credential',
			typeOptions: { searchListMethod: 'searchBuckets', searchable: true },
		},
		{
			displayName: 'By Name',
			name: 'name',
			type: 'string',
			placeholder: 'e.g. my-company-backups',
		},
		{
			displayName: 'By URL or ARN',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. arn:aws:s3:::my-company-backups',
		},
	],
});

export const key = field({
	displayName: 'Key',
	name: 'key',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The full key of the object, including folders',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			hint: 'Type the start of a key, or part of a name',
			typeOptions: { searchListMethod: 'searchKeys', searchable: true },
		},
		{
			displayName: 'By Key',
			name: 'key',
			type: 'string',
			placeholder: 'e.g. invoices/2026/0001.pdf',
		},
		{
			displayName: 'By URL',
			name: 'url',
			type: 'string',
			placeholder: 'e.g. s3://my-company-backups/invoices/0001.pdf',
		},
	],
});

/** The key of an object to write. It has no list, because the object may not exist. */
export const newKey = field({
	displayName: 'Key',
	name: 'key',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. invoices/2026/0001.pdf',
	description: 'The full key of the object, including folders. Used exactly as entered.',
});

export const folderPath = field({
	displayName: 'Folder',
	name: 'folder',
	type: 'resourceLocator',
	required: true,
	default: { mode: 'list', value: '' },
	description: 'The path of the folder. A missing slash at its end is added.',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			hint: 'Type the start of a folder, or part of a name',
			typeOptions: { searchListMethod: 'searchFolders', searchable: true },
		},
		{
			displayName: 'By Path',
			name: 'path',
			type: 'string',
			placeholder: 'e.g. invoices/2026/',
		},
	],
});

/** The path of a folder to write. It need not exist, so it is entered first. */
export const newFolderPath = field({ ...folderPath, default: { mode: 'path', value: '' } });

/** The start of keys. Older workflows have plain text here, which stays valid. */
export const prefix = field({
	displayName: 'Prefix',
	name: 'prefix',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description:
		"Select only keys that start with this. Leave empty to use the credential's prefix, or for the whole bucket.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			hint: 'Type the start of a folder, or part of a name',
			typeOptions: { searchListMethod: 'searchFolders', searchable: true },
		},
		{
			displayName: 'By Prefix',
			name: 'prefix',
			type: 'string',
			placeholder: 'e.g. invoices/2026/',
		},
	],
});

export const versionId = field({
	displayName: 'Version ID',
	name: 'versionId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
	description: 'Leave empty for the latest version',
});
