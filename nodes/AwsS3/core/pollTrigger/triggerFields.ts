import { credentialType } from '../connection/credentialTypes';
import type { Params } from '../field';
import { field, narrowingField } from '../field';
import { bucket, prefix } from '../fields/locators';
import { requestOptions, sseCustomerKey } from '../fields/options';
import { filterOptions } from '../filters/filters';

const events = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	required: true,
	options: [
		{ name: 'Created', value: 'created', action: 'On object created', description: 'A new object' },
		{ name: 'Deleted', value: 'deleted', action: 'On object deleted', description: 'An object was deleted' },
		{
			name: 'Infected',
			value: 'infected',
			action: 'On object infected with malware',
			description: "GuardDuty found malware. Needs 'Wait for Malware Scan' in 'Options'.",
		},
		{
			name: 'Malware Scan Not Possible',
			value: 'scanFailed',
			action: 'On malware scan not possible',
			description:
				"GuardDuty could not scan the object (too large, encrypted or not accessible). Needs 'Wait for Malware Scan' in 'Options'.",
		},
		{ name: 'Modified', value: 'modified', action: 'On object modified', description: 'An object has new content' },
		{
			name: 'Restored',
			value: 'restored',
			action: 'On object restored from the archive',
			description: 'The restore of an archived object has completed',
		},
		{
			name: 'Storage Class Changed',
			value: 'storageClassChanged',
			action: 'On storage class of object changed',
			description: 'An object moved to another storage class, for example by a lifecycle rule',
		},
		{
			name: 'Tags Changed',
			value: 'tagsChanged',
			action: 'On tags of object changed',
			description: 'The tags of an object changed. Sends one more request per object and poll.',
		},
		{
			name: 'Undeleted',
			value: 'undeleted',
			action: 'On object undeleted',
			description: "The delete marker of an object was removed. Needs 'Watch Versions' in 'Options'.",
		},
	],
	default: ['created', 'modified'],
	description: 'What starts the workflow',
});

const recursive = field({
	displayName: 'Include Subfolders',
	name: 'recursive',
	type: 'boolean',
	default: true,
	description: 'Whether to watch all objects under the prefix, or only this level',
});

const existing = field({
	displayName: 'Existing Objects',
	name: 'existing',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Skip', value: 'skip', description: 'Report new changes only' },
		{ name: 'Report All', value: 'all', description: 'Report all objects as created, then new changes' },
		{
			name: 'Report Since a Date',
			value: 'since',
			description: 'Report objects written since a date, then new changes',
		},
	],
	default: 'skip',
	description:
		"What to do with objects that exist when you first publish the workflow. Changing to 'Report All' or another date later reports them again.",
});

const since = field({
	displayName: 'Since',
	name: 'since',
	type: 'dateTime',
	noDataExpression: true,
	displayOptions: { show: { existing: ['since'] } },
	default: '',
	description: 'Report objects written at this time or later',
});

const executions = field({
	displayName: 'Start',
	name: 'executions',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'One Execution for All Objects', value: 'batch', description: 'With one item per event' },
		{ name: 'One Execution for Each Object', value: 'each', description: 'So that a failed one does not block others' },
	],
	default: 'batch',
	description: 'How many executions a poll starts',
});

const joined = field({
	displayName: 'Add to Each Object',
	name: 'join',
	type: 'multiOptions',
	options: [
		{ name: 'Content', value: 'content', description: 'Adds the file. Sends one more request per object.' },
		{ name: 'Metadata', value: 'metadata', description: 'Sends one more request per object' },
		{ name: 'Tags', value: 'tags', description: 'Sends one more request per object' },
	],
	default: [],
	description: 'Extra data to get for each object',
});

const doneSuffix = narrowingField({
	displayName: 'Done-File Suffix',
	name: 'doneSuffix',
	type: 'string',
	default: '',
	placeholder: 'e.g. .done',
	description:
		'Report an object only when a second object with this suffix exists and is not older, such as data.csv.done for data.csv',
});

const maxContent = field({
	displayName: 'Max Content Size (MiB)',
	name: 'maxContentMib',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 100,
	description: "Leave out the content of larger objects, if 'Add to Each Object' includes 'Content'",
});

