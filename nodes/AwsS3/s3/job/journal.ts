import { listPages } from '../list/list';
import { journalPrefix, runsPrefix } from './jobPlace';
import type { JobPlace, JobSide } from './jobPlace';
import { linesOf, parsed } from '../read/jsonLines';
import type { JournalLine } from './journalLines';
import { journalLineOf } from './journalLines';

/**
 * Reads all lines of a run's journal in the order in which they were written, a segment at a time: first what the run
 * is, last its totals, unless it was killed. Yields nothing for an unknown run; throws for a line that no journal has.
 */
export async function* readJournalLines(
	side: JobSide,
	jobName: string,
	runId: string,
	signal?: AbortSignal,
): AsyncGenerator<JournalLine> {
	const { bucket } = side;
	const s3 = signal ? side.s3.endedBy(signal) : side.s3;
	const Prefix = journalPrefix({ side, jobName }, runId);
	for await (const { objects } of listPages(s3, { Bucket: bucket, Prefix }))
		for (const { Key } of objects)
			for await (const line of linesOf({ s3, bucket }, Key))
				if (line !== '') yield journalLineOf({ bucket, key: Key }, parsed({ bucket, key: Key }, line));
}

/** Lists the ids of the runs of a job that have a journal, from the first to the last, page by page. */
export async function* listRuns({ side, jobName }: JobPlace): AsyncGenerator<string> {
	const { s3, bucket } = side;
	const start = runsPrefix({ side, jobName });
	for await (const { folders } of listPages(s3, { Bucket: bucket, Prefix: start, Delimiter: '/' }))
		for (const folder of folders) yield folder.slice(start.length, -1);
}
