import type { Event } from './transfer';

/** Counts over the events of a run. */
export interface Tally {
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
	/** How many objects were skipped for which reason. */
	reasons: Record<string, number>;
}

/** An empty tally. */
export const newTally = (): Tally => ({
	...{ copied: 0, overwritten: 0, renamed: 0, deleted: 0, moved: 0, skipped: 0, changed: 0, failed: 0, bytes: 0 },
	reasons: {},
});

/** Adds what was done, or would be done, for a key. */
export const addTo = (tally: Tally, { step, size, result }: Event, isMove: boolean) => {
	if (result.outcome === 'failed') tally.failed++;
	else if (result.outcome === 'changed') tally.changed++;
	else if (result.outcome === 'skipped') {
		tally.skipped++;
		tally.reasons[result.reason] = (tally.reasons[result.reason] ?? 0) + 1;
	} else if (step === 'delete') tally.deleted++;
	else {
		if (isMove) tally.moved++;
		if (step === 'deleteSource') return;
		tally.copied++;
		tally.bytes += size;
		if (step === 'overwrite') tally.overwritten++;
		if (step === 'rename') tally.renamed++;
	}
};