const maxInline = field({
	displayName: 'Max Objects in State of n8n',
	name: 'maxInline',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 200_000, numberPrecision: 0 },
	default: 20_000,
	description:
		"With more objects, the trigger stores its state in an object in '.n8n-triggers/' instead of n8n's database",
});

const limit = field({
	displayName: 'Max Objects per Poll',
	name: 'maxObjects',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100_000, numberPrecision: 0 },
	default: 500,
	description: 'The maximum of objects to report per poll. The next polls report the rest.',
});

const settle = field({
	displayName: 'Min Age (Seconds)',
	name: 'minAge',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 31_536_000 },
	default: 60,
	description: 'Report an object only when its last change is at least this old',
});

const modified = field({
	displayName: 'Modified Means',
	name: 'modifiedMeans',
	type: 'options',
	options: [
		{ name: 'Any Write', value: 'anyWrite', description: 'Including writes of identical content' },
		{ name: 'Other Content', value: 'content', description: 'Different ETag or size' },
	],
	default: 'content',
	description: "Which writes count as 'Modified'",
});

const outputField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	description: "The name of the binary field for the content, if 'Add to Each Object' includes 'Content'",
});

const ownMark = narrowingField({
	displayName: 'Skip Objects With Metadata',
	name: 'skipMetadata',
	type: 'string',
	default: '',
	placeholder: 'e.g. written-by=n8n',
	description:
		'Ignore objects with this metadata name, or name=value. Set it in the uploads of the workflow, so that it does not start itself. Sends one more request per object.',
});

const ignoreOwnWrites = field({
	displayName: 'Ignore Own Writes',
	name: 'ignoreOwnWrites',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description:
		'Whether to ignore objects that Amazon S3 nodes of this workflow write, so that it does not start itself. These nodes mark them in their metadata. Sends one more request per new or modified object.',
});

const startAfter = narrowingField({
	displayName: 'Start After',
	name: 'startAfter',
	type: 'string',
	default: '',
	placeholder: "e.g. {{ $now.minus(2, 'days').toFormat('yyyy/MM/dd') }}",
	description:
		"Watch only keys after this one, in S3's order (UTF-8 bytes). If keys start with a date, this keeps polls fast.",
});

const startOver = field({
	displayName: 'Start Over',
	name: 'startOver',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	noDataExpression: true,
	default: 1,
	description:
		"Enter another number to reset the trigger and start with 'Existing Objects' again. Changes since the last poll are not reported.",
});

const stateBucket = field({
	displayName: 'State Bucket',
	name: 'stateBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-n8n',
	description: "The bucket for a state that is too large for n8n's database (default: the watched bucket)",
});

const onlyClean = field({
	displayName: 'Wait for Malware Scan',
	name: 'onlyClean',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description:
		'Whether to report new content only after GuardDuty tags it as clean. Sends one more request per object and poll until then.',
});

const versions = field({
	displayName: 'Watch Versions',
	name: 'versions',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description: 'Whether to report every version in a bucket with versioning, so that polls miss no change',
});

const notice = field({
	displayName:
		'Each poll lists all objects under the prefix, with one request per 1,000 objects. It misses objects created and deleted between two polls, unless you watch versions. <a href="https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/triggers.md">Cost and limits of polling</a>.',
	name: 'pollNotice',
	type: 'notice',
	default: '',
});

/** The fields of the polling trigger. */
export const triggerFields = [
	credentialType,
	notice,
	bucket,
	prefix,
	recursive,
	events,
	existing,
	since,
	executions,
	field({
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [
			joined,
			doneSuffix,
			...requestOptions,
			...filterOptions,
			ignoreOwnWrites,
			maxContent,
			maxInline,
			limit,
			settle,
			modified,
			outputField,
			ownMark,
			sseCustomerKey,
			startAfter,
			startOver,
			stateBucket,
			onlyClean,
			versions,
		],
	}),
] as const;

/** The checked values of these fields. */
export type TriggerParams = Params<[...typeof triggerFields]>;

type Options = Extract<(typeof triggerFields)[number], { name: 'options' }>['options'];

/** The checked values of the options. */
export type TriggerOptions = Partial<Params<[...Options]>>;
