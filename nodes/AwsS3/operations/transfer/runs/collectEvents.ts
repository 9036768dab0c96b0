import type { Context, Output } from '../../../core/operation';
import { progressLog } from '../../../core/runner/progressLog';
import { maxErrors } from '../../../core/runner/summary';
import type { Tally } from '../../../s3/sync/tally';
import { addTo, copyOfKept, newTally } from '../../../s3/sync/tally';
import type { Event, Transfer } from '../../../s3/sync/transfer';
import type { Reporting } from '../reports/runReporting';
import { errorOf, itemOf, lineOf, originalOf } from './outcomeLines';

const MiB = 1024 ** 2;

/** The progress of a run, for n8n's log. */
const progressOf = (
	{ copied, deleted, moved, skipped, changed, failed, bytes }: Tally,
	seconds: number,
	isPlan: boolean | undefined,
) => {
	const rates = isPlan
		? 'planned only'
		: `${(bytes / MiB / seconds).toFixed(1)} MiB/s, ${Math.round((copied + deleted) / seconds)} objects/s`;
	const counts = { copied, moved, deleted, skipped, changed, failed };
	const done = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
	return `Sync & Migrate: ${done.join(', ')}, ${(bytes / MiB).toFixed(0)} MiB after ${seconds.toFixed(0)} s (${rates})`;
};

/** What is wanted of the events of a run. */
export interface WantedEvents {
	/** How many become items. */
	most: number;
	includesSkipped: boolean;
	/** The report file, if requested. */
	reporting?: Reporting;
}

/** Receives each event, with the totals so far. The run waits for a returned promise. */
export type Listener = (event: Event, tally: Tally) => Promise<void> | undefined;

/** Collects what the events of a run add up to: totals, items, errors, lines of a report, and n8n's log. */
export const collectEvents = (
	{ n8n }: Pick<Context, 'n8n'>,
	transfer: Transfer,
	{ most, includesSkipped, reporting }: WantedEvents,
	listen?: Listener,
) => {
	const tally = newTally();
	const items: Output[] = [];
	const errors: object[] = [];
	const log = progressLog(n8n, (seconds) => progressOf(tally, seconds, transfer.isPlan));
	const isMove = transfer.rules.mode === 'move';
	let firstFailure: Error | undefined;
	let kept = 0;
	const note = (event: Event): Promise<void> | undefined => {
		const { result } = event;
		addTo(tally, event, isMove);
		if (result.outcome === 'failed') {
			firstFailure ??= result.failure;
			if (copyOfKept(result.failure) && event.step !== 'deleteSource') kept++;
		}
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
	return { note, tally, items, errors, firstFailure: () => firstFailure, originalsKept: () => kept };
};
