import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { DoneBefore } from '../job/doneBefore';
import { bareEtag, notedSource } from '../contentIdentity';
import { headObject } from '../list/headObject';
import type { Decision, Mode } from '../pairs/decide';
import { numberedIn } from '../pairs/numberedCopy';
import type { Entry } from '../pairs/march';
import type { Side } from '../pairs/sides';
import { endedBy, objectAt, originalAt } from '../pairs/sides';
import type { Decided, Walk } from '../sync/transfer';
import { lookAtEach } from '../pairs/look';
import type { CheckedPlan } from './planReader';
import { actionsOf } from './planReader';
import type { PlannedAction } from './planLines';

/** What the actions of a plan are compared with, to find those that are done already. */
interface Around {
	from: Side;
	to: Side;
	mode: Mode;
	/** Whether copies get grants or locks that one which is there may lack. */
	addsToCopies?: boolean;
	/** What unfinished runs of the plan have written. */
	done?: DoneBefore;
}

/** Actions that are looked at at a time. */
const chunkSize = 1000;

const inSeconds = (time: Date | undefined) => Math.floor(Number(time) / 1000);

/** Whether an object is still the one that was listed, and not another one of the same content. */
const isAsListed = ({ ETag, LastModified }: HeadObjectCommandOutput, listed: Entry | undefined) =>
	listed !== undefined &&
	bareEtag(ETag) === bareEtag(listed.etag) &&
	inSeconds(LastModified) === inSeconds(listed.lastModified);

/** Whether an object is a copy of one that was listed, by its ETag, the note of a copy, or a journal. */
const isCopy = (source: Entry, { ETag, ContentLength, Metadata }: HeadObjectCommandOutput, done?: DoneBefore) => {
	if (ContentLength !== source.size || bareEtag(source.etag) === '') return false;
	if (done?.has(source.key, source.etag, ETag)) return true;
	return [bareEtag(ETag), notedSource(Metadata)].includes(bareEtag(source.etag));
};

/** Whether the destination has a copy of the source under a number. */
const hasNumbered = async ({ to, done }: Around, source: Entry) => {
	for (const { etag, size, key } of (await numberedIn(to, source.key)).values()) {
		if (size !== source.size) continue;
		if (done?.has(source.key, source.etag, etag)) return true;
		const head = await headObject(to.s3, objectAt(to, key));
		if (head && isCopy(source, head)) return true;
	}
	return false;
};

const hasCopy = async (around: Around, { step, key, destination }: PlannedAction, source: Entry) => {
	if (step === 'rename') return await hasNumbered(around, source);
	const head = await headObject(around.to.s3, objectAt(around.to, key));
	return head !== undefined && !isAsListed(head, destination) && isCopy(source, head, around.done);
};

/**
 * What is left of an action: all of it, nothing because it is done already, or of a move the deletion of the original. What others
 * have changed is left to the conditions under which it is done.
 */
const leftOf = async (around: Around, action: PlannedAction): Promise<Decision> => {
	const { from, to, mode, addsToCopies } = around;
	const { step, key, source } = action;
	const isGone = async (side: Side, entry: Pick<Entry, 'key' | 'from'> = { key }) =>
		(await headObject(side.s3, originalAt(side, entry))) === undefined;
	if (step === 'delete') return (await isGone(to)) ? { skip: 'doneBefore' } : { step };
	if (step === 'deleteSource') return (await isGone(from, source)) ? { skip: 'doneBefore' } : { step };
	if (!source || !(await hasCopy(around, action, source))) return { step };
	if (mode !== 'move' || (await isGone(from, source))) return { skip: 'doneBefore' };
	return step === 'rename' || addsToCopies ? { step } : { step: 'deleteSource' };
};

/** Goes through a plan instead of the listings, and looks at the destination of each action. */
export const planWalk = (plan: CheckedPlan, around: Around): Walk =>
	async function* (signal, isForDeletions) {
		const look = async (chunk: PlannedAction[]): Promise<Decided[]> => {
			const all = chunk.map(({ step, ...pair }): Decided => ({ pair, decision: { step } }));
			const open = all.filter(({ decision }) => isForDeletions || decision.step !== 'delete');
			await lookAtEach(open, signal, async (one, own) => {
				const sides = { from: endedBy(around.from, own), to: endedBy(around.to, own) };
				const { step } = one.decision;
				if (step) one.decision = await leftOf({ ...around, ...sides }, { ...one.pair, step });
			});
			return all;
		};
		let chunk: PlannedAction[] = [];
		for await (const action of actionsOf(plan, signal)) {
			if (isForDeletions && action.step !== 'delete') continue;
			chunk.push(action);
			if (chunk.length < chunkSize) continue;
			yield await look(chunk);
			chunk = [];
		}
		if (chunk.length > 0) yield await look(chunk);
	};
