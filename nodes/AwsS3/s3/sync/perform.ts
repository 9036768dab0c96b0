import { isArchivedClass } from '../analysis/hazards';
import { conditionalCopy } from '../copy/conditionalCopy';
import type { ConditionalCopied } from '../copy/conditionalCopy';
import { isAlike, throwIfOneObject } from '../copy/oneObject';
import type { RestoreTerms } from '../copy/requestRestore';
import { requestRestore } from '../copy/requestRestore';
import { storedAs } from '../copy/storedAs';
import { deleteObject } from '../delete/deleteObjects';
import { codeOf, s3Failure, statusOf } from '../failure';
import type { Action } from '../flow/engine';
import { bareEtag, hasSameContent } from '../list/contentIdentity';
import { headObject } from '../list/headObject';
import { ifMatches } from '../write/conditionalWrite';
import type { Reason, Step } from './decide';
import { withNumber } from './numberedCopy';
import type { Sides } from './look';
import { isOneService } from './oneBucket';
import type { Entry } from './march';
import type { Side } from './sides';
import { endedBy, objectAt, originalAt } from './sides';

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

/** Both sides, and what is kept of what is replaced. */
export interface Work extends Sides {
	/** Where what is overwritten or deleted is copied to before, in the bucket of the destination. */
	backupPrefix?: string;
	/** How archived originals are restored; without it they are skipped. */
	restore?: RestoreTerms;
	/** Whether to look for the ETag of a copy where the server does not give one, because a journal needs it. */
	needsEtags?: boolean;
}

/** The failure of a change that is not made, because another program has changed the object. */
const changed = (message: string) => s3Failure({ code: 'PreconditionFailed', status: 412, message });

const isChanged = (error: unknown) =>
	statusOf(error) === 412 ||
	codeOf(error) === 'ConditionalRequestConflict' ||
	(statusOf(error) === 404 && /^(NoSuchKey|NotFound|404)$/.test(codeOf(error) ?? ''));

/** Without an ETag, no server could tell whether the object is still the one that was listed. */
const etagOf = ({ etag, key }: Entry) => {
	if (bareEtag(etag) !== '') return String(etag);
	throw new Error(`The server lists no ETag for '${key}', so it was not changed`);
};

/** Asks for the restore of an archived object, if that is wanted. A later run can read it. */
const restored = async ({ restore }: Work, side: Side | undefined, entry: Entry | undefined): Promise<Reason> => {
	if (!restore || !side || !entry) return 'archived';
	await requestRestore(side.s3, originalAt(side, entry), restore);
	return 'restoring';
};

/**
 * Copies an object that the change overwrites or deletes to the backup, under a free name. Returns why it cannot yet, if that
 * object is archived.
 */
const backUp = async (work: Work, entry: Entry): Promise<Reason | undefined> => {
	const { to, backupPrefix } = work;
	if (backupPrefix === undefined) return undefined;
	const original = { StorageClass: entry.storageClass };
	const input = {
		...storedAs(to.s3, { chosen: {}, original, isSameBucket: true }),
		...{ Bucket: to.bucket, Key: backupPrefix + entry.key, CopySourceIfMatch: etagOf(entry) },
	};
	return await conditionalCopy(to.s3, { source: objectAt(to, entry.key), input }, 'rename').then(
		() => undefined,
		async (error) => {
			if (codeOf(error) !== 'InvalidObjectState') throw error;
			return await restored(work, to, entry);
		},
	);
};

/**
 * Classes whose objects can always be read at once. Those of Intelligent-Tiering may be archived, and so may those of classes
 * that only other servers have. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html
 */
const neverArchived = ['STANDARD', 'STANDARD_IA', 'ONEZONE_IA', 'REDUCED_REDUNDANCY', 'GLACIER_IR', 'EXPRESS_ONEZONE'];

/**
 * Whether an original cannot be read before it is restored, which its class in a listing does not always say.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
const isInArchive = async (side: Side, entry: Entry): Promise<boolean> => {
	if (neverArchived.includes(entry.storageClass ?? '')) return false;
	const { ArchiveStatus, StorageClass, Restore = '' } = (await headObject(side.s3, originalAt(side, entry))) ?? {};
	const isArchived = ArchiveStatus !== undefined || isArchivedClass(StorageClass);
	return isArchived && !Restore.includes('ongoing-request="false"');
};

/** The sides of a move. */
interface Both {
	from: Side;
	to: Side;
}

/** Throws unless a copy is still the one that was made, because the source is deleted on it. */
const verify = async ({ from, to }: Both, source: Entry, targetKey: string, { ETag }: ConditionalCopied) => {
	const { key, size } = source;
	const head = await headObject(to.s3, objectAt(to, targetKey));
	if (!head || (ETag !== undefined && bareEtag(ETag) !== bareEtag(head.ETag)))
		throw changed(`Another program wrote '${targetKey}' right after it was copied, so the original was kept`);
	if (head.ContentLength === size) return;
	// Not every server heeds the condition on what it copies.
	const original = await headObject(from.s3, originalAt(from, source));
	if (bareEtag(original?.ETag) !== bareEtag(source.etag)) throw changed(`'${key}' has changed, so it was kept`);
	throw new Error(`The copy of '${key}' has ${head.ContentLength} bytes instead of ${size}, so the original was kept`);
};

