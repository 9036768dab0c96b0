import type { Report, ReportRow } from '../../../content/report/report';
import { rowSpool } from '../../../core/io/rowSpool';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { outcomeSums } from './outcomeSums';
import type { Reported } from './runReport';
import { needsLook, outcomeRow, runReport } from './runReport';

/** A report shows so many objects that need a look, and so many others. */
const maxRows = 500_000;

/** Which rows a report has, besides those that need a look and what was done. */
interface Wanted {
	prefix: string;
	destinationPrefix: string;
	includesSkipped: boolean;
}

/** A report with its rows. */
export interface Recorded {
	report: Report;
	rows: AsyncIterable<ReportRow>;
}

/**
 * Takes the lines of a run as they come, and makes a report of them at the end. What needs a look comes first. Close it, however
 * the run ends.
 */
export const runRecorder = (wanted: Wanted, now: Date) => {
	const sums = outcomeSums(now);
	const [first, rest] = [rowSpool(maxRows), rowSpool(maxRows)];

	async function* rows() {
		yield* first.rows();
		yield* rest.rows();
	}

	return {
		/** Adds a line, and its row, if that is another one. Returns a promise where the caller has to wait. */
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
								title: 'What is not shown',
								lines: [`${left.toLocaleString('en')} more objects were counted, and have no row of their own.`],
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
