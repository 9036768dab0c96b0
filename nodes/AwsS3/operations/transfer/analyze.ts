import { badInput } from '../../core/errors/badInput';
import { bucket, prefix } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import type { Params } from '../../core/field';
import { field } from '../../core/field';
import { filterOf, filterOptions } from '../../core/filters/filters';
import { toJson } from '../../core/io/output';
import { reportName, reportOption, storeReport } from '../../core/io/reports';
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
			description: 'Another bucket or prefix, including S3-compatible storage',
		},
		{
			name: 'Case-Insensitive File System',
			value: 'caseInsensitive',
			description: 'For example macOS',
		},
		{ name: 'SharePoint or OneDrive', value: 'sharePoint', description: "With Microsoft's rules for names and sizes" },
		{ name: 'Windows', value: 'windows', description: 'A Windows disk or file share' },
	],
	default: 's3',
	description: 'The system to move the objects to. Its rules for names and sizes apply.',
});

const alsoCount = field({
	displayName: 'Also Count',
	name: 'alsoCount',
	type: 'multiOptions',
	options: [
		{
			name: 'Incomplete Uploads',
			value: 'unfinishedUploads',
			description: 'Multipart uploads that were neither completed nor aborted. One request per 1,000.',
		},
		{
			name: 'Versions',
			value: 'versions',
			description: 'Noncurrent versions and delete markers, ignoring the filters. Lists everything again.',
		},
	],
	default: [],
	description: 'What to count in addition to objects',
});

const destinationBucket = field({
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-backups',
	description: 'The bucket to move the objects to. Used to detect a destination inside the source.',
});

const destinationPrefix = field({
	displayName: 'Destination Prefix',
	name: 'destinationPrefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. backup/2026/',
	description: "Replaces 'Prefix' at the target. Used to check the length of paths.",
});

const maxDepth = field({
	displayName: 'Max Depth',
	name: 'maxDepth',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 1024, numberPrecision: 0 },
	default: 20,
	description: 'Report objects in more nested folders than this',
});

const objectsPerSecond = field({
	displayName: 'Objects per Second',
	name: 'objectsPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 100,
	description: 'Used to estimate the time. Default: 100 within S3, 20 to other targets.',
});

const mibPerSecond = field({
	displayName: 'Throughput (MiB per Second)',
	name: 'mibPerSecond',
	type: 'number',
	typeOptions: { minValue: 0.001 },
	default: 200,
	description: 'Used to estimate the time. Default: 200 within S3, 25 to other targets.',
});

const pricePerGb = field({
	displayName: 'Data Transfer Price (USD per GB)',
	name: 'pricePerGb',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 0.02,
	description: 'Used to estimate the cost. Default: 0 within S3 (in the same region), 0.09 to other targets.',
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
	description: 'Maximum number of hazards to return as items or report rows. The counts include all.',
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

/** Throws for contradicting options. */
const checkOptions = ({ destinationBucket: name = '', hazardItems: asItems, report = 'none' }: Options) => {
	const fault = name === '' ? undefined : bucketNameFault(name);
	if (fault)
		throw badInput(`'Destination Bucket' ${fault}: '${name}'`, 'Enter the name of the bucket, or leave it out.');
	if (asItems && report !== 'none')
		throw badInput(
			"'Report' and 'Hazards as Items' cannot be combined",
			"Remove one of them from 'Options'. A CSV report contains the same hazards as the items.",
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

export default operation({
	resource: 'transfer',
	operation: 'analyze',
	name: 'Analyze',
	action: 'Analyze what a transfer would move',
	description:
		'Count objects by type, size, age and storage class, and find what a target would not accept, before you move anything',
	fields: [bucket, prefix, options(...analyzeOptions)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{
			action: 's3:ListBucketMultipartUploads',
			on: 'bucket',
			when: 'to count incomplete uploads',
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
			(seconds) => `Analyze '${Bucket}': ${seen} keys, ${Math.round(seen / seconds)} per second`,
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
		if (!isComplete)
			hint('Too many names collide to compare them all. Analyze one prefix at a time to see all collisions.');
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
		const report = { name: reportName('analysis', Bucket, now), report: analysisReport(analysis, now), rows: rows() };
		yield { ...summary, [binaryFields]: { report: await storeReport({ n8n, signal }, format, report) } };
	},
});
