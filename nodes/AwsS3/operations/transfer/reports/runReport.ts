import type { Amount, Bars, Category, Report, ReportRow, Tone } from '../../../content/report/report';
import { barsOfSums, objectsInWords } from '../../../core/io/statisticsPlots';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { kindOf, outcomeKind } from './outcomeKinds';
import type { OutcomeSums } from './outcomeSums';

/** What the report covers: a run, a plan, or several runs. */
export interface Reported {
	title: string;
	isPlan: boolean;
	/** Its subject, such as both sides. */
	facts: Report['facts'];
	/** Prefixes of both sides, which the keys of lines omit. */
	prefix: string;
	destinationPrefix: string;
	/** Why work remains, in sentences. */
	left: string[];
	/** In milliseconds. */
	duration?: number;
	/** Further remarks, such as about the destination. */
	notes: Report['notes'];
	/** More plots, such as one bar for each run. */
	plots?: Bars[];
}

const sumOf = (kinds: Category[], ...ids: string[]) =>
	kinds.filter(({ id }) => ids.includes(id)).reduce((total, { count }) => total + count, 0);

const countOf = (kinds: Category[], tone: Tone) =>
	kinds.filter((kind) => kind.tone === tone).reduce((total, { count }) => total + count, 0);

const wrote = ['copied', 'overwritten', 'renamed'];

const copiedIn = ({ kinds, copiesOfKept }: OutcomeSums) => sumOf(kinds, ...wrote) + copiesOfKept;

/** What the run did, in words; empty for nothing. */
const doneOf = (sums: OutcomeSums) =>
	[
		['copied', copiedIn(sums)],
		['deleted at the destination', sumOf(sums.kinds, 'deleted')],
		['deleted at the source', sumOf(sums.kinds, 'sourceDeleted')],
	].flatMap(([words, count]) => (count === 0 ? [] : [`${objectsInWords(Number(count))} ${words}`]));

const verdictOf = ({ isPlan, left }: Reported, sums: OutcomeSums): Report['verdict'] => {
	const { kinds, failedDeletions } = sums;
	const [bad, open, kept] = [countOf(kinds, 'bad'), countOf(kinds, 'warning'), sumOf(kinds, 'originalKept')];
	const notCopied = bad - kept - failedDeletions;
	const done = doneOf(sums).join(', ');
	const whatIsDone = isPlan ? `Planned: ${done}.` : `${done.charAt(0).toUpperCase()}${done.slice(1)}.`;
	const nothing = bad > 0 && !isPlan ? 'Nothing was done.' : 'Nothing to do.';
	const sentence = done === '' ? nothing : whatIsDone;
	const cannot = isPlan ? 'cannot be' : 'could not be';
	const rest = [
		...(notCopied > 0 ? [`${objectsInWords(notCopied)} ${cannot} copied to the destination.`] : []),
		...(failedDeletions > 0 ? [`${objectsInWords(failedDeletions)} ${cannot} deleted at the destination.`] : []),
		...(kept > 0 ? [`${objectsInWords(kept)} could not be deleted at the source.`] : []),
		...(open > 0 ? [`${objectsInWords(open)} ${open === 1 ? 'needs' : 'need'} attention.`] : []),
		...left,
	];
	const tone = bad > 0 ? 'bad' : rest.length > 0 ? 'warning' : 'good';
	return { tone, text: [sentence, ...rest].join(' ') };
};

const labelOf = ({ id, label }: Category, isPlan: boolean) => (isPlan ? (outcomeKind(id).planned ?? label) : label);

const hourInMilliseconds = 3_600_000;

const totalsOf = ({ isPlan, duration }: Reported, sums: OutcomeSums): Amount[] => {
	const { kinds, copied } = sums;
	const all = kinds.reduce((total, { count }) => total + count, 0);
	const optional: Array<[label: string, count: number]> = [
		['To delete', isPlan ? sumOf(kinds, 'deleted', 'sourceDeleted') : 0],
		['Deleted', isPlan ? 0 : sumOf(kinds, 'deleted', 'sourceDeleted')],
		['Identical', sumOf(kinds, 'same')],
		['Changed during the run', sumOf(kinds, 'changedMeanwhile')],
	];
	return [
		{ label: 'Objects compared', value: all, unit: 'count' },
		{ label: isPlan ? 'To copy' : 'Copied', value: copiedIn(sums), unit: 'count' },
		{ label: isPlan ? 'Size to copy' : 'Size copied', value: copied.bytes, unit: 'bytes' },
		...optional.flatMap(([label, value]) => (value === 0 ? [] : [{ label, value, unit: 'count' as const }])),
		{ label: 'Failed', value: countOf(kinds, 'bad'), unit: 'count' },
		...(duration === undefined
			? []
			: [{ label: 'Time', value: duration / hourInMilliseconds, unit: 'hours' as const }]),
	];
};

/** The report on the results of a transfer, without its rows. */
export const runReport = (reported: Reported, sums: OutcomeSums, made: Date): Report => {
	const { title, isPlan, facts, notes, plots = [] } = reported;
	const { kinds, copied, hasAges, throughput } = sums;
	const what = isPlan ? 'To copy' : 'Copied';
	const results: Bars = {
		kind: 'bars',
		title: 'Objects by result',
		unit: 'count',
		bars: kinds.map((kind) => ({ label: labelOf(kind, isPlan), value: kind.count })),
	};
	return {
		...{ title, made, facts, notes },
		verdict: verdictOf(reported, sums),
		totals: totalsOf(reported, sums),
		plots: {
			title: isPlan ? 'Planned changes' : 'Changes',
			entries: [
				// Rates over several runs would include the pauses between them.
				...(plots.length > 0 ? plots : throughput),
				...(kinds.length > 0 ? [results] : []),
				barsOfSums(`${what}, by type`, copied.byType),
				barsOfSums(`${what}, by size`, copied.bySize),
				...(hasAges ? [barsOfSums(`${what}, by age`, copied.byAge)] : []),
			],
		},
		categories: {
			title: 'Results',
			entries: kinds.map((kind) => ({ ...kind, label: labelOf(kind, isPlan) })),
		},
		rowsTitle: 'Objects',
	};
};

/** Whether a line needs attention. */
export const needsLook = (line: OutcomeLine): boolean => {
	const { tone } = outcomeKind(kindOf(line));
	return tone === 'bad' || tone === 'warning';
};

const detailOf = (
	{ result, message = '', advice = '', key, from, ...line }: OutcomeLine,
	destinationPrefix: string,
) => {
	if (result === 'failed' || result === 'changed') return `${message.replace(/[.\s]+$/, '')}. ${advice}`.trim();
	const targetKey = line.targetKey ?? (from?.key === undefined || from.key === key ? undefined : key);
	return targetKey === undefined ? undefined : `as ${destinationPrefix}${targetKey}`;
};

/** A line as a row of the report. */
export const outcomeRow = (
	line: OutcomeLine,
	{ prefix, destinationPrefix }: Pick<Reported, 'prefix' | 'destinationPrefix'>,
): ReportRow => {
	const { step, key, size, reason } = line;
	const isThere = step === 'delete' || reason === 'onlyAtDestination';
	const detail = detailOf(line, destinationPrefix);
	return {
		category: kindOf(line),
		key: isThere ? destinationPrefix + key : prefix + (line.from?.key ?? key),
		size,
		...(detail !== undefined && { detail }),
	};
};
