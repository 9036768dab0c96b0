import { PutObjectCommand } from '@aws-sdk/client-s3';
import { clearInterval, setInterval } from 'node:timers';
import { setTimeout as sleep } from 'node:timers/promises';
import { serverTime } from '../answers/serverClock';
import { s3Failure, statusOf } from '../failure';
import { recentNames } from '../flow/recentNames';
import { bareEtag } from '../contentIdentity';
import { ifFree, ifMatches, isTaken } from '../write/conditionalWrite';
import type { EndPolicy, JobEnd } from './endPolicy';
import { endOf } from './endPolicy';
import { newId, stateKey } from './jobPlace';
import { evenAfterStop } from '../write/afterStop';
import type { JobPlace } from './jobPlace';
import type { Counts } from '../sync/tally';
import { noCounts } from '../sync/tally';
import { countsIn, sumOf } from './journalLines';
import type { Beginning, Ending } from './nextState';
import { afterRun, isStale, newState, withLastCounts, withRun, withoutDead } from './nextState';
import type { JobState, RunningRun, StoredState } from './state';
import { readStoredState } from './state';

/** How often a run gives a sign of life, and after how long without one it counts as killed, in milliseconds. */
export const leaseTimes = { beat: 30_000, staleAfter: 5 * 60_000 };

/** A run that is to begin, and when its job ends. */
interface ToBegin extends Omit<Beginning, 'id'> {
	endPolicy: EndPolicy;
}

/** The right to run, which one run of a job has at a time. */
export interface Lease {
	runId: string;
	/** The run that it continues. */
	continues?: string;
	/** Whether that one was killed, so that only its journal knows what it has done. */
	isAfterKill: boolean;
	/** Fires when another run has taken over. Its reason says so. */
	signal: AbortSignal;
	/** The work that the next sign of life reports. The counts are read then, and may change until then. */
	tell(counts: Counts): void;
	/** The real work of the run that it continues, in place of the counts in its last sign of life. */
	correctLast(counts: Counts): Promise<void>;
	/** The work of this run, and of those that it continues. */
	totalWith(counts: Counts): Counts;
	/** Ends the run in the state. Throws if it cannot be written, or if another run has taken over. */
	end(ending: Omit<Ending, 'ended'>): Promise<void>;
}

/** Whether a run may begin: it may, another run is active, or the job has ended. */
type Begun = { lease: Lease } | { lease?: undefined; busy: RunningRun } | { lease?: undefined; end: JobEnd };

/** Writes a state in place of the one with an ETag, or the first one. Returns its ETag; throws if another one is there. */
const write = async ({ side, jobName }: JobPlace, state: JobState, etag?: string): Promise<string> => {
	const at = { bucket: side.bucket, key: stateKey({ side, jobName }) };
	const put = async (condition: object) =>
		await side.s3.send(
			new PutObjectCommand({
				...{ Bucket: at.bucket, Key: at.key, ContentType: 'application/json', ...condition },
				Body: JSON.stringify(state, undefined, '\t'),
			}),
		);
	const { ETag = '' } = await (etag === undefined
		? ifFree(side.s3, at, 'conditionalPut', put)
		: ifMatches(side.s3, { ...at, etag }, 'conditionalPut', put));
	return ETag;
};

/** Whether a write failed because another run has written or deleted the state. */
const isConflict = (error: unknown) => isTaken(error) || statusOf(error) === 404;

const takenOver = ({ side, jobName }: JobPlace) =>
	s3Failure({
		...{ code: 'JobTakenOver', bucket: side.bucket, key: stateKey({ side, jobName }) },
		message: `Another run of the job '${jobName}' took over, so this run ended`,
	});

/** Runs of this process that have ended, although their state could not be written: nobody needs to wait for them. */
const endedHere = recentNames(1000);