/** Deletes the current object of an entry if it is still the one that was listed. Versions stay. */
const deleteIfUnchanged = async ({ s3, ...side }: Side, entry: Entry) => {
	const at = objectAt(side, entry.from?.key ?? entry.key);
	await ifMatches(s3, { ...at, etag: etagOf(entry) }, 'conditionalDelete', async ({ IfMatch }) => {
		await deleteObject(s3, { ...at, etag: IfMatch });
	});
};

/**
 * Throws if an original and what the destination has are one object, which a move would delete. Two addresses may lead to one
 * server, so where the services seem to be two, equal places are looked at.
 */
const throwIfOneOriginal = async ({ from, to }: Both, source: Entry, targetKey: string) => {
	const [at, copyAt] = [originalAt(from, source), objectAt(to, targetKey)];
	if (isOneService(from.s3, to.s3)) await throwIfOneObject(from.s3, at, copyAt);
	else if (at.bucket === copyAt.bucket && at.key === copyAt.key && (await isAlike(from.s3, at, copyAt, to.s3)))
		throw s3Failure({
			...{ code: 'SameObject', connection: to.s3.connection, ...copyAt },
			message: `'${at.key}' is the same object at both sides`,
		});
};

/** A change that is being made, and where its original is, if that is an object; requests end with the signal. */
interface Doing {
	work: Work;
	from?: Side;
	signal: AbortSignal;
}

/** Where the originals are that a move deletes. */
const movedFrom = ({ work, from }: Doing) => (work.rules.mode === 'move' ? from : undefined);

/** Throws if a move must not write the source under a key, because it could not delete the original safely. */
const checkMove = async (doing: Doing, source: Entry, targetKey: string, replaced?: Entry) => {
	const { to } = doing.work;
	const moved = movedFrom(doing);
	if (!moved) return;
	etagOf(source);
	if (replaced || isOneService(moved.s3, to.s3)) await throwIfOneOriginal({ from: moved, to }, source, targetKey);
};

/** What to do once the source is copied under a key: a move deletes the original after the copy is verified. */
const finish = async (
	doing: Doing,
	source: Entry,
	{ targetKey, copied }: { targetKey: string; copied: ConditionalCopied },
): Promise<Done> => {
	const { to, needsEtags } = doing.work;
	const moved = movedFrom(doing);
	if (moved) {
		await verify({ from: moved, to }, source, targetKey, copied);
		await deleteIfUnchanged(moved, source);
	}
	const isKnown = !needsEtags || bareEtag(copied.ETag) !== '';
	const { ETag: etag } = isKnown ? copied : ((await headObject(to.s3, objectAt(to, targetKey))) ?? {});
	return { targetKey, etag };
};

/** Writes the source under a key: a free one, or that of the object that it replaces, which must not have changed. */
const write = async (doing: Doing, source: Entry, targetKey: string, replaced?: Entry): Promise<Changed> => {
	const { work, from, signal } = doing;
	await checkMove(doing, source, targetKey, replaced);
	const replaces = replaced && etagOf(replaced);
	// Otherwise each run would back up what it cannot replace yet.
	if (replaced && from && work.backupPrefix !== undefined && (await isInArchive(from, source)))
		return { skipped: await restored(work, from, source) };
	const skipped = replaced && (await backUp(work, replaced));
	if (skipped) return { skipped };
	const copied = await work.from.copy({ to: work.to, entry: source, key: targetKey, replaces }, signal);
	return await finish(doing, source, { targetKey, copied });
};

/** Writes the source beside what has its key. Only the copy may lead to the next number, not what fails after it. */
const writeBeside = async (doing: Doing, source: Entry, key: string): Promise<Changed> => {
	const { work, from, signal } = doing;
	const made = await withNumber({ from, to: work.to }, key, async (targetKey) => {
		await checkMove(doing, source, targetKey);
		return { targetKey, copied: await work.from.copy({ to: work.to, entry: source, key: targetKey }, signal) };
	});
	return await finish(doing, source, made);
};

const deleteSource = async ({ from, to }: Both, source: Entry) => {
	const [at, copyAt] = [originalAt(from, source), objectAt(to, source.key)];
	await throwIfOneOriginal({ from, to }, source, source.key);
	const [original, copy] = await Promise.all([headObject(from.s3, at), headObject(to.s3, copyAt)]);
	if (!original || !copy || !hasSameContent(original, copy))
		throw changed(`The destination no longer has the content of '${source.key}', so the original was kept`);
	await deleteIfUnchanged(from, source);
};

const deleteExtra = async ({ work, signal }: Doing, extra: Entry): Promise<Changed> => {
	const { from, to } = work;
	if (await from.has?.(extra.key, signal))
		throw changed(`'${extra.key}' exists at the source again, so it was not deleted at the destination`);
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
	const onArchived = async () => await restored(work, from, task.source);
	if (task.restores) return { outcome: 'skipped', reason: await onArchived() };
	return await resultOf(change({ work: own, from, signal }, task), onArchived);
};
