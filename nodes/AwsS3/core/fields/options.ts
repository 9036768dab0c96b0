import type { Field } from '../field';
import { field, narrowingField } from '../field';

export const requesterPays = field({
	displayName: 'Requester Pays',
	name: 'requesterPays',
	type: 'boolean',
	default: true,
	description: "Whether your account pays for the request where the bucket's owner does not",
});

export const expectedBucketOwner = narrowingField({
	displayName: 'Expected Bucket Owner',
	name: 'expectedBucketOwner',
	type: 'string',
	default: '',
	placeholder: 'e.g. 111122223333',
	description: 'The AWS account that must own the bucket, otherwise nothing is done',
});

/** The options that every request to a bucket accepts. */
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

/** How many items an operation works on at first, unless it says otherwise. */
export const initialConcurrency = 20;

export const concurrency = field({
	displayName: 'Concurrency',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 256, numberPrecision: 0 },
	default: initialConcurrency,
	description: 'How many items are worked on at the same time. Leave out to let it adapt to how fast S3 answers.',
});

/** How much content all items of one execution buffer together, in MiB. */
export const defaultMemoryMib = 64;

/** An option of operations that transfer content. */
export const memory = field({
	displayName: 'Memory (MiB)',
	name: 'memoryMib',
	type: 'number',
	typeOptions: { minValue: 16, maxValue: 16_384, numberPrecision: 0 },
	default: defaultMemoryMib,
	description:
		'How much of their content all items together may hold in memory. More is faster for large files where S3 is far away.',
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
