import type { Bars, Report } from '../../../content/report/report';
import type { JobSide } from '../../../s3/job/jobPlace';
import type { JobState } from '../../../s3/job/state';
import type { Reported } from './runReport';
import type { FoundRun } from './runsOfJob';
import { heldBackText, stops } from './runReporting';

/** The runs to report on, and the states of their jobs by name. */
interface Found {
	runs: FoundRun[];
	states: Map<string, JobState>;
}

const isStopped = (by: string | undefined): by is keyof typeof stops => by !== undefined && by in stops;

/** The status of a run, including killed and running ones. */
const howOf = ({ id, jobName, totals }: FoundRun, states: Found['states']): string => {
	const { running, lastRuns = [] } = states.get(jobName) ?? {};
	if (running?.id === id) return 'running';
	return totals?.how ?? lastRuns.find((run) => run.id === id)?.how ?? 'killed';
};

const endings: Record<string, string> = {
	running: 'The run is in progress. This is what it has done so far.',
	killed: 'The run was interrupted, so its last seconds are missing here. The next run continues.',
	incomplete: 'The run is incomplete. The next run continues.',
};

/** Why a mirror deleted nothing, in words. */
const heldBackOf = ({ totals }: FoundRun) => heldBackText({ heldBack: totals?.heldBack });

/** Why work remains after the last run. */
const leftOf = (run: FoundRun, states: Found['states']): string[] => {
	const by = run.totals?.stoppedBy;
	const why = isStopped(by) ? stops[by] : endings[howOf(run, states)];
	return [why, heldBackOf(run)].flatMap((text) => text ?? []);
};

/** How many runs to show individually. */
const maxShown = 50;

const timeOf = ({ header, id }: FoundRun) => (header?.started ?? id).slice(0, 16).replace('T', ' ');

const nameOf = (run: FoundRun, isOfMany: boolean) => (isOfMany ? `${run.jobName}, ${timeOf(run)}` : timeOf(run));

/** Objects copied by each run, as bars. */
const barsOfRuns = (runs: FoundRun[], isOfMany: boolean): Bars[] => {
	if (runs.length < 2) return [];
	const bars = runs.slice(-maxShown).map((run) => ({
		label: nameOf(run, isOfMany),
		value: run.tally.bytes,
		note: `${run.tally.copied.toLocaleString('en')} copied${run.tally.failed > 0 ? `, ${run.tally.failed.toLocaleString('en')} failed` : ''}`,
	}));
	return [{ kind: 'bars', title: 'Copied, by run', unit: 'bytes', bars }];
};

/** Each run in a sentence. */
const notesOfRuns = ({ runs, states }: Found, isOfMany: boolean): Report['notes'] => {
	const lines = runs.slice(-maxShown).map((run) => {
		const { copied, deleted, failed, changed } = run.tally;
		const counts = `${copied} copied, ${deleted} deleted, ${changed} changed in the meantime, ${failed} failed`;
		// The verdict on a single run says it.
		const heldBack = runs.length > 1 ? heldBackOf(run) : undefined;
		return [`${nameOf(run, isOfMany)}: ${howOf(run, states)}; ${counts}. Run ${run.id}.`, heldBack ?? []]
			.flat()
			.join(' ');
	});
	return lines.length === 0 ? [] : [{ title: 'Runs', lines }];
};

const durationOf = ({ header, totals }: FoundRun) =>
	header && totals ? Date.parse(totals.ended) - Date.parse(header.started) : undefined;

const fromOf = ([run, ...others]: FoundRun[]): Report['facts'] => {
	const source = run?.header?.source;
	const isOne = others.every(({ jobName }) => jobName === run?.jobName);
	return source && isOne ? [['From', `${source.bucket}/${source.prefix}`]] : [];
};

/** The report on runs of jobs that the recorder has read. */
export const jobReport = (
	of: { jobName: string } | { category: string },
	{ bucket, prefix }: JobSide,
	{ runs, states }: Found,
): Omit<Reported, 'prefix' | 'destinationPrefix'> => {
	const isOfMany = states.size > 1;
	const [only, ...others] = runs;
	const isOneRun = only !== undefined && others.length === 0;
	return {
		title: 'jobName' in of ? `Report on job ${of.jobName}` : `Report on category ${of.category}`,
		isPlan: false,
		facts: [
			...fromOf(runs),
			['To', `${bucket}/${prefix}`],
			['Jobs', [...states.keys()].join(', ')],
			['Runs', String(runs.length)],
		],
		left: isOneRun ? leftOf(only, states) : [],
		...(isOneRun && { duration: durationOf(only) }),
		plots: barsOfRuns(runs, isOfMany),
		notes: notesOfRuns({ runs, states }, isOfMany),
	};
};

/** A job as the output shows it. */
export const jobItem = ({ name, category, runs, running }: JobState) => ({
	...{ jobName: name, category, runs },
	...(running && { runningSince: running.started }),
});

/** A run as the output shows it. */
export const runItem = (run: FoundRun, states: Found['states']) => {
	const { jobName, id: runId, header, totals, tally } = run;
	const { reasons: _all, ...counts } = tally;
	const message = heldBackOf(run);
	return {
		...{ jobName, runId, how: howOf(run, states), started: header?.started, ended: totals?.ended },
		...(totals?.stoppedBy !== undefined && { stoppedBy: totals.stoppedBy }),
		...(header?.continues !== undefined && { continues: header.continues }),
		...counts,
		...(message !== undefined && { heldBack: { ...totals?.heldBack, message } }),
	};
};
