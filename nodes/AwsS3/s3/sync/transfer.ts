import type { Ending, Engine, StopPolicy } from '../flow/engine';
import { carryOut } from '../flow/engine';
import { adaptiveLimit } from '../flow/concurrencyLimit';
import type { Keeping } from '../kept/keeping';
import type { Decision, Reason, Step } from '../pairs/decide';
import { decide } from '../pairs/decide';
import type { LeaveOut } from '../pairs/source';
import { decideByLooking, lookAtEach, needsLook } from '../pairs/look';
import type { Original, Pair } from '../pairs/march';
import { march } from '../pairs/march';
import type { Counted, DeletionLimits, HeldBackDeletions } from './deletionLimits';
import { heldBackBy } from './deletionLimits';
import type { Result, ResultOrFailure, Task, Work } from './perform';
import { originalExists, perform, resultIn } from './perform';
import { endedBy, pagesOf } from '../pairs/sides';

/** A transfer: both sides, what to do, and where to stop. */
export interface Transfer extends Work {
	/** Whether to only say what would be done. */
	isPlan: boolean;
	stopAfter: StopPolicy;
	deletions: DeletionLimits;
	/** What the copies keep, and what they could not keep. */
	keeping?: Keeping;
	/** The digest of the grants on folders that were approved with a plan. */
	approvedGrants?: string;
	/** Counts the versions and delete markers of a transfer of all versions; absent for one of objects. */
	written?: { versions: number; deleteMarkers: number };
	/** What it goes through instead of both listings, such as a plan. */
	walk?: Walk;
	/** Whether an unfinished run has written the destination of a pair from its source, as both are listed now. */
	isDone?: (pair: Pair) => boolean;
	signal?: AbortSignal;
}

/** The outcome of a key, with its listed objects. */
export interface Event extends Pair {
	step: Step | 'skip';
	/** Where its original is, as far as the key does not say that. */
	from?: Original;
	/** Bytes of the object. */
	size: number;
	result: ResultOrFailure;
}

/** How a run ended. Without a limit or anything held back, nothing is left to do but what failed. */
export interface Ended {
	stoppedBy?: Exclude<Ending, 'finished'>;
	heldBack?: HeldBackDeletions;
}

/** Changes at the same time: they adapt between these. */
const minChanges = 16;
const maxChanges = 64;

/** What to do for a pair, or why that cannot be decided. */
export interface Decided {
	pair: Pair;
	decision: Decision;
	failure?: Error;
}

/** What a run goes through, in chunks: once for all but deletions, and again for these only. */
export type Walk = (signal: AbortSignal, isForDeletions: boolean, leaveOut?: LeaveOut) => AsyncGenerator<Decided[]>;

const pairsOf = ({ from, to }: Transfer, signal: AbortSignal, leaveOut?: LeaveOut) =>
	march(from.pages(signal, leaveOut), pagesOf(endedBy(to, signal)));

/** Goes through both listings, and decides on most keys from these alone. What is only to be deleted needs no look. */
const listingWalk = (transfer: Transfer): Walk =>
	async function* (signal, isForDeletions, leaveOut) {
		const { rules, isDone } = transfer;
		const decisionOn = (pair: Pair): Decision => {
			const decision = decide(pair, rules);
			const isDoneBefore = !isForDeletions && decision.step === 'overwrite' && isDone?.(pair);
			return isDoneBefore ? { skip: 'doneBefore' } : decision;
		};
		for await (const chunk of pairsOf(transfer, signal, leaveOut)) {
			const decided = chunk.map((pair): Decided => ({ pair, decision: decisionOn(pair) }));
			const open = decided.filter(({ decision }) => !isForDeletions && needsLook(decision, rules));
			await lookAtEach(open, signal, async (one, own) => {
				const sides = { ...transfer, to: endedBy(transfer.to, own) };
				one.decision = await decideByLooking(sides, one.pair, own);
			});
			yield decided;
		}
	};

const sizeOf = ({ source, destination }: Pair) => (source ?? destination)?.size ?? 0;

const taskOf = ({ pair, decision, failure }: Decided): Task | undefined => {
	const step = decision.step ?? (failure && 'copy');
	if (!step) return undefined;
	const copies = step === 'copy' || step === 'overwrite' || step === 'rename';
	const { restores } = decision;
	return { ...pair, step, failure, restores, size: copies && !restores ? sizeOf(pair) : 0 };
};

/**
 * The result of a change that is only planned. What is restored first is planned all the same: a run that comes back does it. A deletion is not, if the
 * source has the object and only its report lacks it.
 */
const planned = async ({ from }: Transfer, { step, key, restores }: Task, signal: AbortSignal): Promise<Result> => {
	const isThere = step === 'delete' && from.isReported && (await from.has?.(key, signal));
	if (isThere) return { outcome: 'changed', why: originalExists(key) };
	return { outcome: 'planned', ...(restores && { reason: 'restoring' }) };
};

/** Written out: to spread a pair takes many times the memory, for each of a million keys. */
const skipped = (pair: Pair, reason: Reason): Event => ({
	key: pair.key,
	source: pair.source,
	destination: pair.destination,
	from: pair.source?.from,
	step: 'skip',
	size: sizeOf(pair),
	result: { outcome: 'skipped', reason },
});

/** What the walks of a run have come upon so far. */
interface Seen extends Counted {
	tasks: number;
	bytes: number;
	/** Those of the failures that the source has met itself. */
	leftOut: number;
}

