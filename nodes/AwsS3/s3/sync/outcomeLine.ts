import type { Step } from '../pairs/decide';
import type { Original } from '../pairs/march';

/** The outcome of a key in a run: a line of a journal, and a row of a report. */
export interface OutcomeLine {
	/** When it was known, as an ISO date. */
	at: string;
	step: Step | 'skip';
	/** The key below the prefixes of both sides. */
	key: string;
	/** Where its original is, as far as the key does not say that. */
	from?: Original;
	/** Bytes of the object. */
	size: number;
	/** When the source was last modified, as an ISO date. */
	modified?: string;
	result: 'planned' | 'done' | 'changed' | 'skipped' | 'failed';
	/** The key that it got below the prefix of the destination, if that is another one. */
	targetKey?: string;
	/** Why nothing was done: a `Reason`, or `changedMeanwhile`; `originalKept` for a failed move whose copy is there. */
	reason?: string;
	/** What S3 answered, and what to do, for what failed. */
	code?: string;
	message?: string;
	advice?: string;
	/** The ETag of the source as it was listed, and of the destination as it is now. */
	sourceEtag?: string;
	etag?: string;
}

/** Whether a line is of a failed move whose copy is there, because only the original could not be deleted. */
export const isOriginalKept = ({ result, reason }: OutcomeLine) => result === 'failed' && reason === 'originalKept';
