import { isS3Failure } from '../failure';
import type { Event } from './transfer';

/** What a run did, in numbers. */
export interface Counts {
	/** Objects that were written at the destination, also those that replaced others or got another name. */
	copied: number;
	overwritten: number;
	renamed: number;
	/** Objects that were deleted at the destination. */
	deleted: number;
	/** Objects that were deleted at the source, because the destination has them. */
	moved: number;
	skipped: number;
	/** Objects of which one side was no longer as it was listed. */
	changed: number;
	failed: number;
	/** Of the copied objects. */
	bytes: number;
}

/** Counts over the events of a run. */
export interface Tally extends Counts {
	/** How many objects were skipped for which reason. */
	reasons: Record<string, number>;
}

/** No counts yet. */
export const noCounts = (): Counts => ({
	...{ copied: 0, overwritten: 0, renamed: 0, deleted: 0, moved: 0, skipped: 0, changed: 0, failed: 0, bytes: 0 },
});

/** An empty tally. */
export const newTally = (): Tally => ({ ...noCounts(), reasons: {} });

/** Adds what was skipped for a reason. */
export const addSkipped = (tally: Tally, reason: string, count = 1) => {
	tally.skipped += count;
	tally.reasons[reason] = (tally.reasons[reason] ?? 0) + count;
};

/** Adds a change that was made, or would be. */
export const addDone = (counts: Counts, { step, size }: Pick<Event, 'step' | 'size'>, isMove: boolean) => {
	if (step === 'delete') {
		counts.deleted++;
		return;
	}
	if (isMove) counts.moved++;
	if (step === 'deleteSource') return;
	counts.copied++;
	counts.bytes += size;
	if (step === 'overwrite') counts.overwritten++;
	if (step === 'rename') counts.renamed++;
};

/** The copy of an original that a move could not delete; undefined for other failures. */
export const copyOfKept = (failure: Error) => (isS3Failure(failure) ? failure.copyOfKept : undefined);

/** Adds a failure. A move whose original could not be deleted has written the copy all the same. */
export const addFailed = (counts: Counts, action: Pick<Event, 'step' | 'size'>, isOriginalKept: boolean) => {
	counts.failed++;
	if (isOriginalKept) addDone(counts, action, false);
};

/** Adds the outcome of a key. */
export const addTo = (tally: Tally, { step, size, result }: Event, isMove: boolean) => {
	if (result.outcome === 'failed') addFailed(tally, { step, size }, copyOfKept(result.failure) !== undefined);
	else if (result.outcome === 'changed') tally.changed++;
	else if (result.outcome === 'skipped') addSkipped(tally, result.reason);
	else addDone(tally, { step, size }, isMove);
};
