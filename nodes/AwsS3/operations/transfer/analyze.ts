import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import type { Params } from '../../core/field';
import { field } from '../../core/field';
import { filterOf, filterOptions } from '../../core/filters/filters';
import { toJson } from '../../core/io/output';
import { reportOption, storeReport } from '../../core/io/reports';
import { binaryFields, operation } from '../../core/operation';
import { progressLog } from '../../core/runner/progressLog';
import { bucketNameFault } from '../../s3/address';
import type { Listed } from '../../s3/list/list';
import { countUploads } from '../../s3/list/uploads';
import type { Hazard } from '../../s3/analysis/hazards';
import { hazardKind, severityAt } from '../../s3/analysis/hazards';
import type { TargetSystem } from '../../s3/analysis/targetRules';
import { lookThrough } from './analysis/analysis';
import { analysisReport, hazardRow } from './analysis/analysisReport';
import type { Analysis } from './analysis/analysisReport';
import { countVersions } from './analysis/countVersions';

const target = field({
	displayName: 'Target',
	name: 'target',
	type: 'options',
	options: [
		{
			name: 'Amazon S3',
			value: 's3',
			description: 'Another bucket or prefix, also of S3-compatible storage',
		},
		{
			name: 'File System That Ignores Case',
			value: 'caseInsensitive',
			description: 'Such as that of macOS',
		},
		{ name: 'SharePoint or OneDrive', value: 'sharePoint', description: 'With their rules for names and sizes' },
		{ name: 'Windows', value: 'windows', description: 'A disk or file share of Windows' },
	],
	default: 's3',
	description: 'Where the objects are to go, by whose rules names and sizes are checked',
});

const alsoCount = field({
	displayName: 'Also Count',
	name: 'alsoCount',
	type: 'multiOptions',
	options: [
		{
			name: 'Unfinished Uploads',
			value: 'unfinishedUploads',
			description: 'Uploads in parts that were neither completed nor aborted. One request for 1,000 of them.',
		},
		{
			name: 'Versions',
			value: 'versions',
			description: 'Older versions and delete markers, without the filters. Lists everything once more.',
		},
	],
	default: [],
	description: 'What to count besides the objects',
});

const destinationBucket = field({
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-backups',
	description: 'The bucket that they are to go to, to find out whether it lies in the source',
});

const destinationPrefix = field({
	displayName: 'Destination Prefix',
	name: 'destinationPrefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. backup/2026/',
	description: "What takes the place of 'Prefix' at the target. Longer paths may be too long there.",
});

const maxDepth = field({
	displayName: 'Max Depth',
	name: 'maxDepth',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1024, numberPrecision: 0 },
	default: 20,
	description: 'More folders in each other are reported',
});

const objectsPerSecond = field({
	displayName: 'Objects per Second',
	name: 'objectsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 100,
	description: 'For the estimate of hours. Leave out for 100 inside of S3, and 20 to other targets.',
});

const mibPerSecond = field({
	displayName: 'Throughput (MiB per Second)',
	name: 'mibPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 200,
	description: 'For the estimate of hours. Leave out for 200 inside of S3, and 25 to other targets.',
});

const pricePerGb = field({
	displayName: 'Price of Data Out (USD per GB)',
	name: 'pricePerGb',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0.02,
	description:
		'For the estimate of cost. Leave out for 0 inside of S3, which holds within a region, and 0.09 to other targets.',
});

const hazardItems = field({
	displayName: 'Hazards as Items',
	name: 'hazardItems',
	type: 'boolean',
	default: true,
	description: 'Whether to return an item for each hazard instead of the summary',
});

const maxHazards = field({
	displayName: 'Max Hazards',
	name: 'maxHazards',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1_000_000, numberPrecision: 0 },
	default: 10_000,
	description: 'How many hazards become items or rows of the report at most. All are counted.',
});

const analyzeOptions = [
	...filterOptions,
	...requestOptions,
	alsoCount,
	destinationBucket,
	destinationPrefix,
	hazardItems,
	maxDepth,
	maxHazards,
	mibPerSecond,
	objectsPerSecond,
	pricePerGb,
	reportOption,
	target,
] as const;

