import { createHash } from 'node:crypto';
import { badInput } from '../../../core/errors/badInput';
import type { Context, Output } from '../../../core/operation';
import { isStop } from '../../../s3/failure';
import type { DoneBefore } from '../../../s3/job/doneBefore';
import { readDone } from '../../../s3/job/doneBefore';
import type { EndPolicy, JobEnd } from '../../../s3/job/endPolicy';
import type { JobPlace } from '../../../s3/job/jobPlace';
import { countsIn, fileVersion } from '../../../s3/job/journalLines';
import { noCounts } from '../../../s3/sync/tally';
import type { JournalHeader } from '../../../s3/job/journalLines';
import type { JournalWriter } from '../../../s3/job/journalWriter';
import { beginJournal } from '../../../s3/job/journalWriter';
import type { Lease } from '../../../s3/job/lease';
import { begin, leaseTimes } from '../../../s3/job/lease';
import type { How, RunningRun } from '../../../s3/job/state';
import { placeOfSource } from '../../../s3/pairs/source';
import type { Transfer } from '../../../s3/sync/transfer';
import { lineOf } from './outcomeLines';
import type { Listener } from './collectEvents';
import type { RunOutput, Wanted } from './runToOutput';
import { runToOutput } from './runToOutput';

/** A run of a job. */
export interface JobRun {
	place: JobPlace;
	category: string;
	operation: 'run' | 'applyPlan';
	/** The parameters that decide what the run does, for the journal. */
	rules: Record<string, unknown>;
	/** What a run must share with an unfinished one to resume it, besides both sides. */
	identity: string[];
	endPolicy: EndPolicy;
	/** Whether comparing both sides cannot show what an unfinished run did. */
	needsJournal: boolean;
	/** The transfer, which may skip what unfinished runs did. */
	transferWith: (done: DoneBefore | undefined) => Transfer;
	/** How often to renew the lease, if not the default. */
	times?: typeof leaseTimes;
}

const endings: Record<JobEnd, string> = {
	runs: "it reached 'Job Max Runs'",
	successfulRuns: "it reached 'Job Max Successful Runs'",
	failedRuns: "it reached 'Job Max Unsuccessful Runs'",
	endDate: "it reached 'Job End Date'",
};

const optionOf: Record<JobEnd, string> = {
	runs: 'Job Max Runs',
	successfulRuns: 'Job Max Successful Runs',
	failedRuns: 'Job Max Unsuccessful Runs',
	endDate: 'Job End Date',
};

const endedText = (jobName: string, end: JobEnd) =>
	`The job '${jobName}' has ended, because ${endings[end]}. Nothing was done. To continue, change or remove '${optionOf[end]}' in 'Options', or enter another 'Job Name'.`;

const busy = (jobName: string, { started, heartbeat }: RunningRun) => {
	const free = new Date(new Date(heartbeat).getTime() + leaseTimes.staleAfter).toISOString();
	return badInput(
		`The job '${jobName}' is already running since ${started}, so this run did nothing`,
		`Wait until it ends. It was last active at ${heartbeat}. If it was interrupted, the next run after ${free} resumes it. For another transfer, enter another 'Job Name'.`,
	);
};

const howOf = ({ ended, tally, summary, how }: RunOutput): How => {
	if (ended) return isStop(ended) ? 'incomplete' : 'failed';
	if (tally.failed > 0 || how?.heldBack) return 'failed';
	return 'done' in summary && summary.done === true ? 'successful' : 'incomplete';
};

const headerOf = (
	{ place, category, operation, rules }: JobRun,
	{ from, to }: Transfer,
	lease: Lease,
): JournalHeader => ({
	...{ journal: fileVersion, runId: lease.runId, jobName: place.jobName, category, operation, rules },
	started: new Date().toISOString(),
	source: placeOfSource(from),
	destination: { bucket: to.bucket, prefix: to.prefix },
	...(lease.continues !== undefined && { continues: lease.continues }),
});

