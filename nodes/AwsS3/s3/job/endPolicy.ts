import type { JobState } from './state';

/** When a job ends: after a number of runs of a kind, or at a date. */
export interface EndPolicy {
	runs?: number;
	successfulRuns?: number;
	failedRuns?: number;
	endDate?: Date;
}

/** Why a job has ended. */
export type JobEnd = keyof EndPolicy;

/** Why a job has ended; undefined if it continues. */
export const endOf = ({ runs }: Pick<JobState, 'runs'>, policy: EndPolicy, now: Date): JobEnd | undefined => {
	if (policy.endDate && now >= policy.endDate) return 'endDate';
	if (runs.failed >= (policy.failedRuns ?? Infinity)) return 'failedRuns';
	if (runs.successful >= (policy.successfulRuns ?? Infinity)) return 'successfulRuns';
	return runs.all >= (policy.runs ?? Infinity) ? 'runs' : undefined;
};
