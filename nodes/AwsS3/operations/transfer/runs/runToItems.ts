import { field } from '../../../core/field';
import type { ReportFormat } from '../../../core/io/reports';
import type { Context, Output } from '../../../core/operation';
import type { JobPlace } from '../../../s3/job/jobPlace';
import type { Tally } from '../../../s3/sync/tally';
import { allQuestions } from '../../../s3/analysis/destinationFacts';
import { lookAtDestination, questionsOfRun } from '../analysis/destinationLook';
import type { JobRun } from './jobRun';
import type { NameOptions } from '../analysis/nameCheck';
import { checkNames } from '../analysis/nameCheck';
import { runOfJob } from './jobRun';
import { runToOutput } from './runToOutput';
import { reportingOn } from '../reports/runReporting';

/** Whether a run also returns an item for each change. */
export const returnItems = field({
	displayName: 'Return Items',
	name: 'items',
	type: 'boolean',
	default: true,
	description: 'Whether to return an item for each change in addition to the summary',
});

/** A run, of a job if it has a place for one. */
interface Running extends Omit<JobRun, 'place'> {
	place?: JobPlace;
	options: { items?: boolean; includeSkipped?: boolean; report?: ReportFormat | 'none' } & NameOptions;
	/** Further fields of the summary. */
	more?: object;
}

const isNothing = ({ copied, deleted, moved, skipped, changed, failed }: Tally) =>
	copied + deleted + moved + skipped + changed + failed === 0;

/** Runs a transfer and yields its summary and items, also after a failure. A dry run belongs to no job. */
export async function* runToItems(
	context: Context,
	{ place, options, more, ...running }: Running,
): AsyncGenerator<Output> {
	const { isDryRun } = context.s3;
	const givesItems = isDryRun || options.items;
	const transfer = running.transferWith(undefined);
	if (isDryRun && (options.report ?? 'none') !== 'none')
		context.hint("A dry run creates no report. Use 'Plan' with the option 'Report' instead.");
	const reporting = isDryRun ? undefined : reportingOn(context, transfer, options);
	const questions = reporting ? allQuestions : questionsOfRun(transfer);
	const wanted = {
		...{ most: givesItems ? Infinity : 0, includesSkipped: options.includeSkipped ?? false, reporting },
		names: async () => await checkNames(transfer, options),
		destination: isDryRun ? undefined : lookAtDestination(transfer, questions),
	};
	const { output, endedItem } =
		place && !isDryRun
			? await runOfJob(context, { ...running, place }, wanted)
			: { output: await runToOutput(context, transfer, wanted) };
	if (!output) {
		yield endedItem;
		return;
	}
	const { items, summary, ended, refused, tally, granted } = output;
	if (refused && !ended) throw refused;
	// A run that could not start has nothing to report.
	if (ended && isNothing(tally)) throw ended;
	if (isDryRun) yield* [...(granted ? [granted] : []), ...items].map((item) => ({ ...item, dryRun: true }));
	else {
		yield { ...summary, ...more };
		yield* items;
	}
	if (ended) throw ended;
}
