import type { ConditionalCopied } from '../copy/conditionalCopy';
import { codeOf } from '../failure';
import type { Action, Outcome } from '../flow/engine';
import { bareEtag } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Reason, Step } from '../pairs/decide';
import type { Entry } from '../pairs/march';
import { withNumber } from '../pairs/numberedCopy';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt } from '../pairs/sides';
import { evenAfterStop } from '../write/afterStop';
import type { Sides } from '../pairs/source';
import { isInArchive, restoreOrSkip } from './archived';
import type { Backup } from './backup';
import { backUp } from './backup';
import { checkMove, deleteCopied, deleteSource } from './deleteOriginal';
import { changedFailure, deleteIfUnchanged, etagOf, isChanged } from './changedMeanwhile';

/** One change to make. */
export interface Task extends Action {
	step: Step;
	/** The key below the prefixes of both sides. */
	key: string;
	/** Whether its source has to be restored from the archive first. */
	restores?: true;
	/** Bytes that it copies; 0 for a deletion. */
	size: number;
	source?: Entry;
	destination?: Entry;
	/** Why it cannot be decided what to do. */
	failure?: Error;
}

/** What a change has made. */
export interface Done {
	/** The key below the prefix of the destination. */
	targetKey: string;
	/** The ETag of what was written there. */
	etag?: string;
}

/** What a change has made, or why it has to wait. */
type Changed = Done | { skipped: Reason };

/** The outcome of a task. */
export type Result =
	| { outcome: 'planned'; reason?: Reason }
	| ({ outcome: 'done' } & Done)
	/** One of the sides is no longer as it was listed, so nothing was overwritten or deleted. */
	| { outcome: 'changed'; why: string }
	| { outcome: 'skipped'; reason: Reason };

/** The outcome of a task, or why it failed. */
export type ResultOrFailure = Result | { outcome: 'failed'; failure: Error };

/** The result of a task, from its outcome in the engine. */
export const resultIn = (outcome: Outcome<object, Result>): ResultOrFailure =>
	outcome.failure ? { outcome: 'failed', failure: outcome.failure } : outcome.result;

/** Both sides, and what is kept of what is replaced. */
export interface Work extends Sides, Backup {
	/** Whether to look for the ETag of a copy where the server does not give one, because a journal needs it. */
	needsEtags?: boolean;
}

/** A change that is being made, and where its original is, if that is an object; requests end with the signal. */
interface Doing {
	work: Work;
	from?: Side;
	signal: AbortSignal;
}

/** The sides of a move; undefined for a run that keeps the originals. */
const movedBetween = ({ work: { rules, to }, from }: Doing) =>
	rules.mode === 'move' && from ? { from, to } : undefined;

/**
 * Does even after a stop what belongs together: the copy of a move and the deletion of its original, or a copy and what is added to
 * it. Otherwise the next run would copy it again under another number, or take it for whole.
 */
const together = async <T>(doing: Doing, work: (doing: Doing) => Promise<T>): Promise<T> => {
	const { rules, to } = doing.work;
	if (rules.mode !== 'move' && !rules.addsToCopies) return await work(doing);
	return await evenAfterStop(to.s3, 'giveUp', async (s3) => {
		const { signal = doing.signal } = s3;
		const from = doing.from && endedBy(doing.from, signal);
		return await work({ work: { ...doing.work, to: { ...to, s3 } }, from, signal });
	});
};

/** What to do once the source is copied under a key: a move deletes the original after the copy is verified. */
const finish = async (
	doing: Doing,
	source: Entry,
	{ targetKey, copied }: { targetKey: string; copied: ConditionalCopied },
): Promise<Done> => {
	const { to, needsEtags } = doing.work;
	const move = movedBetween(doing);
	if (move) await deleteCopied(move, source, targetKey, copied);
	const isKnown = !needsEtags || bareEtag(copied.ETag) !== '';
	const { ETag: etag } = isKnown ? copied : ((await headObject(to.s3, objectAt(to, targetKey))) ?? {});
	return { targetKey, etag };
};

