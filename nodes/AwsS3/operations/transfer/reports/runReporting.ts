import type { IBinaryData } from 'n8n-workflow';
import type { Report } from '../../../content/report/report';
import { explain } from '../../../core/errors/explain';
import { reportName, storeReport } from '../../../core/io/reports';
import type { ReportFormat } from '../../../core/io/reports';
import { binaryFields } from '../../../core/operation';
import type { Context, Output } from '../../../core/operation';
import { isStop } from '../../../s3/failure';
import { placeOfSource } from '../../../s3/pairs/source';
import type { HeldBack } from '../../../s3/sync/deletionLimits';
import type { OutcomeLine } from '../../../s3/sync/outcomeLine';
import type { Side } from '../../../s3/pairs/sides';
import type { Ended, Transfer } from '../../../s3/sync/transfer';
import { runRecorder } from './runRecorder';
import { compare, mode } from '../fields/transferFields';
import type { TransferParams } from '../fields/transferFields';

/** Why a run stopped early. */
export const stops: Record<NonNullable<Ended['stoppedBy']>, string> = {
	actions: "Stopped at 'Max Actions'. The next run continues.",
	bytes: "Stopped at 'Max Bytes'. The next run continues.",
	failures: "Stopped at 'Max Failures'. The next run retries them.",
	milliseconds: "Stopped at 'Max Minutes'. The next run continues.",
};

/** Why a mirror deleted nothing, and how to continue. */
const heldBackTexts: Record<HeldBack, string> = {
	failed: 'some objects could not be copied. Run it again',
	stopped: 'the run stopped early. Run it again',
	emptySource:
		"the source has no objects. Check 'Prefix' and the filters. If the source is empty on purpose, add 'Allow Empty Source' in 'Options'",
	maxDeletions: "this exceeds 'Max Deletions'. Review them with 'Plan' before you raise the limit",
	maxDeletedShare: "this exceeds 'Max Deleted Share (%)'. Review them with 'Plan' before you raise the limit",
};

/** Why a mirror deleted nothing, in words; undefined if it held nothing back. */
export const heldBackText = ({ heldBack }: Pick<Ended, 'heldBack'>) =>
	heldBack &&
	`${heldBack.deletions.toLocaleString('en')} ${heldBack.deletions === 1 ? 'object is' : 'objects are'} only at the destination. Nothing was deleted, because ${heldBackTexts[heldBack.reason]}.`;

const place = ({ bucket, prefix }: Pick<Side, 'bucket' | 'prefix'>) => `${bucket}/${prefix}`;

const nameOf = (options: ReadonlyArray<{ name: string; value: string }>, value: string) =>
	options.find((option) => option.value === value)?.name ?? value;

/** Both sides and the settings, for a report. */
export const factsOf = (
	{ from, to }: { from: Pick<Side, 'bucket' | 'prefix'>; to: Pick<Side, 'bucket' | 'prefix'> },
	chosen: Pick<TransferParams, 'mode' | 'compare'>,
): Report['facts'] => [
	['From', place(from)],
	['To', place(to)],
	['Mode', nameOf(mode.options, chosen.mode)],
	['Compared by', nameOf(compare.options, chosen.compare)],
];

/** How a run ended. */
interface Ending {
	how?: Ended;
	/** Why a mirror deleted nothing. */
	heldBack?: string;
	/** What ended it early. */
	ended?: unknown;
	/** Further remarks, such as about the destination. */
	notes: Report['notes'];
}

/** The report of a running transfer. */
export interface Reporting {
	/** Adds a line. Returns a promise where the caller has to wait. */
	add(line: OutcomeLine): Promise<void> | undefined;
	/** Stores the report in n8n as a file. */
	store(ending: Ending): Promise<IBinaryData>;
	close(): Promise<void>;
}

/** Starts the report of a run or plan; undefined if none is requested. Close it, however the run ends. */
export const reportingOn = (
	{ n8n, signal }: Pick<Context, 'n8n' | 'signal'>,
	{ from, to, isPlan, rules: { mode, compare } }: Transfer,
	options: { report?: ReportFormat | 'none'; includeSkipped?: boolean },
): Reporting | undefined => {
	const { report: format = 'none' } = options;
	if (format === 'none') return undefined;
	const begun = new Date();
	const source = placeOfSource(from);
	const name = source.bucket || 'items';
	const recorder = runRecorder(
		{ prefix: source.prefix, destinationPrefix: to.prefix, includesSkipped: options.includeSkipped ?? false },
		begun,
	);
	const kind = isPlan ? 'Plan' : 'Run';
	return {
		...{ add: recorder.add, close: recorder.close },
		store: async ({ how, heldBack, ended, notes }) => {
			const made = new Date();
			const attempt = { connection: to.s3.connection, permissions: [], bucket: to.bucket };
			const left = [
				...(how?.stoppedBy ? [stops[how.stoppedBy]] : []),
				...(heldBack === undefined ? [] : [heldBack]),
				...(ended === undefined ? [] : [`It ended early: ${explain(ended, attempt).message}.`]),
			];
			const recorded = recorder.report(
				{
					title: `${kind} of ${name}`,
					isPlan,
					facts: factsOf({ from: { ...source, bucket: name }, to }, { mode, compare }),
					left,
					duration: made.getTime() - begun.getTime(),
					notes,
				},
				made,
			);
			const fileName = reportName(kind.toLowerCase(), name, made);
			return await storeReport({ n8n, signal }, format, { name: fileName, ...recorded });
		},
	};
};

/**
 * The binary field with the report, if requested. If n8n cannot store it, a hint says so and the run still succeeds.
 */
export const binaryOf = async (
	{ hint }: Pick<Context, 'hint'>,
	reporting: Reporting | undefined,
	ending: Ending,
): Promise<Output> => {
	// A stopped run has no output.
	if (isStop(ending.ended)) await reporting?.close();
	if (!reporting || isStop(ending.ended)) return {};
	return await reporting
		.store(ending)
		.then(
			(report) => ({ [binaryFields]: { report } }),
			(error: unknown) => {
				hint(`Could not store the report: ${error instanceof Error ? error.message : String(error)}`);
				return {};
			},
		)
		.finally(reporting.close);
};
