/** Limits for the deletions of a mirror. */
export interface DeletionLimits {
	/** How many objects. */
	most: number;
	/** Percent of the objects at the destination that pass the filters. */
	share: number;
	/** Whether to allow a source without objects. */
	allowsEmptySource: boolean;
}

/** Why a mirror has not deleted what only the destination has. */
export const heldBackReasons = ['failed', 'stopped', 'emptySource', 'maxDeletions', 'maxDeletedShare'] as const;

export type HeldBack = (typeof heldBackReasons)[number];

/** Deletions that a mirror has not made, and why. */
export interface HeldBackDeletions {
	reason: HeldBack;
	deletions: number;
}

/** What the walk that copies has counted: objects that pass the filters, what only the destination has, and failures. */
export interface Counted {
	source: number;
	destination: number;
	deletions: number;
	failures: number;
}

/** Why a mirror may delete nothing after the walk that copies; undefined if it may. */
export const heldBackBy = (
	{ most, share, allowsEmptySource }: DeletionLimits,
	seen: Counted,
	isFinished: boolean,
): HeldBack | undefined => {
	if (!isFinished) return 'stopped';
	if (seen.failures > 0) return 'failed';
	if (seen.source === 0 && !allowsEmptySource) return 'emptySource';
	if (seen.deletions > most) return 'maxDeletions';
	return seen.deletions * 100 > share * seen.destination ? 'maxDeletedShare' : undefined;
};
