import { bucket, prefix } from '../../../core/fields/locators';
import { field, narrowingField } from '../../../core/field';

/** What a transfer copies from. */
const source = field({
	displayName: 'Source',
	name: 'source',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Bucket', value: 'bucket', description: 'All objects in a bucket or under a prefix' },
		{
			name: 'Inventory',
			value: 'inventory',
			description: 'The objects in an S3 Inventory report, for buckets that take long to list',
		},
		{
			name: 'Items',
			value: 'items',
			description: 'Input items with content: all items together are the source',
		},
		{ name: 'List of Keys', value: 'list', description: 'Only listed keys, from items or a file' },
	],
	default: 'bucket',
	description: 'Where the list of objects to copy comes from',
});

const ofBucket = { hide: { source: ['items'] } };
const ofItems = { show: { source: ['items'] } };

const keysFrom = field({
	displayName: 'Keys From',
	name: 'keysFrom',
	type: 'options',
	displayOptions: { show: { source: ['list'] } },
	options: [
		{ name: 'File', value: 'binary', description: 'Binary field with one key per line, CSV or JSON Lines' },
		{ name: 'Items', value: 'items', description: 'One key per item' },
		{ name: 'Object', value: 'object', description: 'Same as a file, but stored in S3' },
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
	description: "The full key of a source object. Must start with 'Prefix'.",
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
		"Key of the list in the source bucket, or an address such as s3://bucket/key. One key per line, CSV with a column 'key', or JSON Lines with strings or a field 'key'. Can be compressed with gzip.",
});

const inventory = field({
	displayName: 'Inventory Manifest',
	name: 'inventory',
	type: 'string',
	required: true,
	displayOptions: { show: { source: ['inventory'] } },
	default: '',
	placeholder: 'e.g. s3://my-reports/my-bucket/daily/2026-01-31T01-00Z/manifest.json',
	description: "The report's manifest file: its address, or its key in the source bucket",
});

const keyOfItem = field({
	displayName: 'Key',
	name: 'keyOfItem',
	type: 'string',
	required: true,
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.folder }}/{{ $json.name }}',
	description: "The key of this item's object, appended to 'Destination Prefix'",
});

const content = field({
	displayName: 'Content',
	name: 'content',
	type: 'options',
	displayOptions: ofItems,
	options: [
		{ name: 'File', value: 'binary', description: 'Binary field of the item' },
		{ name: 'URL', value: 'url', description: 'Content of a web address, read only if it needs copying' },
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
	description: 'The address of the content. Must work without a login.',
});

const itemSize = field({
	displayName: 'Size (Bytes)',
	name: 'itemSize',
	type: 'string',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.size }}',
	description: 'The size of the content. Required for a URL, optional for a file.',
});

const itemModified = field({
	displayName: 'Modified',
	name: 'itemModified',
	type: 'dateTime',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.modifiedTime }}',
	description:
		"When the item last changed. Stored in the object's metadata (mtime, as rclone does). Items with the same size and time are not copied again.",
});

const itemChecksum = field({
	displayName: 'Checksum',
	name: 'itemChecksum',
	type: 'string',
	displayOptions: ofItems,
	default: '',
	placeholder: 'e.g. {{ $json.md5Checksum }}',
	description: 'MD5 or SHA-256 of the content, in hexadecimal or Base64. Used to copy only changed content.',
});

/** The source of *Plan* and *Run*. */
export const sourceFields = [
	source,
	keysFrom,
	field({
		...bucket,
		displayOptions: ofBucket,
		description: "The bucket to copy from. Leave empty to use the credential's bucket.",
	}),
	field({
		...prefix,
		displayOptions: ofBucket,
		description:
			"Copy only keys that start with this. Leave empty to use the credential's prefix, or for the whole bucket.",
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

/** The parameters that differ between items, although all form one source. */
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

/** Identifies the items that form one source: all other parameters are equal. */
export const together = (params: { source?: string; keysFrom?: string }): string | undefined => {
	if (params.source !== 'items' && !(params.source === 'list' && params.keysFrom === 'items')) return undefined;
	return JSON.stringify(Object.entries(params).filter(([name]) => !ofEachItem.includes(name)));
};

/** Option to copy an earlier state of a bucket. */
const asOf = narrowingField({
	displayName: 'As Of',
	name: 'asOf',
	type: 'dateTime',
	default: '',
	description:
		"Use the source as it was at this time, from the versions of its bucket. Then 'Size and Time' compares by ETag.",
});

/** Options to change keys. */
export const mappingOptions = [
	field({
		displayName: 'Flatten Folders',
		name: 'flatten',
		type: 'string',
		default: '-',
		placeholder: 'e.g. -',
		description: 'Text that replaces the slashes in keys, to remove folders',
	}),
	field({
		displayName: 'Lower Case Keys',
		name: 'lowerCase',
		type: 'boolean',
		default: true,
		description: 'Whether to convert keys to lower case at the destination',
	}),
	narrowingField({
		displayName: 'Prepend to Keys',
		name: 'prepend',
		type: 'string',
		default: '',
		placeholder: 'e.g. 2026/',
		description: "Text to add after 'Destination Prefix', in front of each key. Applied after all other changes.",
	}),
	field({
		displayName: 'Replace in Keys',
		name: 'replaceInKeys',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		default: {},
		placeholder: 'Add Replacement',
		description:
			'Replace matches of regular expressions in keys, in order. In the text, $1 stands for a group and $& for the whole match.',
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
		description: "Text to remove from the start of keys, after 'Prefix'. Other keys stay the same.",
	}),
] as const;

/** Options to change keys, and to copy an earlier state. */
export const sourceOptions = [asOf, ...mappingOptions] as const;
