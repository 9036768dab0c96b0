import type { Bars, Category, Report, ReportRow } from '../../../content/report/report';
import { rowSpool } from '../../../core/io/rowSpool';
import type { Sums } from '../../../s3/analysis/statistics';
import { statistics } from '../../../s3/analysis/statistics';
import type { Difference, Finding } from '../../../s3/sync/verify';

/** How many differences a report shows. */
const maxRows = 500_000;

/** The result for a key: a difference, identical, or not comparable. */
type Found = Difference | 'unknown' | 'same';

const again = 'Run the transfer again, then verify again.';

/** The results, most urgent first. */
const kinds: Record<Found, Omit<Category, 'id' | 'count'>> = {
	unknown: { label: 'Could not be compared', tone: 'bad' },
	missing: { label: 'Missing at the destination', tone: 'bad', advice: again },
	size: { label: 'Different size', tone: 'bad', advice: again },
	content: { label: 'Different content', tone: 'bad', advice: again },
	checksum: { label: 'Different checksum', tone: 'bad', advice: again },
	etag: {
		label: 'Different ETag',
		tone: 'warning',
		advice: "Copies of large files can have different ETags. Verify by 'Checksum' or 'Content' to be sure.",
	},
	notProven: {
		label: 'No common checksum',
		tone: 'warning',
		advice: "S3 has no comparable checksums of both objects. Verify by 'Content' to be sure.",
	},
	extra: {
		label: 'Only at the destination',
		tone: 'warning',
		advice: "A run in mode 'Mirror' deletes them. They are expected after copying into a prefix with other objects.",
	},
	same: { label: 'Identical', tone: 'good' },
};

const order: Found[] = ['unknown', 'missing', 'size', 'content', 'checksum', 'etag', 'notProven', 'extra', 'same'];

const bytes = (size: number) => `${size.toLocaleString('en')} bytes`;

const detailOf = ({ source, destination, difference }: Finding, words: string | undefined) => {
	if (words !== undefined) return words;
	if (difference !== 'size' || !source || !destination) return undefined;
	return `${bytes(source.size)} at the source, ${bytes(destination.size)} at the destination`;
};

const objects = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'object' : 'objects'}`;

const barsOf = (title: string, sums: Sums): Bars => ({
	kind: 'bars',
	title,
	unit: 'count',
	bars: Object.entries(sums).map(([label, sum]) => ({ label, value: sum.objects })),
});

interface Sides {
	prefix: string;
	destinationPrefix: string;
}

/** Collects the results of *Verify* and builds a report at the end. Close it, however the comparison ends. */
export const verifyRecorder = ({ prefix, destinationPrefix }: Sides, now: Date) => {
	const sums = new Map<Found, { count: number; bytes: number }>();
	const different = statistics(now);
	const spool = rowSpool(maxRows);

	const categories = (): Category[] =>
		order.flatMap((id) => {
			const sum = sums.get(id);
			return sum ? [{ id, ...kinds[id], ...sum }] : [];
		});
	const countOf = (isMeant: (id: Found) => boolean) =>
		order.filter(isMeant).reduce((total, id) => total + (sums.get(id)?.count ?? 0), 0);

	const verdictOf = (): Report['verdict'] => {
		const [all, same] = [countOf(() => true), countOf((id) => id === 'same')];
		if (all === 0) return { tone: 'plain', text: 'Nothing to compare.' };
		if (same === all) return { tone: 'good', text: `All ${objects(all)} are identical at both sides.` };
		const tone = countOf((id) => kinds[id].tone === 'bad') > 0 ? 'bad' : 'warning';
		return { tone, text: `${(all - same).toLocaleString('en')} of ${objects(all)} differ.` };
	};

	return {
		/** Adds a result; `words` say why a comparison failed, and what to do. */
		add: (finding: Finding, words?: string): Promise<void> | undefined => {
			const { key, source, destination, difference, failure } = finding;
			const id = failure ? 'unknown' : (difference ?? 'same');
			const size = source?.size ?? destination?.size ?? 0;
			const sum = sums.get(id) ?? { count: 0, bytes: 0 };
			sums.set(id, sum);
			sum.count++;
			sum.bytes += size;
			if (id === 'same') return undefined;
			different.add({ Key: key, Size: size });
			const detail = detailOf(finding, words);
			const whole = source ? prefix + (source.from?.key ?? key) : destinationPrefix + key;
			return spool.add({ category: id, key: whole, size, ...(detail !== undefined && { detail }) });
		},
		report: (
			{ title, facts }: Pick<Report, 'title' | 'facts'>,
			made: Date,
		): { report: Report; rows: AsyncIterable<ReportRow> } => {
			const found = categories();
			const { byType, bySize } = different.result();
			const results: Bars = {
				...{ kind: 'bars', title: 'Objects by result', unit: 'count' },
				bars: found.map(({ label, count }) => ({ label, value: count })),
			};
			const report: Report = {
				...{ title, made, facts, verdict: verdictOf() },
				totals: [
					{ label: 'Objects compared', value: countOf(() => true), unit: 'count' },
					{ label: 'Identical', value: countOf((id) => id === 'same'), unit: 'count' },
					{ label: 'Different', value: countOf((id) => id !== 'same' && id !== 'unknown'), unit: 'count' },
					{ label: 'Could not be compared', value: countOf((id) => id === 'unknown'), unit: 'count' },
				],
				plots: {
					title: 'Differences',
					entries: [results, barsOf('Different, by type', byType), barsOf('Different, by size', bySize)],
				},
				categories: { title: 'Results', entries: found },
				notes: [],
				rowsTitle: 'Different objects',
			};
			return { report, rows: spool.rows() };
		},
		close: spool.close,
	};
};
