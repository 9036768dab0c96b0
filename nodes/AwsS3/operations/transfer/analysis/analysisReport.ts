import type { Amount, Category, Report, ReportRow, Tone } from '../../../content/report/report';
import { objectsInWords, plotsOfStatistics, totalsOfStatistics } from '../../../core/io/statisticsPlots';
import type { Hazard, Severity } from '../../../s3/analysis/hazards';
import type { TargetSystem } from '../../../s3/analysis/targetRules';
import type { Findings } from './analysis';
import type { VersionCounts } from './countVersions';
import type { HazardSum } from './hazardTally';

/** The labels of the targets. */
export const targetNames: Record<TargetSystem, string> = {
	s3: 'Amazon S3',
	caseInsensitive: 'Case-Insensitive File System',
	sharePoint: 'SharePoint or OneDrive',
	windows: 'Windows',
};

/** The result of an analysis, and its bucket. */
export interface Analysis extends Omit<Findings, 'kept' | 'isComplete'>, Partial<VersionCounts> {
	bucket: string;
	prefix: string;
	target: TargetSystem;
	unfinishedUploads?: number;
}

/** The most urgent ones first. */
const order: Severity[] = ['refused', 'changed', 'kept'];

const tones: Record<Severity, Tone> = { refused: 'bad', changed: 'warning', kept: 'plain' };

const verdictOf = ({ hazards, refused, target, counts }: Analysis): Report['verdict'] => {
	const name = targetNames[target];
	const isAny = (severity: Severity) => hazards.some((one) => one.severity === severity);
	if (counts.objects === 0) return { tone: 'plain', text: 'Found no objects.' };
	if (refused.objects > 0)
		return {
			tone: 'bad',
			text: `${refused.objects.toLocaleString('en')} of ${objectsInWords(counts.objects)} cannot move to ${name} unchanged.`,
		};
	if (isAny('refused')) return { tone: 'bad', text: `Not all objects can move to ${name} unchanged.` };
	if (isAny('changed'))
		return {
			tone: 'warning',
			text: `All objects can move to ${name}, but some would change their name or collide with others.`,
		};
	return { tone: 'good', text: `All ${objectsInWords(counts.objects)} can move to ${name} unchanged.` };
};

const categoryOf = ({ id, title: label, severity, count, advice }: HazardSum): Category => ({
	...{ id, label, count, advice },
	tone: tones[severity],
});

const byUrgency = (hazards: HazardSum[]) =>
	[...hazards].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));

/** The optional counts. */
const extraTotals = ({ noncurrentVersions, noncurrentBytes, deleteMarkers, unfinishedUploads }: Analysis) => {
	const totals: Array<[label: string, value: number | undefined, unit: Amount['unit']]> = [
		['Older versions', noncurrentVersions, 'count'],
		['Size of older versions', noncurrentBytes, 'bytes'],
		['Delete markers', deleteMarkers, 'count'],
		['Incomplete multipart uploads', unfinishedUploads, 'count'],
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
			...totalsOfStatistics(counts),
			...extraTotals(analysis),
			{ label: 'Estimated cost', value: estimate.cost.total, unit: 'usd' },
			{ label: 'Estimated time', value: estimate.hours, unit: 'hours' },
		],
		plots: plotsOfStatistics(counts),
		categories: { title: 'Hazards', entries: byUrgency(hazards).map(categoryOf) },
		notes: [
			{
				title: 'Assumptions for cost and time',
				lines: [
					`Requests: ${requests.lists.toLocaleString('en')} to list, ${requests.copies.toLocaleString('en')} to copy, ${requests.reads.toLocaleString('en')} to read.`,
					`In US dollars: ${estimate.cost.requests} for requests, ${estimate.cost.retrieval} for retrieval from cheaper storage classes, ${estimate.cost.dataOut} for data transfer out.`,
					...estimate.assumptions,
				],
			},
		],
		rowsTitle: 'Objects with hazards',
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
