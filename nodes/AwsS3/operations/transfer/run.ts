import { dryRun, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { chosenIn, keptIn } from './keepParams';
import { sourceOptions, together } from './sourceFields';
import { lookPermissions, places, runPermissions, transferFields, transferOptions } from './transferFields';
import type { DoneBefore } from '../../s3/job/doneBefore';
import type { Pair } from '../../s3/sync/march';
import { endPolicyOf, jobFields, jobOptions, jobPlaceOf } from './jobFields';
import { keptIn } from './keepParams';
import { returnItems, runAndReport } from './runAndReport';
import { transferOf } from './transferParams';
import { sourceOf } from './transferSource';

/** Whether unfinished runs have written what is listed at the destination, from what is listed at the source. */
const isDoneIn =
	(done: DoneBefore) =>
	({ key, source, destination }: Pair) =>
		done.has(key, source?.etag, destination?.etag);

export default operation({
	resource: 'transfer',
	operation: 'run',
	name: 'Run',
	action: 'Run a transfer',
	description:
		'Copy, mirror, move or migrate all objects of a bucket or prefix to another one, and only what differs. The next run goes on.',
	fields: [...transferFields, ...jobFields, options(...transferOptions, ...jobOptions, dryRun, returnItems)],
	permissions: [...runPermissions, ...lookPermissions],
	effect: 'destructive',
	...places,
	itemsAtOnce: 1,
	together,
	async *execute(context) {
		const { params, s3 } = context;
		const { options: chosen, category, mode, compare, onConflict, source } = params;
		const transfer = transferOf(context, params, s3.isDryRun, (parts) => sourceOf(context, params, parts));
		const place = jobPlaceOf(transfer.to, params.jobName);
		const endPolicy = endPolicyOf(chosen, params.jobName);
		yield* runAndReport(context, {
			...{ options: chosen, category, operation: 'run', place },
			rules: { mode, compare, onConflict, options: chosen },
			// What another run has done under other options is not what this one would do.
			identity: [
				...[mode, compare, onConflict, source, chosen.storageClass ?? ''],
				JSON.stringify([keptIn(chosen), chosenIn(sourceOptions, chosen)]),
			],
			endPolicy,
			needsJournal: compare === 'always',
			transferWith: (done) => ({ ...transfer, isDone: done && isDoneIn(done) }),
		});
	},
});
