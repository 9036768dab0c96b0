import type { Context, Output } from '../../../core/operation';
import { progressLog } from '../../../core/runner/progressLog';
import { hasVersioning } from '../../../s3/histories/keyHistory';
import { runHistories } from '../../../s3/histories/runHistories';
import type { NameCheck } from '../analysis/nameCheck';
import { isInsideByAccessPoint, isInsideByOtherAddress } from '../../../s3/sync/oneBucket';
import type { Tally } from '../../../s3/sync/tally';
import { addTo, newTally } from '../../../s3/sync/tally';
import type { Ended, Event, HeldBack, Transfer } from '../../../s3/sync/transfer';
import { runTransfer } from '../../../s3/sync/transfer';
import type { AskedDestination } from '../analysis/destinationLook';
import { notKept } from './keepOutput';
import { errorOf, itemOf, lineOf, originalOf } from './outcomeLines';
import { insideEachOther, withoutVersioning } from '../fields/transferParams';
import type { Reporting } from '../reports/transferReport';
import { binaryOf } from '../reports/transferReport';

/** Limits `errors`, not `failed`: a few show what is wrong. */
export const maxErrors = 10;

/** Why a mirror has deleted nothing, and how to go on. */
const heldBackTexts: Record<HeldBack, string> = {
	failed: 'not all objects could be copied. Run it again',
	stopped: 'the run stopped before. Run it again',
	emptySource:
		"the source has no objects. Check 'Prefix' and the filters, or add 'Allow Empty Source' in 'Options' if that is meant",
	maxDeletions: "that is more than 'Max Deletions' allows. Look at them with 'Plan' before you raise it",
	maxDeletedShare: "that is more than 'Max Deleted Share (%)' allows. Look at them with 'Plan' before you raise it",
};

/** Why a mirror has deleted nothing, in words; undefined if nothing was held back. */
export const heldBackText = ({ heldBack }: Ended) =>
	heldBack &&
	`${heldBack.deletions.toLocaleString('en')} ${heldBack.deletions === 1 ? 'object is' : 'objects are'} only at the destination. Nothing was deleted, because ${heldBackTexts[heldBack.reason]}.`;

const restoringText = (count: number) =>
	`${count.toLocaleString('en')} archived ${count === 1 ? 'object is' : 'objects are'} being restored, which takes minutes to two days. Run it again then, such as by a schedule, to copy ${count === 1 ? 'it' : 'them'}.`;

const MiB = 1024 ** 2;

/** How far a run is, for the log of n8n. */
const progressOf = ({ copied, deleted, moved, skipped, changed, failed, bytes }: Tally, seconds: number) => {
	const rates = `${(bytes / MiB / seconds).toFixed(1)} MiB/s, ${Math.round((copied + deleted) / seconds)} objects/s`;
	const counts = { copied, moved, deleted, skipped, changed, failed };
	const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
	return `Sync & Migrate: ${done.join(', ')}, ${(bytes / MiB).toFixed(0)} MiB after ${seconds.toFixed(0)} s (${rates})`;
};

/** Which events give items. */
export interface Wanted {
	/** How many. */
	most: number;
	includesSkipped: boolean;
	/** The report as a file, if one is wanted. */
	reporting?: Reporting;
	/** Looks through the names of the source before the first write. */
	names?: () => Promise<NameCheck | undefined>;
	/** What the destination was asked. */
	destination?: AskedDestination;
}

/** Learns of each event, with what the run has done by then. May return a promise for which the run waits. */
export type Listener = (event: Event, tally: Tally) => Promise<void> | undefined;

/** The items of a run, its summary, and the error that ended it early. */
export interface Report {
	items: Output[];
	summary: Output;
	tally: Tally;
	how?: Ended;
	ended?: unknown;
	/** The first refusal, if every change was refused and nothing else was found. */
	refused?: Error;
}

/** Runs a transfer, and reports it. Never throws: returns the error that ended it as `ended`. */
export const report = async (
	context: Pick<Context, 'n8n' | 'hint'>,
	transfer: Transfer,
	{ most, includesSkipped, reporting, names, destination }: Wanted,
	listen?: Listener,
): Promise<Report> => {
	const tally = newTally();
	const items: Output[] = [];
	const errors: object[] = [];
	const log = progressLog(context.n8n, (seconds) => progressOf(tally, seconds));
	const isMove = transfer.rules.mode === 'move';
	let firstFailure: Error | undefined;
	const note = (event: Event) => {
		const { result } = event;
		addTo(tally, event, isMove);
		if (result.outcome === 'failed') firstFailure ??= result.failure;
		log();
		const isShown = items.length < most && (includesSkipped || event.step !== 'skip');
		const isListed = result.outcome === 'failed' && errors.length < maxErrors;
		const heard = listen?.(event, tally);
		if (!isShown && !isListed && !reporting) return heard;
		const line = lineOf(transfer, event, new Date());
		if (isShown) items.push(itemOf(transfer, line));
		if (isListed) errors.push({ key: originalOf(transfer, line).key, ...errorOf(line) });
		const reported = reporting?.add(line);
		return heard && reported ? Promise.all([heard, reported]).then(() => undefined) : (heard ?? reported);
	};
	let checked: NameCheck | undefined;
	const run = async () => {
		const { from, to } = transfer;
		for (const isInside of [isInsideByAccessPoint, isInsideByOtherAddress])
			if (from.side && (await isInside(from.side, to))) throw insideEachOther(from.side, to);
		checked = await names?.();
		const leavesOut = checked?.leavesOut;
		const named = leavesOut ? { ...transfer, rules: { ...transfer.rules, leavesOut } } : transfer;
		if (!from.side || !transfer.written) return await runTransfer(named, note);
		if (!(await hasVersioning(to.s3, to.bucket))) throw withoutVersioning(to);
		return await runHistories(named, { from: from.side, written: transfer.written }, note);
	};
	const { how, ended } = await run().then(
		(how: Ended) => ({ how, ended: undefined }),
		(error: unknown) => ({ how: undefined, ended: error }),
	);
	const heldBack = how && heldBackText(how);
	if (heldBack && !transfer.isPlan) context.hint(heldBack);
	const restoring = tally.reasons.restoring ?? 0;
	if (restoring > 0) context.hint(restoringText(restoring));
	const isDone = how && !how.stoppedBy && !how.heldBack && tally.failed + tally.changed + restoring === 0;
	const { from, to } = transfer;
	const look = await destination?.(tally);
	look?.hints.forEach(context.hint);
	const summary = {
		...(transfer.isPlan ? { planned: true } : { done: isDone ?? false }),
		...(from.side && { sourceBucket: from.side.bucket, sourcePrefix: from.side.prefix }),
		...{ bucket: to.bucket, prefix: to.prefix },
		...tally,
		...transfer.written,
		...notKept(transfer, context.hint),
		...(how?.stoppedBy && { stoppedBy: how.stoppedBy }),
		...(heldBack && { heldBack: { ...how.heldBack, message: heldBack } }),
		...(errors.length > 0 && { errors }),
		...(checked && { hazards: checked.hazards }),
		...(transfer.isPlan && look && { destination: look.output }),
		...(await binaryOf(context, reporting, {
			how,
			heldBack,
			ended,
			notes: [...(checked?.notes ?? []), ...(look?.notes ?? [])],
		})),
	};
	const { copied, deleted, moved, skipped, changed } = tally;
	const refused = copied + deleted + moved + skipped + changed === 0 ? firstFailure : undefined;
	return { items, summary, tally, how, ended, refused };
};
