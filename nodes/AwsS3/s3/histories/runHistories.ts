import { keyFault } from '../address';
import { adaptiveLimit } from '../flow/concurrencyLimit';
import type { Action, Ending } from '../flow/engine';
import { carryOut } from '../flow/engine';
import type { Version } from '../list/history';
import type { Reason } from '../pairs/decide';
import type { Entry, Pair } from '../pairs/march';
import { lookAtEach } from '../pairs/look';
import { march } from '../pairs/march';
import type { Result } from '../sync/perform';
import { resultIn, resultOf } from '../sync/perform';
import type { Side } from '../pairs/sides';
import { endedBy, isJobFile } from '../pairs/sides';
import type { Ended, Event, Transfer } from '../sync/transfer';
import { appendVersions } from './appendVersions';
import type { Written } from './appendVersions';
import type { HistoryDecision, KeyHistory } from './keyHistory';
import { decideByLists, decideByLooks, historiesOf } from './keyHistory';

/** Keys that are decided on at a time. */
const chunkSize = 200;

/** Keys that get versions at the same time. */
const minKeys = 16;
const maxKeys = 64;

/** Versions to append to one key. */
interface Task extends Action {
	step: 'copy';
	/** Bytes of the versions to append. */
	size: number;
	append: Version[];
	newest?: Version;
	/** Why it cannot be decided what to do. */
	failure?: Error;
}

interface Decided {
	pair: Pair<KeyHistory>;
	decision?: HistoryDecision;
	reason?: Reason;
	failure?: Error;
}

const sizeOf = (versions: readonly Version[]) => versions.reduce((sum, { Size = 0 }) => sum + Size, 0);

/** What filters see of a key: its newest version. */
const entryOf = ({ key, versions }: KeyHistory): Entry => ({ key, size: versions.at(-1)?.Size ?? 0 });

/** What the lists alone show for a key: a decision, or why nothing is done. */
const listed = ({ rules }: Transfer, sides: { from: Side; to: Side }, pair: Pair<KeyHistory>): Decided => {
	const { source, destination } = pair;
	const history = source ?? destination;
	const { passes, leavesOut, destinationPrefix } = rules;
	if (isJobFile(rules, pair)) return { pair, reason: 'jobFile' };
	if (history && !passes(entryOf(history))) return { pair, reason: 'filtered' };
	if (!source) return { pair, reason: 'onlyAtDestination' };
	const failure = source.failure ?? destination?.failure;
	if (failure) return { pair, failure };
	if (keyFault(destinationPrefix + source.key) !== undefined) return { pair, reason: 'keyTooLong' };
	if (leavesOut?.(entryOf(source))) return { pair, reason: 'nameNotAllowed' };
	return { pair, decision: decideByLists({ ...sides, source, destination }) };
};

/** Decides on each key, by looks at both sides where the lists do not tell. */
async function* decisionsOf(transfer: Transfer, from: Side, signal: AbortSignal): AsyncGenerator<Decided[]> {
	const sides = { from: endedBy(from, signal), to: endedBy(transfer.to, signal) };
	for await (const chunk of march(historiesOf(sides.from), historiesOf(sides.to), chunkSize)) {
		const decided = chunk.map((pair) => listed(transfer, sides, pair));
		const open = decided.filter(({ decision }) => decision?.isOpen);
		await lookAtEach(open, signal, async (one, own) => {
			const { source, destination } = one.pair;
			const both = { from: endedBy(from, own), to: endedBy(transfer.to, own) };
			if (source) one.decision = await decideByLooks({ ...both, source, destination });
		});
		yield decided;
	}
}

const taskOf = ({ pair: { key, destination }, decision, failure }: Decided): Task | undefined => {
	const append = decision?.append ?? [];
	if (append.length === 0 && !failure) return undefined;
	return { step: 'copy', key, size: sizeOf(append), append, newest: destination?.versions.at(-1), failure };
};

/**
 * Runs a transfer of all versions, and calls `note` for each key, which may let the run wait: what the destination's history lacks of the source's is
 * appended, oldest first, and a key with another history is left alone. Counts into `written`. Throws if a listing cannot be read
 * or is not in order, if the user stops, or for what every further change would meet as well.
 */
export const runHistories = async (
	transfer: Transfer,
	{ from, written }: { from: Side; written: Written },
	note: (event: Event) => Promise<void> | undefined | void,
): Promise<Ended> => {
	const { stopAfter, isPlan, signal } = transfer;
	const start = performance.now();
	const isLate = () => performance.now() - start >= (stopAfter.milliseconds ?? Infinity);
	const ending: { by: Ending } = { by: 'finished' };
	async function* tasks(poolSignal: AbortSignal): AsyncGenerator<Task> {
		for await (const chunk of decisionsOf(transfer, from, poolSignal)) {
			for (const decided of chunk) {
				const { pair, decision } = decided;
				const task = taskOf(decided);
				const reason = decided.reason ?? decision?.skip;
				if (task) yield task;
				else if (reason)
					await note({
						...{ key: pair.key, step: 'skip', size: sizeOf((pair.source ?? pair.destination)?.versions ?? []) },
						result: { outcome: 'skipped', reason },
					});
			}
			// The limits of the engine count what it has to do, which may be nothing for long.
			if (!isLate()) continue;
			ending.by = 'milliseconds';
			return;
		}
	}
	const append = async (task: Task, taskSignal: AbortSignal): Promise<Result> => {
		if (task.failure) throw task.failure;
		if (!isPlan)
			return await resultOf(
				appendVersions(
					{ ...task, from: transfer.from, to: transfer.to, isWhole: !transfer.rules.addsToCopies, written },
					taskSignal,
				).then(() => ({
					targetKey: task.key,
				})),
			);
		written.versions += task.append.filter(({ isDeleteMarker }) => !isDeleteMarker).length;
		written.deleteMarkers += task.append.filter(({ isDeleteMarker }) => isDeleteMarker).length;
		return { outcome: 'planned' };
	};
	const settings = { limit: adaptiveLimit(minKeys, maxKeys), signal, stopAfter };
	const by = await carryOut(tasks, append, settings, async (outcome) => {
		const { key, step, size } = outcome.action;
		await note({ key, step, size, result: resultIn(outcome) });
	});
	const stoppedBy = by === 'finished' ? ending.by : by;
	return stoppedBy === 'finished' ? {} : { stoppedBy };
};