const leaseOf = (place: JobPlace, run: RunningRun, stored: StoredState, times: typeof leaseTimes): Lease => {
	const lost = new AbortController();
	const now = () => serverTime(place.side.s3.connection);
	let { state, etag } = stored;
	let counts = run.counts;
	let lastSign = performance.now();
	let tail: Promise<void> = Promise.resolve();

	/** Writes the state that follows. An answer may be lost, so what is refused is read again: it may be our own. */
	const store = async (at: JobPlace, next: (from: JobState) => JobState) => {
		for (;;) {
			lost.signal.throwIfAborted();
			const written = next(state);
			const { newEtag, conflict } = await write(at, written, etag).then(
				(newEtag) => ({ newEtag, conflict: undefined }),
				(conflict: unknown) => ({ newEtag: undefined, conflict }),
			);
			if (newEtag !== undefined) {
				[state, etag, lastSign] = [written, newEtag, performance.now()];
				return;
			}
			if (!isConflict(conflict)) throw conflict;
			const there = await readStoredState(at);
			// The write whose answer was lost has ended this run. One that another run has taken over was killed, as the state says.
			if (there?.state.lastRuns.some(({ id, how }) => id === run.id && how !== 'killed')) return;
			if (there?.state.running?.id !== run.id) lost.abort(takenOver(place));
			// A server that refuses a condition which holds would always do so.
			else if (bareEtag(there.etag) === bareEtag(etag)) throw conflict;
			else ({ state, etag } = there);
		}
	};
	const withSign = (from: JobState): JobState =>
		from.running
			? { ...from, running: { ...from.running, counts: countsIn(counts), heartbeat: now().toISOString() } }
			: from;
	const giveSign = async () => {
		const { side, jobName } = place;
		// S3 may store a sign of life that a stop has aborted after the end of the run, which would show it as active.
		await evenAfterStop(side.s3, 'giveUp', async (s3) => {
			await store({ jobName, side: { ...side, s3 } }, withSign);
		}).catch(() => {
			// Other runs may have taken over by now.
			if (performance.now() - lastSign > times.staleAfter) lost.abort(takenOver(place));
		});
	};
	const timer = setInterval(() => void (tail = tail.then(giveSign)), times.beat);
	timer.unref();
	lost.signal.addEventListener('abort', () => clearInterval(timer));

	return {
		...{ runId: run.id, continues: run.continues, signal: lost.signal },
		isAfterKill: run.continues !== undefined && stored.state.lastRuns[0]?.how === 'killed',
		tell: (soFar) => (counts = soFar),
		correctLast: async (done) => {
			state = withLastCounts(state, done);
			// At once: the journal of this run does not have it, if this one is killed as well.
			await (tail = tail.then(giveSign));
		},
		totalWith: (done) => sumOf(state.running?.before ?? noCounts(), done),
		end: async (ending) => {
			clearInterval(timer);
			await tail;
			const { side, jobName } = place;
			await evenAfterStop(side.s3, 'goOn', async (s3) => {
				const at = { jobName, side: { ...side, s3 } };
				await store(at, (from) => afterRun(from, { ...ending, ended: now() }));
			}).catch((error) => {
				endedHere.add(run.id);
				throw error;
			});
		},
	};
};

/** Milliseconds to wait at least for another run that begins at the same time. */
const settling = 500;

/** Whether S3 has stored the beginning of a run although its answer was a failure. */
const isActive = async (place: JobPlace, id: string) =>
	await readStoredState(place).then(
		(stored) => stored?.state.running?.id === id,
		() => false,
	);

/**
 * Milliseconds after which another run that looked at the state at the same time has written it, too: four times what the look and
 * the write have taken, but not so long that this run is taken for dead.
 */
const settlingAfter = (taken: number, { staleAfter }: typeof leaseTimes) =>
	Math.max(settling, Math.min(4 * taken, staleAfter / 4));

/** Each attempt loses against another run that begins, which the next one finds active. */
const maxAttempts = 5;

/**
 * Begins a run of a job, unless another one is active or the job has ended. A run that has not renewed its lease for `staleAfter` is taken
 * over; one that has ended in this process, at once. All writes of the state are conditional, so of two runs that begin at once one
 * is refused. On a server that may ignore the condition the last one to write stays, which each of them reads a moment later. A run
 * that is stopped while it begins gets its lease if the state has it, because only the lease can end it there.
 */
export const begin = async (
	place: JobPlace,
	{ endPolicy, ...beginning }: ToBegin,
	times = leaseTimes,
): Promise<Begun> =>
	await evenAfterStop(place.side.s3, 'giveUp', async (s3) => {
		const at = { ...place, side: { ...place.side, s3 } };
		const { capabilities, signal } = place.side.s3;
		const id = newId(new Date());
		for (let attempt = 1; ; attempt++) {
			const asked = performance.now();
			const stored = await readStoredState(at);
			// The answer to an earlier attempt may be lost.
			const own = stored?.state.running;
			if (stored && own?.id === id) return { lease: leaseOf(place, own, stored, times) };
			signal?.throwIfAborted();
			const now = serverTime(place.side.s3.connection);
			const isDead = (run: RunningRun) => endedHere.has(run.id) || isStale(run, now, times.staleAfter);
			const state = withoutDead(stored?.state ?? newState(place.jobName), isDead);
			if (state.running) return { busy: state.running };
			const end = endOf(state, endPolicy, now);
			if (end) return { end };
			const next = withRun(state, { ...beginning, id }, noCounts(), now);
			const etag = await write(at, next, stored?.etag).catch(async (error) => {
				if (attempt === maxAttempts) throw error;
				if (isConflict(error)) return undefined;
				if (!(await isActive(at, id))) throw error;
				await sleep(settling, undefined, { signal: s3.signal });
				return undefined;
			});
			if (etag === undefined || !next.running) continue;
			const isOurs =
				capabilities.conditionalPut === 'yes' ||
				(await sleep(settlingAfter(performance.now() - asked, times), undefined, { signal }).then(
					() => false,
					() => true,
				));
			if (isOurs) return { lease: leaseOf(place, next.running, { state: next, etag }, times) };
		}
	});