type Options = Partial<Params<[...typeof analyzeOptions]>>;

/** Throws for options that contradict themselves. */
const checkOptions = ({ destinationBucket: name = '', hazardItems: asItems, report = 'none' }: Options) => {
	const fault = name === '' ? undefined : bucketNameFault(name);
	if (fault)
		throw badInput(`'Destination Bucket' ${fault}: '${name}'`, 'Enter the name of the bucket, or leave it out.');
	if (asItems && report !== 'none')
		throw badInput(
			"'Report' goes with the summary, and 'Hazards as Items' leaves that out",
			"Take one of them out of 'Options'. The report as CSV has the same hazards as the items.",
		);
};

const asItem = ({ Key, Size, LastModified }: Listed) => toJson({ Key, Size, LastModified });

const summaryOf = ({ bucket: at, prefix: below, target: to, counts, hazards, refused, estimate }: Analysis) => {
	const { largest, oldest, newest, ...sums } = counts;
	return {
		...{ bucket: at, prefix: below, target: to },
		...sums,
		largest: largest.map(asItem),
		...(oldest && { oldest: asItem(oldest) }),
		...(newest && { newest: asItem(newest) }),
		...{ hazards, refused, estimate },
	};
};

const hazardItem = (at: string, { id, ...hazard }: Hazard, to: TargetSystem) => {
	const { title, advice } = hazardKind(id);
	return { bucket: at, hazard: id, severity: severityAt(id, to), ...hazard, title, advice };
};

/** The name of the file, without what file systems refuse. */
const reportName = (at: string, now: Date) =>
	`analysis-${at.replace(/[^\w.-]+/g, '-')}-${now.toISOString().slice(0, 10)}`;

export default operation({
	resource: 'transfer',
	operation: 'analyze',
	name: 'Analyze',
	action: 'Analyze what a transfer would move',
	description:
		'Count what is there by type, size, age and class, and find what will not fit a target, before anything moves',
	fields: [bucket, prefix, options(...analyzeOptions)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{
			action: 's3:ListBucketMultipartUploads',
			on: 'bucket',
			when: 'to count unfinished uploads',
			option: 'unfinishedUploads',
		},
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to count versions', option: 'versions' },
	],
	effect: 'read',
	itemsAtOnce: 2,
	async *execute({ s3, params, n8n, hint, signal }) {
		const { bucket: Bucket, prefix: Prefix, options: chosen } = params;
		checkOptions(chosen);
		const { target: to = 's3', alsoCount: extras = [], report: format = 'none' } = chosen;
		const now = new Date();
		let seen = 0;
		const logProgress = progressLog(
			n8n,
			(seconds) => `Analyze '${Bucket}': ${seen} keys looked at, ${Math.round(seen / seconds)} a second`,
		);
		const onSeen = (count: number) => {
			seen += count;
			logProgress();
		};
		const { kept, isComplete, ...found } = await lookThrough(s3, {
			...chosen,
			...{ Bucket, Prefix, target: to, now, onSeen },
			passes: filterOf(chosen),
			maxHazards: chosen.maxHazards ?? maxHazards.default,
		});
		if (!isComplete) hint('More names collide than could be compared. Analyze prefixes one by one to see all of them.');
		if (chosen.hazardItems) {
			yield* kept.map((hazard) => hazardItem(Bucket, hazard, to));
			return;
		}
		const input = { Bucket, Prefix: Prefix || undefined };
		const uploads = extras.includes('unfinishedUploads') && { unfinishedUploads: await countUploads(s3, input) };
		const versions = extras.includes('versions') ? await countVersions(s3, input, onSeen) : undefined;
		const analysis: Analysis = { bucket: Bucket, prefix: Prefix, target: to, ...found, ...uploads, ...versions };
		const summary = { ...summaryOf(analysis), ...uploads, ...versions };
		if (format === 'none') {
			yield summary;
			return;
		}
		async function* rows() {
			yield* kept.map(hazardRow);
		}
		const report = { name: reportName(Bucket, now), report: analysisReport(analysis, now), rows: rows() };
		yield { ...summary, [binaryFields]: { report: await storeReport({ n8n, signal }, format, report) } };
	},
});
