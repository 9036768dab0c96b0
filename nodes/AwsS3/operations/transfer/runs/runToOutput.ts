import type { Context, Output } from '../../../core/operation';
import { hasVersioning } from '../../../s3/settings/versioning';
import { runHistories } from '../../../s3/histories/runHistories';
import type { NameCheck } from '../analysis/nameCheck';
import { isInsideByAccessPoint, isInsideByOtherAddress } from '../../../s3/pairs/oneBucket';
import type { Tally } from '../../../s3/sync/tally';
import type { Ended, Transfer } from '../../../s3/sync/transfer';
import { runTransfer } from '../../../s3/sync/transfer';
import type { AskedDestination } from '../analysis/destinationLook';
import type { Listener, WantedEvents } from './collectEvents';
import { collectEvents } from './collectEvents';
import type { GrantLook } from './folderGrantsOutput';
import { keepFolderGrants } from './folderGrantsOutput';
import { notKept } from './keepOutput';
import { insideEachOther, withoutVersioning } from '../fields/transferParams';
import { binaryOf, heldBackText } from '../reports/runReporting';
import { isDone, runHints } from './runHints';

/** What a run is wanted for, besides its events. */
export interface Wanted extends WantedEvents {
	/** Checks the names of the source before the first write. */
	names?: () => Promise<NameCheck | undefined>;
	/** What the run found out about the destination. */
	destination?: AskedDestination;
}

/** The items of a run, its summary, and the error that ended it early. */
export interface RunOutput {
	items: Output[];
	summary: Output;
	tally: Tally;
	/** The grants on folders that it has kept, or would keep. */
	granted?: object;
	how?: Ended;
	ended?: unknown;
	/** The first failure, if no change was made as a whole and nothing else was found. */
	refused?: Error;
}

/** Runs a transfer, and gives its output. Never throws: returns the error that ended it as `ended`. */
export const runToOutput = async (
	context: Pick<Context, 'n8n' | 'hint'>,
	transfer: Transfer,
	wanted: Wanted,
	listen?: Listener,
): Promise<RunOutput> => {
	const { reporting, names, destination } = wanted;
	const { note, tally, items, errors, firstFailure, originalsKept } = collectEvents(context, transfer, wanted, listen);
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
	const done = copied - originalsKept() + deleted + moved + skipped + changed;
	const refused = done === 0 ? firstFailure() : undefined;
	return { items, summary, tally, granted: granted?.output, how, ended, refused };
};