/** Writes the source under a key: a free one, or that of the object that it replaces, which must not have changed. */
const write = async (doing: Doing, source: Entry, targetKey: string, replaced?: Entry): Promise<Changed> => {
	const { work, from } = doing;
	const move = movedBetween(doing);
	if (move) await checkMove(move, source, targetKey, replaced !== undefined);
	const replaces = replaced && etagOf(replaced);
	// Otherwise each run would back up what it cannot replace yet.
	if (replaced && from && work.backupPrefix !== undefined && (await isInArchive(from, source)))
		return { skipped: await restoreOrSkip(work.restore, from, source) };
	const skipped = replaced && (await backUp(work, replaced));
	if (skipped) return { skipped };
	return await together(doing, async (own) => {
		const copied = await own.work.from.copy({ to: own.work.to, entry: source, key: targetKey, replaces }, own.signal);
		return await finish(own, source, { targetKey, copied });
	});
};

/** Writes the source beside what has its key. Only the copy may lead to the next number, not what fails after it. */
const writeBeside = async (doing: Doing, source: Entry, key: string): Promise<Changed> =>
	await together(doing, async (own) => {
		const { work, from, signal } = own;
		const move = movedBetween(own);
		const made = await withNumber({ from, to: work.to, original: source.from?.key }, key, async (targetKey) => {
			if (move) await checkMove(move, source, targetKey, false);
			return { targetKey, copied: await work.from.copy({ to: work.to, entry: source, key: targetKey }, signal) };
		});
		return await finish(own, source, made);
	});

/** Why what only the destination seemed to have is not deleted. */
export const originalExists = (key: string) => `'${key}' exists at the source, so it is not deleted at the destination`;

/** Deletes what only the destination has. */
const deleteExtra = async ({ work, signal }: Doing, extra: Entry): Promise<Changed> => {
	const { from, to } = work;
	if (await from.has?.(extra.key, signal)) throw changedFailure(originalExists(extra.key));
	etagOf(extra);
	const skipped = await backUp(work, extra);
	if (skipped) return { skipped };
	await deleteIfUnchanged(to, extra);
	return { targetKey: extra.key };
};

/** Makes one change. */
const change = async (doing: Doing, { step, key, source, destination }: Task): Promise<Changed> => {
	const { from, work } = doing;
	if (step === 'delete' && destination) return await deleteExtra(doing, destination);
	if (step === 'deleteSource' && source && from) await deleteSource({ from, to: work.to }, source);
	else if (step === 'rename' && source) return await writeBeside(doing, source, key);
	else if (source) return await write(doing, source, key, step === 'overwrite' ? destination : undefined);
	return { targetKey: key };
};

/** The outcome of a change. Throws if it failed. */
export const resultOf = async (
	change: Promise<Changed>,
	onArchived: () => Promise<Reason> = async () => await Promise.resolve('archived'),
): Promise<Result> =>
	await change.then(
		(done): Result => ('skipped' in done ? { outcome: 'skipped', reason: done.skipped } : { outcome: 'done', ...done }),
		async (error): Promise<Result> => {
			if (isChanged(error)) return { outcome: 'changed', why: error instanceof Error ? error.message : '' };
			if (codeOf(error) === 'InvalidObjectState') return { outcome: 'skipped', reason: await onArchived() };
			throw error;
		},
	);

/**
 * Makes one change under the condition that both sides are as they were listed; says so if they are not. Throws if it cannot be
 * made for another reason.
 */
export const perform = async (work: Work, task: Task, signal: AbortSignal): Promise<Result> => {
	if (task.failure) throw task.failure;
	const { side } = work.from;
	const own = { ...work, to: endedBy(work.to, signal) };
	const from = side && endedBy(side, signal);
	const onArchived = async () => await restoreOrSkip(work.restore, from, task.source);
	if (task.restores) return { outcome: 'skipped', reason: await onArchived() };
	return await resultOf(change({ work: own, from, signal }, task), onArchived);
};
