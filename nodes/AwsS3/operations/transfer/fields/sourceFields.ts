import { bucket, prefix } from '../../../core/fields/locators';
import { field, narrowingField } from '../../../core/field';

/** What a transfer copies from. */
const source = field({
	displayName: 'Source',
	name: 'source',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Bucket', value: 'bucket', description: 'All objects of a bucket or below a prefix, as S3 lists them' },
		{
			name: 'Inventory',
			value: 'inventory',
			description: 'What a report of S3 Inventory lists, for buckets that take long to list',
		},
		{
			name: 'Items',
			value: 'items',
			description: 'What comes in from other nodes, with content: all items together are the source',
		},
		{ name: 'List of Keys', value: 'list', description: 'Only the keys of a list, from items or a file' },
	],
	default: 'bucket',
	description: 'Where the list of what is to be copied comes from',
});

const ofBucket = { hide: { source: ['items'] } };
const ofItems = { show: { source: ['items'] } };

const keysFrom = field({
	displayName: 'Keys From',
	name: 'keysFrom',
	type: 'options',
	displayOptions: { show: { source: ['list'] } },
	options: [
		{ name: 'File', value: 'binary', description: 'A binary field with a key on each line, CSV or JSON Lines' },
		{ name: 'Items', value: 'items', description: 'One key of each item' },
		{ name: 'Object', value: 'object', description: 'The same as a file, in S3' },
	],
	default: 'items',
	description: 'Where the list of keys is',
});

const keyInList = field({
	displayName: 'Key',
	name: 'keyInList',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['list'], keysFrom: ['items'] } },
	default: '',
	placeholder: 'e.g. {{ $json.key }}',
	description: "The whole key of an object of the source. It has to begin with 'Prefix'.",
});

const manifestField = field({
	displayName: 'Input Data Field Name',
	name: 'manifestField',
	type: 'string',
	displayOptions: { show: { source: ['list'], keysFrom: ['binary'] } },
	default: 'data',
	hint: 'The name of the input binary field with the list of keys',
});

const manifest = field({
	displayName: 'Manifest',
	name: 'manifest',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['list'], keysFrom: ['object'] } },
	default: '',
	placeholder: 'e.g. lists/changed.csv',
	description:
		'The key of the list in the bucket of the source, or its address such as s3://bucket/key. A key on each line; CSV with a column key; or JSON Lines with texts or a field key. It may be compressed with gzip.',
});

const inventory = field({
	displayName: 'Inventory Manifest',
	name: 'inventory',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['inventory'] } },
	default: '',
	placeholder: 'e.g. s3://my-reports/my-bucket/daily/2026-01-31T01-00Z/manifest.json',
	description: 'The manifest of the report: its address, or its key in the bucket of the source',
});

const keyOfItem = field({
	displayName: 'Key',
	name: 'keyOfItem',
	type: 'string',
	required: true,
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.folder }}/{{ $json.name }}',
	description: "The name of the object of this item, behind 'Destination Prefix'",
});

const content = field({
	displayName: 'Content',
	name: 'content',
	type: 'options',
	displayOptions: ofItems,
	options: [
		{ name: 'File', value: 'binary', description: 'A binary field of the item' },
		{ name: 'URL', value: 'url', description: 'What an address on the web gives, read only if it is to be copied' },
	],
	default: 'binary',
	description: 'Where the content comes from',
});

const inputField = field({
	displayName: 'Input Data Field Name',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['items'], content: ['binary'] } },
	default: 'data',
	hint: 'The name of the input binary field with the content',
});

const url = field({
	displayName: 'URL',
	name: 'url',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['items'], content: ['url'] } },
	default: '',
	placeholder: 'e.g. {{ $json.downloadUrl }}',
	description: 'The address to get the content from, without a login',
});

const itemSize = field({
	displayName: 'Size (Bytes)',
	name: 'itemSize',
	type: 'string',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.size }}',
	description: 'How large the content is. A file says it by itself, for a URL it is needed.',
});

