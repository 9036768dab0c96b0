import type { Context, Output } from '../../../core/operation';
import { progressLog } from '../../../core/runner/progressLog';
import { hasVersioning } from '../../../s3/settings/versioning';
import { runHistories } from '../../../s3/histories/runHistories';
import type { NameCheck } from '../analysis/nameCheck';
import { isInsideByAccessPoint, isInsideByOtherAddress } from '../../../s3/pairs/oneBucket';
import type { Tally } from '../../../s3/sync/tally';
import { addTo, newTally } from '../../../s3/sync/tally';
import type { Ended, Event, Transfer } from '../../../s3/sync/transfer';
import { runTransfer } from '../../../s3/sync/transfer';
import type { AskedDestination } from '../analysis/destinationLook';
import type { GrantLook } from './folderGrantsOutput';
import { keepFolderGrants } from './folderGrantsOutput';
import { notKept } from './keepOutput';
import { errorOf, itemOf, lineOf, originalOf } from './outcomeLines';
import { insideEachOther, withoutVersioning } from '../fields/transferParams';
import type { Reporting } from '../reports/runReporting';
import { binaryOf, heldBackText } from '../reports/runReporting';
import { isDone, runHints } from './runHints';

/** Limits `errors`, not `failed`: a few show the cause. */
export const maxErrors = 10;

const MiB = 1024 ** 2;

/** The progress of a run, for n8n's log. */
const progressOf = ({ copied, deleted, moved, skipped, changed, failed, bytes }: Tally, seconds: number) => {
	const rates = `${(bytes / MiB / seconds).toFixed(1)} MiB/s, ${Math.round((copied + deleted) / seconds)} objects/s`;
	const counts = { copied, moved, deleted, skipped, changed, failed };
	const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
	return `Sync & Migrate: ${done.join(', ')}, ${(bytes / MiB).toFixed(0)} MiB after ${seconds.toFixed(0)} s (${rates})`;
};

/** Which events become items. */
export interface Wanted {
	/** How many. */
	most: number;
	includesSkipped: boolean;
	/** The report file, if requested. */
	reporting?: Reporting;
	/** Checks the names of the source before the first write. */
	names?: () => Promise<NameCheck | undefined>;
	/** What the run found out about the destination. */
	destination?: AskedDestination;
}

/** Receives each event, with the totals so far. The run waits for a returned promise. */
export type Listener = (event: Event, tally: Tally) => Promise<void> | undefined;

/** The items of a run, its summary, and the error that ended it early. */
export interface RunOutput {
	items: Output[];
	summary: Output;
	tally: Tally;
	/** The grants on folders that it has kept, or would keep. */
	granted?: object;
	how?: Ended;
	ended?: unknown;
	/** The first failure, if every change failed and nothing else was found. */
	refused?: Error;
}

/** Runs a transfer, and gives its output. Never throws: returns the error that ended it as `ended`. */
export const runToOutput = async (
	context: Pick<Context, 'n8n' | 'hint'>,
	transfer: Transfer,
	{ most, includesSkipped, reporting, names, destination }: Wanted,
	listen?: Listener,
): Promise<RunOutput> => {
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
	let granted: GrantLook | undefined;
	const run = async () => {
		const { from, to } = transfer;
		for (const isInside of [isInsideByAccessPoint, isInsideByOtherAddress])
			if (from.side && (await isInside(from.side, to))) throw insideEachOther(from.side, to);
		checked = await names?.();
		const leavesOut = checked?.leavesOut;
		const named = leavesOut ? { ...transfer, rules: { ...transfer.rules, leavesOut } } : transfer;
		const histories = from.side && transfer.written && { from: from.side, written: transfer.written };
		if (histories && !(await hasVersioning(to.s3, to.bucket))) throw withoutVersioning(to);
		granted = await keepFolderGrants(transfer);
		return histories ? await runHistories(named, histories, note) : await runTransfer(named, note);
	};
	const { how, ended } = await run().then(
		(how: Ended) => ({ how, ended: undefined }),
		(error: unknown) => ({ how: undefined, ended: error }),
	);
	const heldBack = how && heldBackText(how);
	for (const text of runHints(transfer, tally, how)) context.hint(text);
	const { from, to } = transfer;
	const look = await destination?.(tally);
	look?.hints.forEach(context.hint);
	granted?.hints.forEach(context.hint);
	const summary = {
		...(transfer.isPlan ? { planned: true } : { done: isDone(tally, how) }),
		...(from.side && { sourceBucket: from.side.bucket, sourcePrefix: from.side.prefix }),
		...{ bucket: to.bucket, prefix: to.prefix },
		...tally,
		...transfer.written,
		...notKept(transfer, context.hint),
		...granted?.output,
		...(how?.stoppedBy && { stoppedBy: how.stoppedBy }),
		...(heldBack && { heldBack: { ...how.heldBack, message: heldBack } }),
		...(errors.length > 0 && { errors }),
		...(checked && { hazards: checked.hazards }),
		...(transfer.isPlan && look && { destination: look.output }),
		...(await binaryOf(context, reporting, {
			how,
			heldBack,
			ended,
			notes: [...(checked?.notes ?? []), ...(look?.notes ?? []), ...(granted?.notes ?? [])],
		})),
	};
	const { copied, deleted, moved, skipped, changed } = tally;
	const refused = copied + deleted + moved + skipped + changed === 0 ? firstFailure : undefined;
	return { items, summary, tally, granted: granted?.output, how, ended, refused };
};
