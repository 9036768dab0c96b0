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
		{ name: 'Created', value: 'created', description: 'An object that was not there before' },
		{ name: 'Deleted', value: 'deleted', description: 'An object that is not there any more' },
		{
			name: 'Infected',
			value: 'infected',
			description: "GuardDuty has found malware in it; needs 'Wait for Malware Scan' in 'Options'",
		},
		{
			name: 'Malware Scan Not Possible',
			value: 'scanFailed',
			description:
				"GuardDuty could not scan it: it is too large, encrypted or not accessible; needs 'Wait for Malware Scan' in 'Options'",
		},
		{ name: 'Modified', value: 'modified', description: 'An object with other content than before' },
		{
			name: 'Restored',
			value: 'restored',
			description: 'An archived object that can be read again, because a restore has completed',
		},
		{
			name: 'Storage Class Changed',
			value: 'storageClassChanged',
			description: 'An object that was moved to another class, such as by a lifecycle rule',
		},
		{
			name: 'Tags Changed',
			value: 'tagsChanged',
			description: 'An object with other tags than before. One more request for each object, at each poll.',
		},
		{
			name: 'Undeleted',
			value: 'undeleted',
			description: "An object whose delete marker was removed; needs 'Watch Versions' in 'Options'",
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
	description: 'Whether to watch everything below the prefix, or only this level',
});

const existing = field({
	displayName: 'Existing Objects',
	name: 'existing',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Skip', value: 'skip', description: 'Only what happens from now on' },
		{ name: 'Report All', value: 'all', description: 'As created, and what happens from now on' },
		{
			name: 'Report Since a Date',
			value: 'since',
			description: 'Those that were written since then, and what happens from now on',
		},
	],
	default: 'skip',
	description:
		"What to do with the objects that are there when the workflow is activated for the first time. A later change to 'Report All' or to another date reports them again.",
});

const since = field({
	displayName: 'Since',
	name: 'since',
	type: 'dateTime',
	noDataExpression: true,
	displayOptions: { show: { existing: ['since'] } },
	default: '',
	description: 'Objects that were written at this time or later are reported',
});

const executions = field({
	displayName: 'Start',
	name: 'executions',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'One Execution for All Objects', value: 'batch', description: 'With an item for each event of a poll' },
		{ name: 'One Execution for Each Object', value: 'each', description: 'So that one that fails holds up no other' },
	],
	default: 'batch',
	description: 'How many executions a poll starts',
});

const joined = field({
	displayName: 'Add to Each Object',
	name: 'join',
	type: 'multiOptions',
	options: [
		{ name: 'Content', value: 'content', description: 'As a file. One more request for each object.' },
		{ name: 'Metadata', value: 'metadata', description: 'One more request for each object' },
		{ name: 'Tags', value: 'tags', description: 'One more request for each object' },
	],
	default: [],
	description: 'What to get besides what the listing tells',
});

const doneSuffix = narrowingField({
	displayName: 'Done-File Suffix',
	name: 'doneSuffix',
	type: 'string',
	default: '',
	placeholder: 'e.g. .done',
	description:
		'Report an object only once another one is there whose key is the same with this at its end, such as data.csv.done for data.csv, and which is not older',
});

const maxContent = field({
	displayName: 'Max Content Size (MiB)',
	name: 'maxContentMib',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 100,
	description: "Larger objects come without their content, if 'Add to Each Object' has 'Content'",
});

const maxInline = field({
	displayName: 'Max Objects in State of n8n',
	name: 'maxInline',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 200_000, numberPrecision: 0 },
	default: 20_000,
	description: "What is known of more objects is kept in an object below '.n8n-triggers/', not in n8n's database",
});

const limit = field({
	displayName: 'Max Objects per Poll',
	name: 'maxObjects',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 100_000, numberPrecision: 0 },
	default: 500,
	description: 'How many objects are reported at a time. The others come with the next polls.',
});

const settle = field({
	displayName: 'Min Age (Seconds)',
	name: 'minAge',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 31_536_000 },
	default: 60,
	description: 'Report an object only once nobody has written it for so long',
});

const modified = field({
	displayName: 'Modified Means',
	name: 'modifiedMeans',
	type: 'options',
	options: [
		{ name: 'Any Write', value: 'anyWrite', description: 'Also of the same content as before' },
		{ name: 'Other Content', value: 'content', description: 'Another ETag or size' },
	],
	default: 'content',
	description: 'Which writes are the event Modified',
});

const outputField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	description: "The name of the binary field for the content, if 'Add to Each Object' has 'Content'",
});

const ownMark = narrowingField({
	displayName: 'Skip Objects With Metadata',
	name: 'skipMetadata',
	type: 'string',
	default: '',
	placeholder: 'e.g. written-by=n8n',
	description:
		'Do not report objects with this name, or name=value, in their metadata. Let the workflow write it to what it uploads, and it does not start itself. One more request for each object.',
});

const startAfter = narrowingField({
	displayName: 'Start After',
	name: 'startAfter',
	type: 'string',
	default: '',
	placeholder: "e.g. {{ $now.minus(2, 'days').toFormat('yyyy/MM/dd') }}",
	description:
		'Watch only keys behind this one in S3 order. Where keys begin with a date, polls then take the same time however many objects there are.',
});

const startOver = field({
	displayName: 'Start Over',
	name: 'startOver',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	noDataExpression: true,
	default: 1,
	description:
		"Enter another number to forget what is known, and to begin with 'Existing Objects' again. What happened since the last poll is then not reported.",
});

const stateBucket = field({
	displayName: 'State Bucket',
	name: 'stateBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-n8n',
	description: 'The bucket for a state that is too large for n8n. The watched bucket if left out.',
});

const onlyClean = field({
	displayName: 'Wait for Malware Scan',
	name: 'onlyClean',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description:
		'Whether to report new content only once GuardDuty has tagged it as clean. One more request for each object, at each poll until then.',
});

const versions = field({
	displayName: 'Watch Versions',
	name: 'versions',
	type: 'boolean',
	noDataExpression: true,
	default: true,
	description:
		'Whether to report every version of a bucket with versioning, so that nothing between two polls is missed',
});

const notice = field({
	displayName:
		'Each poll lists everything below the prefix: one request per 1,000 objects. What is created and deleted between two polls is seen only in a bucket with versioning. <a href="https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/triggers.md">What a poll costs and cannot see</a>.',
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
