import { randomBytes } from 'node:crypto';
import { jobsFolder } from '../ownFiles';
import type { Side } from '../pairs/sides';

/** Where jobs keep their files: at the destination of a transfer. */
export type JobSide = Pick<Side, 's3' | 'bucket' | 'prefix'>;

/** A job of a destination. */
export interface JobPlace {
	side: JobSide;
	jobName: string;
}

/** A new id for a run or a plan, by which they sort in the order of time, such as `20260131T120000000Z-1a2b3c4d`. */
export const newId = (now: Date) => `${now.toISOString().replace(/[-:.]/g, '')}-${randomBytes(4).toString('hex')}`;

/** What the keys of all jobs begin with. */
export const jobsPrefix = ({ prefix }: Pick<JobSide, 'prefix'>) => prefix + jobsFolder;

const folderOf = ({ side, jobName }: JobPlace) => `${jobsPrefix(side)}${jobName}/`;

/** The key of a job's state. */
export const stateKey = (place: JobPlace) => `${folderOf(place)}state.json`;

/** What the keys of all journals of a job begin with. */
export const runsPrefix = (place: JobPlace) => `${folderOf(place)}runs/`;

/** What the keys of a run's journal begin with. */
export const journalPrefix = (place: JobPlace, runId: string) => `${runsPrefix(place)}${runId}/journal-`;

/** The key of a segment of a journal, from 1. */
export const segmentKey = (place: JobPlace, runId: string, segment: number) =>
	`${journalPrefix(place, runId)}${String(segment).padStart(6, '0')}.jsonl`;

/** The key of a plan. */
export const planKeyOf = (place: JobPlace, id: string) => `${folderOf(place)}plans/${id}.jsonl`;
