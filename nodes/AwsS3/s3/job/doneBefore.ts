import { addText, emptyHash, hashOf, hashSet } from '../analysis/hashSet';
import { bareEtag } from '../contentIdentity';
import { countsIn, isOutcome } from './journalLines';
import type { JournalLine } from './journalLines';
import { readJournalLines } from './journal';
import type { JobPlace } from './jobPlace';
import type { Counts } from '../sync/tally';
import { isOriginalKept } from '../sync/outcomeLine';
import { addDone, addFailed, noCounts } from '../sync/tally';

/**
 * Slots of the hashes of what was done: 48 MiB at most, for six million objects. Of more, only some are known, and the others are
 * done again.
 */
const maxSlots = 2 ** 23;

/** What unfinished runs have written. */
export interface DoneBefore {
	/** Whether they have written an object from a source with this ETag, and the destination still has that. */
	has(key: string, sourceEtag: string | undefined, etag: string | undefined): boolean;
}

const hashed = (...texts: string[]) => {
	const state = { ...emptyHash };
	for (const text of texts) addText(state, `${text}\n`, 0, text.length + 1);
	return hashOf(state);
};

/** What a line adds to the counts of a run. */
const count = (counts: Counts, line: JournalLine, isMove: boolean) => {
	if ('totals' in line) Object.assign(counts, countsIn(line.totals));
	if (!isOutcome(line)) return;
	if (line.result === 'failed') addFailed(counts, line, isOriginalKept(line));
	if (line.result === 'changed') counts.changed++;
	if (line.result === 'done') addDone(counts, line, isMove);
};

/**
 * Reads the journal of an unfinished run, and if `withEarlier` is set those of the runs that it went on with: what they have
 * written, and what the last one has done in numbers. Holds hashes only.
 */
export const readDone = async (
	place: JobPlace,
	lastRun: string,
	{ isMove, withEarlier }: { isMove: boolean; withEarlier: boolean },
	signal?: AbortSignal,
): Promise<{ done: DoneBefore; counts: Counts }> => {
	const hashes = hashSet(maxSlots);
	const counts = noCounts();
	const read = new Set<string>();
	let runId: string | undefined = lastRun;
	while (runId !== undefined && !read.has(runId)) {
		read.add(runId);
		let earlier: string | undefined;
		for await (const line of readJournalLines(place.side, place.jobName, runId, signal)) {
			if (runId === lastRun) count(counts, line, isMove);
			if ('journal' in line) earlier = line.continues;
			if (isOutcome(line) && line.result === 'done' && line.sourceEtag && line.etag)
				hashes.seen(hashed(line.key, line.sourceEtag, line.etag));
		}
		runId = withEarlier ? earlier : undefined;
	}
	return {
		done: {
			has: (key, sourceEtag, etag) => {
				const [from, to] = [bareEtag(sourceEtag), bareEtag(etag)];
				return from !== '' && to !== '' && hashes.has(hashed(key, from, to));
			},
		},
		counts,
	};
};
