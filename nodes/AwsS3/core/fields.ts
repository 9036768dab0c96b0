import type { Field } from './operation';
import { field } from './operation';

export const bucket = field({
	displayName: 'Bucket',
	name: 'bucket',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	description: "The bucket to use. Leave empty for the connection's own bucket.",
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
	description: 'The full name of the object, folders included',
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			hint: 'Type the beginning of a key to find it',
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

/** The key of something that is to be written: it need not exist, so there is no list to choose from. */
export const newKey = field({
	displayName: 'Key',
	name: 'key',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. invoices/2026/0001.pdf',
	description: 'The full name of the object, folders included. It is used exactly as it is given.',
});

export const folderPath = field({
	displayName: 'Folder',
	name: 'folder',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: 'The path of the folder. A slash at its end is added where it is missing.',
});

export const prefix = field({
	displayName: 'Prefix',
	name: 'prefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: 'What the keys begin with. Leave empty for the whole bucket.',
});

export const returnAll = field({
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
});

export const limit = field({
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1, numberPrecision: 0 },
	displayOptions: { show: { returnAll: [false] } },
	default: 50,
	description: 'Max number of results to return',
});

export const simplify = field({
	displayName: 'Simplify',
	name: 'simplify',
	type: 'boolean',
	default: true,
	description: 'Whether to return a simplified version of the response instead of the raw data',
});

export const outputField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
});

export const versionId = field({
	displayName: 'Version ID',
	name: 'versionId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY',
	description: 'Leave empty for the latest version',
});

export const requesterPays = field({
	displayName: 'Requester Pays',
	name: 'requesterPays',
	type: 'boolean',
	default: true,
	description: "Whether your account pays for the request where the bucket's owner does not",
});

export const expectedBucketOwner = field({
	displayName: 'Expected Bucket Owner',
	name: 'expectedBucketOwner',
	type: 'string',
	default: '',
	placeholder: 'e.g. 111122223333',
	description: 'The AWS account that must own the bucket, otherwise nothing is done',
});

/** The options of every request to a bucket. */
export const requestOptions = [requesterPays, expectedBucketOwner] as const;

export const sseCustomerKey = field({
	displayName: 'SSE-C Key',
	name: 'sseCustomerKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'Your own encryption key of 256 bits, in Base64. S3 does not keep it: without it the object is lost.',
});

export const dryRun = field({
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: true,
	description: 'Whether to only say what would be done, without doing it',
});

export const concurrency = field({
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 256, numberPrecision: 0 },
	default: 10,
	description: 'How many items are worked on at the same time. Leave out to let it adapt to how fast S3 answers.',
});

/** Of what moves content. */
export const memory = field({
	displayName: 'Memory (MiB)',
	name: 'memoryMib',
	type: 'number',
	typeOptions: { minValue: 16, maxValue: 16_384, numberPrecision: 0 },
	default: 64,
	description:
		'How much of their content all items together may hold in memory. More is faster for large files where S3 is far away.',
});

/** The collection *Options* of an operation: the given fields and *Concurrency*. */
export const options = <const Fs extends Field[]>(...fields: Fs) =>
	field({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...fields, concurrency],
	});
