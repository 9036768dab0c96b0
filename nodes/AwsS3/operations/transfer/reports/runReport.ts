import type { Amount, Bars, Category, Report, ReportRow, Tone } from '../../../content/report/report';
import type { Sums } from '../../../s3/analysis/statistics';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { kindOf, outcomeKind } from './outcomeKinds';
import type { OutcomeSums } from './outcomeSums';

/** What is reported: one run, its plan, or several runs. */
export interface Reported {
	title: string;
	isPlan: boolean;
	/** What it is about, such as both sides. */
	facts: Report['facts'];
	/** Prefixes of both sides, which the keys of lines lack. */
	prefix: string;
	destinationPrefix: string;
	/** Why something is left to do, in sentences. */
	left: string[];
	/** In milliseconds. */
	duration?: number;
	/** What else is to be said, such as about the destination. */
	notes: Report['notes'];
	/** More plots, such as one bar for each run. */
	plots?: Bars[];
}

const sumOf = (kinds: Category[], ...ids: string[]) =>
	kinds.filter(({ id }) => ids.includes(id)).reduce((total, { count }) => total + count, 0);

const countOf = (kinds: Category[], tone: Tone) =>
	kinds.filter((kind) => kind.tone === tone).reduce((total, { count }) => total + count, 0);

const objects = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`;

const wrote = ['copied', 'overwritten', 'renamed'];

/** What was done, in words; empty for nothing. */
const doneOf = (kinds: Category[]) =>
	[
		['copied', sumOf(kinds, ...wrote)],
		['deleted at the destination', sumOf(kinds, 'deleted')],
		['deleted at the source', sumOf(kinds, 'sourceDeleted')],
	].flatMap(([words, count]) => (count === 0 ? [] : [`${objects(Number(count))} ${words}`]));

const verdictOf = ({ isPlan, left }: Reported, { kinds }: OutcomeSums): Report['verdict'] => {
	const [bad, open] = [countOf(kinds, 'bad'), countOf(kinds, 'warning')];
	const done = doneOf(kinds).join(', ');
	const whatIsDone = isPlan ? `To do: ${done}.` : `${done.charAt(0).toUpperCase()}${done.slice(1)}.`;
	const sentence = done === '' ? 'Nothing was to be done.' : whatIsDone;
	const cannot = isPlan ? 'cannot go' : 'could not go';
	const rest = [
		...(bad > 0 ? [`${objects(bad)} ${cannot} to the destination.`] : []),
		...(open > 0 ? [`${objects(open)} ${open === 1 ? 'needs' : 'need'} a look.`] : []),
		...left,
	];
	const tone = bad > 0 ? 'bad' : rest.length > 0 ? 'warning' : 'good';
	return { tone, text: [sentence, ...rest].join(' ') };
};

const barsOf = (title: string, sums: Sums): Bars => ({
	kind: 'bars',
	title,
	unit: 'bytes',
	bars: Object.entries(sums).map(([label, sum]) => ({ label, value: sum.bytes, note: objects(sum.objects) })),
});

const labelOf = ({ id, label }: Category, isPlan: boolean) => (isPlan ? (outcomeKind(id).planned ?? label) : label);

const hourInMilliseconds = 3_600_000;

const totalsOf = ({ isPlan, duration }: Reported, { kinds, copied }: OutcomeSums): Amount[] => {
	const all = kinds.reduce((total, { count }) => total + count, 0);
	const optional: Array<[label: string, count: number]> = [
		['To delete', isPlan ? sumOf(kinds, 'deleted', 'sourceDeleted') : 0],
		['Deleted', isPlan ? 0 : sumOf(kinds, 'deleted', 'sourceDeleted')],
		['The same', sumOf(kinds, 'same')],
		['Changed meanwhile', sumOf(kinds, 'changedMeanwhile')],
	];
	return [
		{ label: 'Objects looked at', value: all, unit: 'count' },
		{ label: isPlan ? 'To copy' : 'Copied', value: sumOf(kinds, ...wrote), unit: 'count' },
		{ label: isPlan ? 'Size to copy' : 'Size copied', value: copied.bytes, unit: 'bytes' },
		...optional.flatMap(([label, value]) => (value === 0 ? [] : [{ label, value, unit: 'count' as const }])),
		{ label: 'Not possible', value: countOf(kinds, 'bad'), unit: 'count' },
		...(duration === undefined
			? []
			: [{ label: 'Time', value: duration / hourInMilliseconds, unit: 'hours' as const }]),
	];
};

/** The report on what became of the objects of a transfer, without its rows. */
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
			title: isPlan ? 'What would be done' : 'What was done',
			entries: [
				// Between runs nothing happens, so rates over several would say little.
				...(plots.length > 0 ? plots : throughput),
				...(kinds.length > 0 ? [results] : []),
				barsOf(`${what}, by type`, copied.byType),
				barsOf(`${what}, by size`, copied.bySize),
				...(hasAges ? [barsOf(`${what}, by age`, copied.byAge)] : []),
			],
		},
		categories: {
			title: 'Results',
			entries: kinds.map((kind) => ({ ...kind, label: labelOf(kind, isPlan) })),
		},
		rowsTitle: 'Object by object',
	};
};

/** Whether a line is one that somebody should look at. */
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
