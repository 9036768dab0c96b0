import type { Report, ReportRow } from '../../../content/report/report';
import { rowSpool } from '../../../core/io/rowSpool';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { outcomeSums } from './outcomeSums';
import type { Reported } from './runReport';
import { needsLook, outcomeRow, runReport } from './runReport';

/** How many objects that need attention a report shows, and how many others. */
const maxRows = 500_000;

/** Which rows a report has besides changes and objects that need attention. */
interface Wanted {
	prefix: string;
	destinationPrefix: string;
	includesSkipped: boolean;
}

/** A report with its rows. */
interface Recorded {
	report: Report;
	rows: AsyncIterable<ReportRow>;
}

/** Collects the lines of a run and builds a report at the end, most urgent first. Close it, however the run ends. */
export const runRecorder = (wanted: Wanted, now: Date) => {
	const sums = outcomeSums(now);
	const [first, rest] = [rowSpool(maxRows), rowSpool(maxRows)];

	async function* rows() {
		yield* first.rows();
		yield* rest.rows();
	}

	return {
		/** Adds a line, and its row if that differs. Returns a promise if the caller must wait. */
		add: (line: OutcomeLine, row?: ReportRow): Promise<void> | undefined => {
			sums.add(line);
			if (needsLook(line)) return first.add(row ?? outcomeRow(line, wanted));
			return wanted.includesSkipped || line.step !== 'skip' ? rest.add(row ?? outcomeRow(line, wanted)) : undefined;
		},
		addSkipped: sums.addSkipped,
		report: (reported: Omit<Reported, 'prefix' | 'destinationPrefix'>, made: Date): Recorded => {
			const left = first.left() + rest.left();
			const more =
				left === 0
					? []
					: [
							{
								title: 'Omitted rows',
								lines: [`${left.toLocaleString('en')} more objects are counted, but have no row here.`],
							},
						];
			const notes = [...reported.notes, ...more];
			return { report: runReport({ ...wanted, ...reported, notes }, sums.result(), made), rows: rows() };
		},
		close: async () => {
			await first.close();
			await rest.close();
		},
	};
};

export type RunRecorder = ReturnType<typeof runRecorder>;
