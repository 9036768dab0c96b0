import type { Field } from '../field';
import { field, narrowingField } from '../field';

export const requesterPays = field({
	displayName: 'Requester Pays',
	name: 'requesterPays',
	type: 'boolean',
	default: true,
	description: 'Whether to accept the charges of Requester Pays buckets',
});

export const expectedBucketOwner = narrowingField({
	displayName: 'Expected Bucket Owner',
	name: 'expectedBucketOwner',
	type: 'string',
	default: '',
	placeholder: 'e.g. 111122223333',
	description: 'The ID of the AWS account that must own the bucket. Otherwise the request fails.',
});

/** The options that every request to a bucket accepts. */
export const requestOptions = [requesterPays, expectedBucketOwner] as const;

export const sseCustomerKey = field({
	displayName: 'SSE-C Key',
	name: 'sseCustomerKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description:
		'Your own 256-bit encryption key in Base64. S3 does not store it: if you lose the key, you lose the object.',
});

export const dryRun = field({
	displayName: 'Dry Run',
	name: 'dryRun',
	type: 'boolean',
	default: true,
	description: 'Whether to only show what the operation would do, without changing anything',
});

/** How many items an operation works on at first, unless it says otherwise. */
export const initialConcurrency = 20;

export const concurrency = field({
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 256, numberPrecision: 0 },
	default: initialConcurrency,
	description: 'How many items to process at the same time. Leave out to adapt to the speed of S3.',
});

/** How much content all items of an execution may buffer together, in MiB. */
export const defaultMemoryMib = 64;

/** An option of operations that transfer content. */
export const memory = field({
	displayName: 'Memory (MiB)',
	name: 'memoryMib',
	type: 'number',
	typeOptions: { minValue: 16, maxValue: 16_384, numberPrecision: 0 },
	default: defaultMemoryMib,
	description:
		'How much memory all items together may use for content. More is faster for large files over slow networks.',
});

export const outputField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	required: true,
	default: 'data',
	hint: 'The name of the output binary field to put the file in',
});

/** Creates the collection *Options* of an operation, with the given fields and *Concurrency*. */
export const options = <const Fs extends Field[]>(...fields: Fs) =>
	field({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...fields, concurrency],
	});
