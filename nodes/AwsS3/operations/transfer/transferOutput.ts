import { explain } from '../../core/errors/explain';
import type { Context, Output } from '../../core/operation';
import { ofItem } from '../../core/operation';
import { progressLog } from '../../core/runner/progressLog';
import type { ObjectAt } from '../../s3/address';
import { hasVersioning } from '../../s3/histories/keyHistory';
import { runHistories } from '../../s3/histories/runHistories';
import { isInsideByAccessPoint } from '../../s3/sync/oneBucket';
import { objectAt, originalAt } from '../../s3/sync/sides';
import type { Tally } from '../../s3/sync/tally';
import { addTo, newTally } from '../../s3/sync/tally';
import type { Ended, Event, HeldBack, Transfer } from '../../s3/sync/transfer';
import { runTransfer } from '../../s3/sync/transfer';
import { notKept, permissionsOf } from './keepOutput';
import { insideEachOther, withoutVersioning } from './transferParams';

/** Limits `errors`, not `failed`: a few show what is wrong. */
const maxErrors = 10;

/** Why a mirror has deleted nothing, and how to go on. */
const heldBackTexts: Record<HeldBack, string> = {
	failed: 'not all objects could be copied. Run it again',
	stopped: 'the run stopped before. Run it again',
	emptySource:
		"the source has no objects. Check 'Prefix' and the filters, or add 'Allow Empty Source' in 'Options' if that is meant",
	maxDeletions: "that is more than 'Max Deletions' allows. Look at them with 'Plan' before you raise it",
	maxDeletedShare: "that is more than 'Max Deleted Share (%)' allows. Look at them with 'Plan' before you raise it",
};

const heldBackText = ({ heldBack }: Ended) =>
	heldBack &&
	`${heldBack.deletions.toLocaleString('en')} ${heldBack.deletions === 1 ? 'object is' : 'objects are'} only at the destination. Nothing was deleted, because ${heldBackTexts[heldBack.reason]}.`;

/** The bucket and key of an original; of one that is no object, the key at the destination. */
const sourceOf = ({ from: { side }, to }: Transfer, event: Event): ObjectAt =>
	side ? originalAt(side, event) : objectAt(to, event.key);

const failureOf = (transfer: Transfer, event: Event, failure: Error) => {
	const { bucket, key } = sourceOf(transfer, event);
	const attempt = { connection: transfer.to.s3.connection, permissions: permissionsOf(transfer), bucket, key };
	const { message, description, code = 'Unknown' } = explain(failure, attempt);
	return { code, message, description };
};

/** The item of one key: what was done, or would be done, and why not. */
const itemOf = (transfer: Transfer, event: Event): Output => {
	const { from, to } = transfer;
	const { key, step, size, result } = event;
	const source = sourceOf(transfer, event);
	const targetKey = result.outcome === 'done' ? result.targetKey : key;
	return {
		...{ action: step, result: result.outcome, size },
		...(step !== 'delete' && from.side && { sourceBucket: source.bucket, sourceKey: source.key }),
		...(source.versionId !== undefined && { sourceVersionId: source.versionId }),
		...(event.from?.item !== undefined && { [ofItem]: event.from.item }),
		...{ bucket: to.bucket, key: to.prefix + targetKey },
		...(result.outcome === 'skipped' && { reason: result.reason }),
		...(result.outcome === 'changed' && { reason: 'changedMeanwhile', message: result.why }),
		...(result.outcome === 'failed' && { error: failureOf(transfer, event, result.failure) }),
	};
};

const MiB = 1024 ** 2;

/** How far a run is, for the log of n8n. */
const progressOf = ({ copied, deleted, moved, skipped, changed, failed, bytes }: Tally, seconds: number) => {
	const rates = `${(bytes / MiB / seconds).toFixed(1)} MiB/s, ${Math.round((copied + deleted) / seconds)} objects/s`;
	const counts = { copied, moved, deleted, skipped, changed, failed };
	const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
	return `Sync & Migrate: ${done.join(', ')}, ${(bytes / MiB).toFixed(0)} MiB after ${seconds.toFixed(0)} s (${rates})`;
};

/** Which events give items. */
interface Wanted {
	/** How many. */
	most: number;
	includesSkipped: boolean;
}

/** The items of a run, its summary, and the error that ended it early. */
interface Report {
	items: Output[];
	summary: Output;
	ended?: unknown;
	/** The first refusal, if every change was refused and nothing else was found. */
	refused?: Error;
}

/** Runs a transfer, and reports it. Never throws: returns the error that ended it as `ended`. */
export const report = async (
	context: Pick<Context, 'n8n' | 'hint'>,
	transfer: Transfer,
	{ most, includesSkipped }: Wanted,
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
		if (result.outcome === 'failed' && errors.length < maxErrors)
			errors.push({ key: sourceOf(transfer, event).key, ...failureOf(transfer, event, result.failure) });
		if (items.length < most && (includesSkipped || event.step !== 'skip')) items.push(itemOf(transfer, event));
		log();
	};
	const run = async () => {
		const { from, to } = transfer;
		if (from.side && (await isInsideByAccessPoint(from.side, to))) throw insideEachOther(from.side, to);
		if (!from.side || !transfer.written) return await runTransfer(transfer, note);
		if (!(await hasVersioning(to.s3, to.bucket))) throw withoutVersioning(to);
		return await runHistories(transfer, { from: from.side, written: transfer.written }, note);
	};
	const { how, ended } = await run().then(
		(how: Ended) => ({ how, ended: undefined }),
		(error: unknown) => ({ how: undefined, ended: error }),
	);
	const heldBack = how && heldBackText(how);
	if (heldBack && !transfer.isPlan) context.hint(heldBack);
	const isDone = how && !how.stoppedBy && !how.heldBack && tally.failed + tally.changed === 0;
	const { from, to } = transfer;
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
	};
	const { copied, deleted, moved, skipped, changed } = tally;
	const refused = copied + deleted + moved + skipped + changed === 0 ? firstFailure : undefined;
	return { items, summary, ended, refused };
};
