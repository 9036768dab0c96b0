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
				"Another system, such as Google Drive or SFTP: other nodes apply the returned items, and 'Confirm' records them",
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

/** The key of the record, for the operation that writes it. */
export const recordKey = field({
	...recordKeyTexts,
	description: "The key of the record, same as in 'Run'. Created if it does not exist.",
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
			"The key of the object in 'Destination Bucket' that records what the other system has. 'Confirm' writes it. If it does not exist, Run returns everything as new.",
	}),
	mode,
	field({ ...compare, displayOptions: inS3 }),
	field({ ...onDifferent, displayOptions: inS3 }),
	field({ ...jobName, displayOptions: inS3 }),
	field({ ...category, displayOptions: inS3 }),
] as const;

/** Whether items for another system include content. */
export const includeContent = field({
	displayName: 'Include Content',
	name: 'includeContent',
	type: 'boolean',
	default: true,
	description: "Whether to include the content of new and replaced objects, in the binary field 'data'",
});
