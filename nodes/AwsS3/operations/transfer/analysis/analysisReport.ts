import type { Amount, Bars, Category, Report, ReportRow, Tone } from '../../../content/report/report';
import type { Hazard, Severity } from '../../../s3/analysis/hazards';
import type { Statistics, Sums } from '../../../s3/analysis/statistics';
import type { TargetSystem } from '../../../s3/analysis/targetRules';
import type { Findings } from './analysis';
import type { VersionCounts } from './countVersions';
import type { HazardSum } from './hazardTally';

/** The targets, as the option shows them. */
export const targetNames: Record<TargetSystem, string> = {
	s3: 'Amazon S3',
	caseInsensitive: 'File System That Ignores Case',
	sharePoint: 'SharePoint or OneDrive',
	windows: 'Windows',
};

/** What was found, and where. */
export interface Analysis extends Omit<Findings, 'kept' | 'isComplete'>, Partial<VersionCounts> {
	bucket: string;
	prefix: string;
	target: TargetSystem;
	unfinishedUploads?: number;
}

/** What has to be done first comes first. */
const order: Severity[] = ['refused', 'changed', 'kept'];

const tones: Record<Severity, Tone> = { refused: 'bad', changed: 'warning', kept: 'plain' };

const objects = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`;

const verdictOf = ({ hazards, refused, target, counts }: Analysis): Report['verdict'] => {
	const name = targetNames[target];
	const isAny = (severity: Severity) => hazards.some((one) => one.severity === severity);
	if (counts.objects === 0) return { tone: 'plain', text: 'There are no objects here.' };
	if (refused.objects > 0)
		return {
			tone: 'bad',
			text: `${refused.objects.toLocaleString('en')} of ${objects(counts.objects)} cannot go to ${name} as they are.`,
		};
	if (isAny('refused')) return { tone: 'bad', text: `Not all objects can go to ${name} as they are.` };
	if (isAny('changed'))
		return {
			tone: 'warning',
			text: `All objects can go to ${name}, and some would get another name or become one with others.`,
		};
	return { tone: 'good', text: `All ${objects(counts.objects)} can go to ${name} as they are.` };
};

const barsOf = (title: string, sums: Sums): Bars => ({
	kind: 'bars',
	title,
	unit: 'bytes',
	bars: Object.entries(sums).map(([label, sum]) => ({ label, value: sum.bytes, note: objects(sum.objects) })),
});

const countsOf = (title: string, sums: Sums): Bars => ({
	kind: 'bars',
	title,
	unit: 'count',
	bars: Object.entries(sums).map(([label, sum]) => ({ label, value: sum.objects })),
});

const largestOf = ({ largest }: Statistics): Bars => ({
	kind: 'bars',
	title: 'Largest objects',
	unit: 'bytes',
	bars: largest.map(({ Key: label, Size: value = 0 }) => ({ label, value })),
});

const categoryOf = ({ id, title: label, severity, count, advice }: HazardSum): Category => ({
	...{ id, label, count, advice },
	tone: tones[severity],
});

const byUrgency = (hazards: HazardSum[]) =>
	[...hazards].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));

/** What was counted besides, if it was. */
const extraTotals = ({ noncurrentVersions, noncurrentBytes, deleteMarkers, unfinishedUploads }: Analysis) => {
	const totals: Array<[label: string, value: number | undefined, unit: Amount['unit']]> = [
		['Older versions', noncurrentVersions, 'count'],
		['Size of older versions', noncurrentBytes, 'bytes'],
		['Delete markers', deleteMarkers, 'count'],
		['Unfinished uploads', unfinishedUploads, 'count'],
	];
	return totals.flatMap(([label, value, unit]) => (value === undefined ? [] : [{ label, value, unit }]));
};

/** The report on an analysis, without the rows of its hazards. */
export const analysisReport = (analysis: Analysis, made: Date): Report => {
	const { bucket, prefix, target, counts, hazards, estimate } = analysis;
	const { requests } = estimate;
	return {
		title: `Analysis of ${bucket}`,
		verdict: verdictOf(analysis),
		made,
		facts: [
			['Bucket', bucket],
			['Prefix', prefix === '' ? 'all' : prefix],
			['Target', targetNames[target]],
		],
		totals: [
			{ label: 'Objects', value: counts.objects, unit: 'count' },
			{ label: 'Size', value: counts.bytes, unit: 'bytes' },
			...extraTotals(analysis),
			{ label: 'Estimated cost', value: estimate.cost.total, unit: 'usd' },
			{ label: 'Estimated time', value: estimate.hours, unit: 'hours' },
		],
		plots: {
			title: 'What there is',
			entries: [
				barsOf('By type', counts.byType),
				barsOf('By size', counts.bySize),
				barsOf('By age', counts.byAge),
				barsOf('By storage class', counts.byStorageClass),
				countsOf('Objects by number of folders they are in', counts.byDepth),
				largestOf(counts),
			],
		},
		categories: { title: 'Hazards', entries: byUrgency(hazards).map(categoryOf) },
		notes: [
			{
				title: 'How cost and time are estimated',
				lines: [
					`Requests: ${requests.lists.toLocaleString('en')} to list, ${requests.copies.toLocaleString('en')} to copy, ${requests.reads.toLocaleString('en')} to read.`,
					`In US dollars: ${estimate.cost.requests} for requests, ${estimate.cost.retrieval} for reading cheaper storage classes, ${estimate.cost.dataOut} for data that leaves.`,
					...estimate.assumptions,
				],
			},
		],
		rowsTitle: 'What has hazards',
	};
};

/** A hazard as a row of the report. */
export const hazardRow = ({ id, path, key, other, size }: Hazard): ReportRow => ({
	category: id,
	key: key ?? path,
	...(size !== undefined && { size }),
	...(other === undefined
		? key !== undefined && key !== path && { detail: `would be ${path}` }
		: { detail: `collides with ${other}` }),
});
