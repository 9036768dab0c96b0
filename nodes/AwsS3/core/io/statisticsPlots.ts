import type { Amount, Bars } from '../../content/report/report';
import type { Statistics, Sums } from '../../s3/analysis/statistics';

/** A number of objects in words. */
export const objectsInWords = (count: number): string =>
	`${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`;

/** Sums as bars of their bytes, with the number of objects. */
export const barsOfSums = (title: string, sums: Sums): Bars => ({
	kind: 'bars',
	title,
	unit: 'bytes',
	bars: Object.entries(sums).map(([label, sum]) => ({ label, value: sum.bytes, note: objectsInWords(sum.objects) })),
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

/** The plots of a report on what a bucket or folder has. */
export const plotsOfStatistics = (counts: Statistics): { title: string; entries: Bars[] } => ({
	title: 'Contents',
	entries: [
		barsOfSums('By type', counts.byType),
		barsOfSums('By size', counts.bySize),
		barsOfSums('By age', counts.byAge),
		barsOfSums('By storage class', counts.byStorageClass),
		countsOf('Objects by number of folders they are in', counts.byDepth),
		largestOf(counts),
	],
});

/** Objects and their bytes. */
export const totalsOfStatistics = ({ objects, bytes }: Statistics): Amount[] => [
	{ label: 'Objects', value: objects, unit: 'count' },
	{ label: 'Size', value: bytes, unit: 'bytes' },
];
