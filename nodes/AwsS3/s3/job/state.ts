import type { ObjectAt } from '../address';
import { statusOf } from '../failure';
import { listPages } from '../list/list';
import { download } from '../read/download';
import { jobsPrefix, stateKey } from './jobPlace';
import type { JobPlace, JobSide } from './jobPlace';
import { isMembers, textOf } from '../answers/members';
import { countOf, dateOf, fileFault, parsed } from '../read/jsonLines';
import type { Counts } from '../sync/tally';
import { countsIn, fileVersion } from './journalLines';

/**
 * How a run ended: everything was done, something failed, something is left (a limit or the user ended it, or others
 * made changes in between), or its signs of life stopped.
 */
export type How = 'successful' | 'failed' | 'incomplete' | 'killed';

/** What all records of a run have. */
interface Run {
	id: string;
	/** `run` or `applyPlan`. */
	operation: string;
	/** Its task and places as a hash: only a run with the same task continues it. */
	binding: string;
	/** As an ISO date, like all times. */
	started: string;
	/** The run that it went on with, and what that had done, with those before it. */
	continues?: string;
	before?: Counts;
	counts: Counts;
}

/** A run that has ended. */
export interface EndedRun extends Run {
	ended: string;
	how: How;
	/** Whether it has not reached the end, so that the next run continues. */
	isUnfinished: boolean;
}

/** The active run, with the last sign of life. */
export interface RunningRun extends Run {
	heartbeat: string;
}

/** The state of a job. */
export interface JobState {
	version: number;
	name: string;
	category: string;
	/** Runs that have ended. */
	runs: { all: number; successful: number; failed: number };
	/** The newest first. */
	lastRuns: EndedRun[];
	running?: RunningRun;
}

/** A state with the ETag under which it may be replaced. */
export interface StoredState {
	state: JobState;
	etag: string;
}

const hows: readonly How[] = ['successful', 'failed', 'incomplete', 'killed'];

const runIn = (value: unknown) => {
	if (!isMembers(value)) return undefined;
	const [id, started, continues] = [textOf(value.id), dateOf(value.started), textOf(value.continues)];
	if (id === undefined || !started) return undefined;
	return {
		members: value,
		run: {
			...{ id, operation: textOf(value.operation) ?? '', binding: textOf(value.binding) ?? '' },
			...{ started: started.toISOString(), counts: countsIn(value.counts) },
			...(continues !== undefined && { continues, before: countsIn(value.before) }),
		},
	};
};

const endedIn = (value: unknown): EndedRun[] => {
	const { members, run } = runIn(value) ?? {};
	const [ended, how] = [dateOf(members?.ended), hows.find((one) => one === members?.how)];
	return run && ended && how
		? [{ ...run, ended: ended.toISOString(), how, isUnfinished: members?.isUnfinished === true }]
		: [];
};

const runningIn = (value: unknown): RunningRun | undefined => {
	const { members, run } = runIn(value) ?? {};
	const heartbeat = dateOf(members?.heartbeat);
	return run && heartbeat && { ...run, heartbeat: heartbeat.toISOString() };
};

/** The state in a file. Throws if the file is none, or is one of another version. */
export const stateIn = (at: ObjectAt, content: string): JobState => {
	const members = parsed(at, content);
	const [version, name] = [countOf(members.version), textOf(members.name)];
	if (version === undefined || name === undefined || !isMembers(members.runs))
		throw fileFault(at, 'is not the state of a job');
	if (version !== fileVersion)
		throw fileFault(at, `is a job state of version ${version}, but this node supports version ${fileVersion}`);
	const running = runningIn(members.running);
	if (members.running !== undefined && !running) throw fileFault(at, 'is not the state of a job');
	const { all, successful, failed } = members.runs;
	const counts = [countOf(all), countOf(successful), countOf(failed)];
	if (counts.includes(undefined)) throw fileFault(at, 'is not the state of a job');
	const [inAll = 0, good = 0, bad = 0] = counts;
	return {
		...{ version, name, category: textOf(members.category) ?? '' },
		runs: { all: inAll, successful: good, failed: bad },
		lastRuns: Array.isArray(members.lastRuns) ? members.lastRuns.flatMap(endedIn) : [],
		...(running && { running }),
	};
};

/** The state of a job with its ETag; undefined for an unknown job. Throws for a file that is no state. */
export const readStoredState = async ({ side, jobName }: JobPlace): Promise<StoredState | undefined> => {
	const at = { bucket: side.bucket, key: stateKey({ side, jobName }) };
	const stored = await download(side.s3, { Bucket: at.bucket, Key: at.key }).catch((error) => {
		if (statusOf(error) !== 404) throw error;
		return undefined;
	});
	if (!stored) return undefined;
	const content: Buffer[] = [];
	for await (const bytes of stored.body) content.push(bytes);
	return { etag: stored.ETag ?? '', state: stateIn(at, Buffer.concat(content).toString()) };
};

/** Reads the state of a job; undefined for an unknown job. Throws for a file that is no state. */
export const readState = async (side: JobSide, jobName: string): Promise<JobState | undefined> =>
	(await readStoredState({ side, jobName }))?.state;

/** The names of the jobs of a destination, in their order. */
export const listJobs = async ({ s3, bucket, prefix }: JobSide): Promise<string[]> => {
	const names: string[] = [];
	const start = jobsPrefix({ prefix });
	for await (const { folders } of listPages(s3, { Bucket: bucket, Prefix: start, Delimiter: '/' }))
		names.push(...folders.map((folder) => folder.slice(start.length, -1)));
	return names;
};
