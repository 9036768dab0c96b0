import type { Counts } from '../sync/tally';
import { fileVersion, sumOf } from './journalLines';
import type { EndedRun, How, JobState, RunningRun } from './state';

/** The number of last runs to keep. */
const maxLastRuns = 20;

/** The state of a job that has not run yet. */
export const newState = (name: string): JobState => ({
	...{ version: fileVersion, name, category: '', lastRuns: [] },
	runs: { all: 0, successful: 0, failed: 0 },
});

/** How the active run has ended. */
export interface Ending {
	how: How;
	ended: Date;
	isUnfinished: boolean;
	counts: Counts;
}

/** The state after the active run has ended. A run that was killed counts as failed. */
export const afterRun = (state: JobState, ending: Ending): JobState => {
	const { running, ...rest } = state;
	if (!running) return state;
	const { heartbeat: _last, ...run } = running;
	const { how, isUnfinished, counts } = ending;
	const ended: EndedRun = { ...run, counts, ended: ending.ended.toISOString(), how, isUnfinished };
	const { all, successful, failed } = state.runs;
	return {
		...rest,
		runs: {
			all: all + 1,
			successful: successful + (how === 'successful' ? 1 : 0),
			failed: failed + (how === 'failed' || how === 'killed' ? 1 : 0),
		},
		lastRuns: [ended, ...state.lastRuns].slice(0, maxLastRuns),
	};
};

/** Whether a run has given no sign of life for longer than `staleAfter` milliseconds. */
export const isStale = ({ heartbeat }: RunningRun, now: Date, staleAfter: number): boolean =>
	now.getTime() - new Date(heartbeat).getTime() > staleAfter;

/** The state without a run that is dead: it counts as killed at its last sign of life. */
export const withoutDead = (state: JobState, isDead: (run: RunningRun) => boolean): JobState => {
	const { running } = state;
	if (!running || !isDead(running)) return state;
	const ended = new Date(running.heartbeat);
	return afterRun(state, { how: 'killed', ended, isUnfinished: true, counts: running.counts });
};

const beforeOf = ({ before, counts }: EndedRun) => (before ? sumOf(before, counts) : counts);

/** The state with the real work of the last run, which the current run continues. */
export const withLastCounts = (state: JobState, counts: Counts): JobState => {
	const { running } = state;
	const [first, ...others] = state.lastRuns;
	if (!running || !first) return state;
	const last = { ...first, counts };
	return { ...state, lastRuns: [last, ...others], running: { ...running, before: beforeOf(last) } };
};

/** What begins. */
export type Beginning = Pick<RunningRun, 'id' | 'operation' | 'binding'> & { category: string };

/** The state with an active run. It continues the last one, if that is unfinished and had the same task. */
export const withRun = (state: JobState, { category, ...run }: Beginning, counts: Counts, now: Date): JobState => {
	const [last] = state.lastRuns;
	const goesOn = last?.isUnfinished && last.operation === run.operation && last.binding === run.binding;
	const time = now.toISOString();
	return {
		...state,
		category,
		running: {
			...{ ...run, started: time, heartbeat: time, counts },
			...(goesOn && { continues: last.id, before: beforeOf(last) }),
		},
	};
};