const itemModified = field({
	displayName: 'Modified',
	name: 'itemModified',
	type: 'dateTime',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.modifiedTime }}',
	description:
		'When the item was changed. It is kept in the metadata of the object (mtime, as rclone does), and what has the same size and time is not copied again.',
});

const itemChecksum = field({
	displayName: 'Checksum',
	name: 'itemChecksum',
	type: 'string',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.md5Checksum }}',
	description:
		'The MD5 or SHA-256 of the content, in hexadecimal digits or Base64. With it, only content that has changed is copied.',
});

/** The source of *Plan* and *Run*. */
export const sourceFields = [
	source,
	keysFrom,
	field({
		...bucket,
		displayOptions: ofBucket,
		description: "The bucket to copy from. Leave empty for the connection's own bucket.",
	}),
	field({
		...prefix,
		displayOptions: ofBucket,
		description:
			'What the keys to copy begin with. The rest of each key is kept. Leave empty for the prefix of the connection, or else the whole bucket.',
	}),
	keyInList,
	manifestField,
	manifest,
	inventory,
	keyOfItem,
	content,
	inputField,
	url,
	itemSize,
	itemModified,
	itemChecksum,
] as const;

/** What each item has of its own, although all are one source. */
const ofEachItem = [
	'keyInList',
	'keyOfItem',
	'content',
	'binaryPropertyName',
	'url',
	'itemSize',
	'itemModified',
	'itemChecksum',
];

/** The name by which items are one source: those that differ in nothing but what each has of its own. */
export const together = (params: { source?: string; keysFrom?: string }): string | undefined => {
	if (params.source !== 'items' && !(params.source === 'list' && params.keysFrom === 'items')) return undefined;
	return JSON.stringify(Object.entries(params).filter(([name]) => !ofEachItem.includes(name)));
};

/** A bucket as it was. */
const asOf = narrowingField({
	displayName: 'As Of',
	name: 'asOf',
	type: 'dateTime',
	default: '',
	description:
		"The source as it was at this time, from the versions of its bucket. With it, 'Size and Time' compares by ETag, because older content is not newer.",
});

/** How keys change on their way. */
export const mappingOptions = [
	field({
		displayName: 'Flatten Folders',
		name: 'flatten',
		type: 'string',
		default: '-',
		placeholder: 'e.g. -',
		description: 'What replaces the slashes in keys, so that no folders are left',
	}),
	field({
		displayName: 'Lower Case Keys',
		name: 'lowerCase',
		type: 'boolean',
		default: true,
		description: 'Whether keys at the destination are in lower case',
	}),
	narrowingField({
		displayName: 'Prepend to Keys',
		name: 'prepend',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026/',
		description: "Added before each key, after all other changes and behind 'Destination Prefix'",
	}),
	field({
		displayName: 'Replace in Keys',
		name: 'replaceInKeys',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Replacement',
		description:
			'Replaces all that a regular expression finds in keys, one replacement after the other. In the text, $1 stands for a group and $& for all that was found.',
		options: [
			{
				displayName: 'Replacement',
				name: 'values',
				values: [
					{ displayName: 'Pattern', name: 'pattern', type: 'string', default: '', placeholder: 'e.g. [:*?]' },
					{ displayName: 'Text', name: 'text', type: 'string', default: '', placeholder: 'e.g. _' },
				],
			},
		],
	}),
	narrowingField({
		displayName: 'Strip Prefix',
		name: 'stripPrefix',
		type: 'string',
		default: '',
		placeholder: 'e.g. export/',
		description: "Removed from the beginning of keys, behind 'Prefix'. Keys that begin otherwise stay as they are.",
	}),
] as const;

/** How keys change on their way, and a bucket as it was. */
export const sourceOptions = [asOf, ...mappingOptions] as const;
