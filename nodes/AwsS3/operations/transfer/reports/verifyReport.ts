import type { Bars, Category, Report, ReportRow } from '../../../content/report/report';
import { rowSpool } from '../../../core/io/rowSpool';
import type { Sums } from '../../../s3/analysis/statistics';
import { statistics } from '../../../s3/analysis/statistics';
import type { Difference, Finding } from '../../../s3/sync/verify';

/** A report shows so many differences. */
const maxRows = 500_000;

/** What was found under a key: a difference, that there is none, or that it could not be compared. */
type Found = Difference | 'unknown' | 'same';

const again = 'Run the transfer again, and verify once more.';

/** What is found, in the order of what has to be looked at first. */
const kinds: Record<Found, Omit<Category, 'id' | 'count'>> = {
	unknown: { label: 'Could not be compared', tone: 'bad' },
	missing: { label: 'Missing at the destination', tone: 'bad', advice: again },
	size: { label: 'Another size at the destination', tone: 'bad', advice: again },
	content: { label: 'Other content at the destination', tone: 'bad', advice: again },
	checksum: { label: 'Another checksum at the destination', tone: 'bad', advice: again },
	etag: {
		label: 'Another ETag at the destination',
		tone: 'warning',
		advice: "Copies of large files can have other ETags. Verify by 'Checksum' or 'Content' to know.",
	},
	notProven: {
		label: 'Nothing of both could be compared',
		tone: 'warning',
		advice: "S3 has no checksums of both that could be compared. Verify by 'Content' to know.",
	},
	extra: {
		label: 'Only at the destination',
		tone: 'warning',
		advice: "A run in the mode 'Mirror' deletes them. After a copy into a prefix in use they are no difference.",
	},
	same: { label: 'The same', tone: 'good' },
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

/** Takes what *Verify* finds, and makes a report of it at the end. Close it, however the comparison ends. */
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
		if (all === 0) return { tone: 'plain', text: 'There was nothing to compare.' };
		if (same === all) return { tone: 'good', text: `All ${objects(all)} are the same at both sides.` };
		const tone = countOf((id) => kinds[id].tone === 'bad') > 0 ? 'bad' : 'warning';
		return { tone, text: `${(all - same).toLocaleString('en')} of ${objects(all)} are not the same at both sides.` };
	};

	return {
		/** Adds what was found; `words` say why it could not be compared, and what to do. */
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
					{ label: 'The same', value: countOf((id) => id === 'same'), unit: 'count' },
					{ label: 'Different', value: countOf((id) => id !== 'same' && id !== 'unknown'), unit: 'count' },
					{ label: 'Could not be compared', value: countOf((id) => id === 'unknown'), unit: 'count' },
				],
				plots: {
					title: 'What was found',
					entries: [results, barsOf('Not the same, by type', byType), barsOf('Not the same, by size', bySize)],
				},
				categories: { title: 'Results', entries: found },
				notes: [],
				rowsTitle: 'What is not the same',
			};
			return { report, rows: spool.rows() };
		},
		close: spool.close,
	};
};