/** Runs with a journal. Throws if the run cannot start; later errors are in the output. */
const runWith = async (
	journal: JournalWriter,
	context: Context,
	job: JobRun,
	lease: Lease,
	wanted: Wanted,
): Promise<RunOutput> => {
	const { place } = job;
	const isMove = job.transferWith(undefined).rules.mode === 'move';
	const hasToRead = lease.continues !== undefined && (job.needsJournal || lease.isAfterKill);
	const read =
		hasToRead && lease.continues !== undefined
			? await readDone(place, lease.continues, { isMove, withEarlier: job.needsJournal }, context.signal)
			: undefined;
	if (read && lease.isAfterKill) await lease.correctLast(read.counts);
	const transfer = job.transferWith(job.needsJournal ? read?.done : undefined);
	const signal = AbortSignal.any([context.signal, lease.signal]);
	const listen: Listener = (event, tally) => {
		lease.tell(tally);
		if (event.step === 'skip' && event.result.outcome === 'skipped' && !wanted.includesSkipped) {
			journal.skip(event.result.reason);
			return undefined;
		}
		return journal.add(lineOf(transfer, event, new Date()));
	};
	const output = await runToOutput(context, { ...transfer, needsEtags: true, signal }, wanted, listen);
	const { tally, how, summary } = output;
	const counts = countsIn(tally);
	const ending = { how: howOf(output), isUnfinished: !how || how.stoppedBy !== undefined, counts };
	const totals = {
		...{ totals: counts, reasons: tally.reasons, ended: new Date().toISOString(), how: ending.how },
		...(how?.stoppedBy && { stoppedBy: how.stoppedBy }),
		...(how?.heldBack && { heldBack: how.heldBack }),
	};
	const total = lease.totalWith(counts);
	const close = async () => {
		// The run that took over has recorded that this one was killed.
		if (lease.signal.aborted) return;
		await journal.end(totals).catch(async (error: unknown) => {
			// The execution fails, so its run must not count as successful.
			const isStopped = context.signal.aborted && ending.how !== 'failed';
			await lease.end({ ...ending, how: isStopped ? 'incomplete' : 'failed' });
			throw error;
		});
		await lease.end(ending);
	};
	const closing = await close().catch((error: unknown) => error);
	const { copied, overwritten, renamed, deleted, moved, bytes } = total;
	return {
		...output,
		ended: output.ended ?? closing,
		summary: {
			...summary,
			...{ jobName: place.jobName, category: job.category, runId: lease.runId },
			...(lease.continues !== undefined && {
				continues: lease.continues,
				total: { copied, overwritten, renamed, deleted, moved, bytes },
			}),
		},
	};
};

/** Runs under a lease. When it returns, the journal is complete or abandoned. */
const runUnder = async (context: Context, job: JobRun, lease: Lease, wanted: Wanted): Promise<RunOutput> => {
	const journal = await beginJournal(job.place, headerOf(job, job.transferWith(undefined), lease));
	return await runWith(journal, context, job, lease, wanted).finally(journal.leave);
};

/**
 * Runs a transfer as a run of a job, and gives its output. For an ended job, returns its item instead. Throws if another
 * run is active, and if the run cannot start.
 */
export const runOfJob = async (
	context: Context,
	job: JobRun,
	wanted: Wanted,
): Promise<{ output: RunOutput; endedItem?: undefined } | { endedItem: Output; output?: undefined }> => {
	const { place, category, operation, identity, endPolicy } = job;
	const { from, to } = job.transferWith(undefined);
	const { bucket, prefix } = placeOfSource(from);
	const what = JSON.stringify([operation, bucket, prefix, to.bucket, to.prefix, ...identity]);
	const binding = createHash('sha256').update(what).digest('hex').slice(0, 32);
	const begun = await begin(place, { operation, binding, category, endPolicy }, job.times);
	if (begun.lease) {
		const { lease } = begun;
		return {
			output: await runUnder(context, job, lease, wanted).catch(async (error: unknown) => {
				await lease
					.end({ how: isStop(error) ? 'incomplete' : 'failed', isUnfinished: true, counts: noCounts() })
					.catch(() => undefined);
				throw error;
			}),
		};
	}
	if ('busy' in begun) throw busy(place.jobName, begun.busy);
	const message = endedText(place.jobName, begun.end);
	context.hint(message);
	// A loop that waits for `done` must end as well.
	const ended = { done: true, jobName: place.jobName, category, jobEnded: true, reason: begun.end, message };
	return { endedItem: { ...ended, ...noCounts() } };
};
