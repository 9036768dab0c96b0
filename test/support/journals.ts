import { readJournalLines } from '../../nodes/AwsS3/s3/job/journal';
import { isOutcome } from '../../nodes/AwsS3/s3/job/journalLines';
import type { OutcomeLine } from '../../nodes/AwsS3/s3/sync/outcomeLine';

/** The outcomes of a run's journal, in the order in which they were written, without its totals. */
export async function* readJournal(...run: Parameters<typeof readJournalLines>): AsyncGenerator<OutcomeLine> {
	for await (const line of readJournalLines(...run)) if (isOutcome(line)) yield line;
}
