import { field } from '../field';

export const bucket = field({
	displayName: 'Bucket',
	name: 'bucket',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: "The bucket to use. Leave empty to use the credential's bucket.",
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
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
	default: { mode: 'key', value: '' },
	description: 'The full key of the object, including folders',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			hint: 'Type the start of a key to find it',
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
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: 'The path of the folder. A missing slash at its end is added.',
});

export const prefix = field({
	displayName: 'Prefix',
	name: 'prefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description:
		"Select only keys that start with this. Leave empty to use the credential's prefix, or for the whole bucket.",
});

export const versionId = field({
	displayName: 'Version ID',
	name: 'versionId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
	description: 'Leave empty for the latest version',
});
