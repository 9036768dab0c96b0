import { dryRun, options } from '../../core/fields/options';
import type { Params } from '../../core/field';
import { givesItems } from '../../core/objectFields/destination';
import { operation } from '../../core/operation';
import { chosenIn, keptIn } from './fields/keepParams';
import { sourceOptions, together } from './fields/sourceFields';
import { lookPermissions, places, runPermissions, transferOptions } from './fields/transferFields';
import type { DoneBefore } from '../../s3/job/doneBefore';
import type { Pair } from '../../s3/pairs/march';
import { itemsOut } from './runs/itemsOut';
import { endPolicyOf, jobOptions, jobPlaceOf } from './fields/jobFields';
import { includeContent, runFields } from './fields/recordFields';
import { returnItems, runToItems } from './runs/runToItems';
import { refuseSameAgain, transferOf } from './fields/transferParams';
import { sourceOf } from './source/transferSource';

const runOptions = options(...transferOptions, ...jobOptions, dryRun, returnItems, includeContent);

type RunParams = Params<[...typeof runFields, typeof runOptions]>;

/** Whether an unfinished run wrote the listed destination object from the listed source object. */
const isDoneIn =
	(done: DoneBefore) =>
	({ key, source, destination }: Pair) =>
		done.has(key, source?.etag, destination?.etag);

/** The parameters for a destination in S3, with those that another system lacks. */
const inS3 = ({ destination, ...params }: RunParams) => ({
	...{ ...params, destination: destination === 'items' ? ('sameConnection' as const) : destination },
	destinationPrefix: params.destinationPrefix ?? '',
	compare: params.compare ?? 'sizeAndTime',
	onConflict: params.onConflict ?? 'overwrite',
});

export default operation({
	resource: 'transfer',
	operation: 'run',
	name: 'Run',
	action: 'Run a transfer',
	description:
		'Copy, mirror, move or migrate all objects of a bucket or prefix, transferring only differences. The next run resumes.',
	fields: [...runFields, runOptions],
	permissions: [...runPermissions, ...lookPermissions],
	effect: 'destructive',
	...places,
	itemsAtOnce: 1,
	together,
	async *execute(given) {
		const { s3 } = given;
		const params = inS3(given.params);
		const context = { ...given, params, paramsOfItems: given.paramsOfItems.map(inS3) };
		const { options: chosen, mode, compare, onConflict, source } = params;
		const { jobName = '', category = '', recordKey = '' } = params;
		if (givesItems(given.params)) {
			const { includeContent: wanted = false } = given.params.options;
			yield* itemsOut(context, { ...params, recordKey, includeContent: wanted });
			return;
		}
		refuseSameAgain(params, jobName);
		const transfer = transferOf(context, params, s3.isDryRun, (parts) => sourceOf(context, params, parts));
		const place = jobPlaceOf(transfer.to, jobName);
		const endPolicy = endPolicyOf(chosen, jobName);
		yield* runToItems(context, {
			...{ options: chosen, category, operation: 'run', place },
			rules: { mode, compare, onConflict, options: chosen },
			// A run with other options would have done something else.
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
