import type { ReportRow } from '../../../content/report/report';
import { listRuns, readJournalLines } from '../../../s3/job/journal';
import type { JobPlace } from '../../../s3/job/jobPlace';
import type { JournalHeader, JournalLine, JournalTotals } from '../../../s3/job/journalLines';
import { isOutcome, sumOf } from '../../../s3/job/journalLines';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import { isOriginalKept } from '../../../s3/sync/outcomeLine';
import type { Tally } from '../../../s3/sync/tally';
import { addDone, addFailed, addSkipped, newTally, noCounts } from '../../../s3/sync/tally';
import { outcomeRow } from './runReport';
import type { RunRecorder } from './runRecorder';

/** Which runs of a job to report: the last one, all, or one by its ID. */
export type Runs = 'last' | 'all' | { id: string };

/** A run according to its journal. */
export interface FoundRun {
	jobName: string;
	id: string;
	header?: JournalHeader;
	totals?: JournalTotals;
	/** The counts of the lines, also of a run without totals. */
	tally: Tally;
}

/** Adds the result of a key to counts. */
const addLine = (tally: Tally, line: OutcomeLine, isMove: boolean) => {
	if (line.result === 'failed') addFailed(tally, line, isOriginalKept(line));
	else if (line.result === 'changed') tally.changed++;
	else if (line.result === 'skipped') addSkipped(tally, line.reason ?? '');
	else addDone(tally, line, isMove);
};

/** The sum of the counts of runs. */
export const sumOfRuns = (runs: FoundRun[]): Tally => {
	const reasons: Tally['reasons'] = {};
	for (const { tally } of runs)
		for (const [reason, count] of Object.entries(tally.reasons)) reasons[reason] = (reasons[reason] ?? 0) + count;
	return { ...runs.reduce((sum, { tally }) => sumOf(sum, tally), noCounts()), reasons };
};

/** The row of a line, with the job where there are several. */
const rowOf = (line: OutcomeLine, { jobName, header }: FoundRun, isOfMany: boolean): ReportRow => {
	const prefixes = { prefix: header?.source.prefix ?? '', destinationPrefix: header?.destination.prefix ?? '' };
	const row = outcomeRow(line, prefixes);
	return isOfMany ? { ...row, detail: [jobName, row.detail ?? ''].filter(Boolean).join(': ') } : row;
};

/** Reads the journal of a run into a report. Holds only the counts in memory. */
const readRun = async (
	{ side, jobName }: JobPlace,
	id: string,
	{ recorder, isOfMany, signal }: Reading,
): Promise<FoundRun> => {
	const run: FoundRun = { jobName, id, tally: newTally() };
	const add = (line: JournalLine) => {
		if ('journal' in line) run.header = line;
		else if ('totals' in line) run.totals = line;
		else if (isOutcome(line)) {
			addLine(run.tally, line, run.header?.rules.mode === 'move');
			return recorder.add(line, rowOf(line, run, isOfMany));
		} else
			for (const [reason, count] of Object.entries(line.skipped)) {
				addSkipped(run.tally, reason, count);
				recorder.addSkipped(reason, count);
			}
		return undefined;
	};
	for await (const line of readJournalLines(side, jobName, id, signal)) {
		const waiting = add(line);
		if (waiting) await waiting;
	}
	return run;
};

interface Reading {
	recorder: RunRecorder;
	/** Whether rows name their job. */
	isOfMany: boolean;
	signal: AbortSignal;
}

const idsOf = async (place: JobPlace, runs: Runs): Promise<string[]> => {
	if (typeof runs === 'object') return [runs.id];
	const ids: string[] = [];
	for await (const id of listRuns(place)) ids.push(id);
	return runs === 'all' ? ids : ids.slice(-1);
};

/** Reads the selected runs of a job into a report, one after another. Skips IDs without a journal. */
export const readRuns = async (place: JobPlace, runs: Runs, reading: Reading): Promise<FoundRun[]> => {
	const found: FoundRun[] = [];
	for (const id of await idsOf(place, runs)) found.push(await readRun(place, id, reading));
	return found.filter(({ header }) => header !== undefined);
};
