import { field } from '../../../core/field';
import { destination, toItems } from '../../../core/objectFields/destination';
import { jobFields } from './jobFields';
import { compare, mode, onDifferent, toSides } from './transferFields';
import { sourceFields } from './sourceFields';

const [another, same] = destination.options;

const destinationOrItems = field({
	...destination,
	options: [
		another,
		{
			name: 'Items',
			value: toItems,
			description:
				"Another system, such as Google Drive or SFTP: other nodes carry out what comes as items, and 'Confirm' notes it",
		},
		same,
	],
});

const inS3 = { hide: { destination: [toItems] } };

const recordKeyTexts = {
	displayName: 'Record Key',
	name: 'recordKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. records/drive.jsonl',
} as const;

/** The key of the record, where it is written. */
export const recordKey = field({
	...recordKeyTexts,
	description: "The key of the record, the same as in 'Run'. If there is no such object yet, it is made.",
});

const [destinationBucket, destinationPrefix] = toSides;
const [jobName, category] = jobFields;

/** The fields of *Run*, whose destination may also be another system. */
export const runFields = [
	destinationOrItems,
	...sourceFields,
	destinationBucket,
	field({ ...destinationPrefix, displayOptions: inS3 }),
	field({
		...recordKeyTexts,
		displayOptions: { show: { destination: [toItems] } },
		description:
			"The key of the object in 'Destination Bucket' that says what the other system has. 'Confirm' writes it. If there is no such object yet, everything is to be created.",
	}),
	mode,
	field({ ...compare, displayOptions: inS3 }),
	field({ ...onDifferent, displayOptions: inS3 }),
	field({ ...jobName, displayOptions: inS3 }),
	field({ ...category, displayOptions: inS3 }),
] as const;

/** Whether the items of another system get their content. */
export const includeContent = field({
	displayName: 'Include Content',
	name: 'includeContent',
	type: 'boolean',
	default: true,
	description:
		"Whether items of the destination 'Items' have the content of what is to be created or replaced, in the binary field data",
});
