import { written } from '../../content/report/amounts';
import type { Report } from '../../content/report/report';
import { objectsInWords, plotsOfStatistics, totalsOfStatistics } from '../../core/io/statisticsPlots';
import type { Statistics } from '../../s3/analysis/statistics';

interface Counted {
	bucket: string;
	folder: string;
	counts: Statistics;
	unfinishedUploads?: number;
}

const largestType = ({ bytes, byType }: Statistics) => {
	const [first] = Object.entries(byType);
	if (!first || bytes === 0) return '';
	const [type, { bytes: own }] = first;
	const name = { none: 'files without an extension', other: 'files of other types' }[type] ?? `${type} files`;
	return ` ${Math.round((100 * own) / bytes)}% of the size is ${name}.`;
};

const verdictOf = ({ counts, unfinishedUploads = 0 }: Counted): Report['verdict'] => {
	const found =
		counts.objects === 0
			? 'Found no objects.'
			: `${objectsInWords(counts.objects)}, ${written(counts.bytes, 'bytes')}.${largestType(counts)}`;
	if (unfinishedUploads === 0) return { tone: 'plain', text: found };
	const uploads = `${unfinishedUploads.toLocaleString('en')} incomplete multipart ${unfinishedUploads === 1 ? 'upload' : 'uploads'}`;
	return {
		tone: 'warning',
		text: `${found} AWS also bills ${uploads}: remove old ones with 'Multipart Upload: Abort Stale'.`,
	};
};

/** The report on the contents of a folder. It has no rows. */
export const statisticsReport = (counted: Counted, made: Date): Report => {
	const { bucket, folder, counts, unfinishedUploads } = counted;
	return {
		title: `Contents of ${folder === '' ? bucket : folder}`,
		verdict: verdictOf(counted),
		made,
		facts: [
			['Bucket', bucket],
			['Folder', folder === '' ? 'all' : folder],
		],
		totals: [
			...totalsOfStatistics(counts),
			{ label: 'Average size', value: counts.averageBytes, unit: 'bytes' },
			...(unfinishedUploads === undefined
				? []
				: [{ label: 'Incomplete multipart uploads', value: unfinishedUploads, unit: 'count' as const }]),
		],
		plots: plotsOfStatistics(counts),
		categories: { title: '', entries: [] },
		notes: [],
		rowsTitle: '',
	};
};