/** What is left of the limits of a run. */
const leftOf = ({ stopAfter }: Transfer, { tasks, bytes }: Seen, milliseconds: number): StopPolicy => ({
	failures: stopAfter.failures,
	actions: stopAfter.actions === undefined ? undefined : stopAfter.actions - tasks,
	bytes: stopAfter.bytes === undefined ? undefined : stopAfter.bytes - bytes,
	milliseconds: stopAfter.milliseconds === undefined ? undefined : stopAfter.milliseconds - milliseconds,
});

/**
 * Runs a transfer, and calls `note` for each key, which may let the run wait. First it walks both listings, or a plan, and copies;
 * a mirror then walks them again and deletes what the source does not have, only if all went well and within the limits. Throws if
 * a listing cannot be read or is not in order, if the user stops, or for what every further change would meet as well.
 */
export const runTransfer = async (
	transfer: Transfer,
	note: (event: Event) => Promise<void> | undefined | void,
): Promise<Ended> => {
	const { isPlan, signal, walk = listingWalk(transfer) } = transfer;
	const start = performance.now();
	const seen: Seen = { source: 0, destination: 0, deletions: 0, tasks: 0, bytes: 0, failures: 0, leftOut: 0 };
	const isLate = () => performance.now() - start >= (transfer.stopAfter.milliseconds ?? Infinity);
	const areTooMany = (failures: number) => failures >= (transfer.stopAfter.failures ?? Infinity);
	const hasTooManyFailures = () => areTooMany(seen.failures);
	const ending: { by: Ending } = { by: 'finished' };

	const count = ({ pair: { source, destination }, decision }: Decided) => {
		if (decision.skip === 'filtered' || decision.skip === 'jobFile') return;
		if (source) seen.source++;
		if (destination) seen.destination++;
	};
	// A source does not wait until what it leaves out is reported, so the next chunk does.
	let reported: Promise<unknown> = Promise.resolve();
	const leaveOut: LeaveOut = ({ key, from, size }, why) => {
		const isFailure = why instanceof Error;
		if (isFailure) {
			seen.failures++;
			seen.leftOut++;
		}
		const reporting = isFailure
			? note({ ...{ key, from, step: 'copy', size }, result: { outcome: 'failed', failure: why } })
			: note({ ...{ key, from, step: 'skip', size }, result: { outcome: 'skipped', reason: why } });
		if (reporting) reported = Promise.all([reported, reporting]);
		reported.catch(() => undefined);
		if (isFailure && hasTooManyFailures()) ending.by = 'failures';
		else if (isLate()) ending.by = 'milliseconds';
		return ending.by !== 'finished';
	};
	async function* copies(poolSignal: AbortSignal): AsyncGenerator<Task> {
		for await (const chunk of walk(poolSignal, false, leaveOut)) {
			await reported;
			for (const decided of chunk) {
				// What a source has found before it ended at its own failures is still copied.
				if (hasTooManyFailures() && !areTooMany(seen.leftOut)) break;
				const { pair, decision, failure } = decided;
				count(decided);
				if (decision.step === 'delete') {
					// After a limit, the source may have more than it has given.
					if (ending.by === 'finished') seen.deletions++;
					continue;
				}
				const task = taskOf(decided);
				if (task) yield task;
				else if (decision.skip && !failure) {
					const isWaiting = note(skipped(pair, decision.skip));
					// Without a promise where there is none: a million keys take seconds less.
					if (isWaiting) await isWaiting;
				}
			}
			// The limits of the engine count what it has to do, which may be nothing for long.
			if (hasTooManyFailures()) ending.by = 'failures';
			else if (isLate()) ending.by = 'milliseconds';
			if (ending.by !== 'finished') break;
		}
		await reported;
	}
	async function* deletions(poolSignal: AbortSignal): AsyncGenerator<Task> {
		let left = seen.deletions;
		for await (const chunk of walk(poolSignal, true))
			for (const { pair, decision, failure } of chunk) {
				if (isLate()) {
					ending.by = 'milliseconds';
					return;
				}
				if (decision.skip === 'doneBefore') await note(skipped(pair, decision.skip));
				if (decision.step !== 'delete') continue;
				// What is gone from the source since the walk that copies was not counted there.
				if (left-- <= 0) return;
				yield { ...pair, step: 'delete', failure, size: 0 };
			}
	}
	const carryOutAll = async (tasks: (poolSignal: AbortSignal) => AsyncGenerator<Task>) => {
		const settings: Engine = {
			limit: adaptiveLimit(minChanges, maxChanges),
			signal,
			stopAfter: leftOf(transfer, seen, performance.now() - start),
		};
		const work = async (task: Task, taskSignal: AbortSignal): Promise<Result> =>
			isPlan && !task.failure ? await planned(transfer, task, taskSignal) : await perform(transfer, task, taskSignal);
		const by = await carryOut(tasks, work, settings, async (outcome) => {
			const { action } = outcome;
			seen.tasks++;
			seen.bytes += action.size;
			if (outcome.failure) seen.failures++;
			const { key, source, destination, step } = action;
			await note({
				...{ key, source, destination, from: source?.from, step, size: sizeOf(action) },
				result: resultIn(outcome),
			});
		});
		if (by !== 'finished') ending.by = by;
	};

	await carryOutAll(copies);
	const heldBack = heldBackBy(transfer.deletions, seen, ending.by === 'finished');
	if (seen.deletions > 0 && !heldBack) await carryOutAll(deletions);
	return {
		...(ending.by !== 'finished' && { stoppedBy: ending.by }),
		...(seen.deletions > 0 && heldBack && { heldBack: { reason: heldBack, deletions: seen.deletions } }),
	};
};
