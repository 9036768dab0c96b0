import { options } from '../../core/fields/options';
import { limit, returnAll } from '../../core/fields/paging';
import type { Output } from '../../core/operation';
import { operation } from '../../core/operation';
import { badInput } from '../../core/errors/badInput';
import { countsIn, fileVersion } from '../../s3/job/journalLines';
import type { JobPlace } from '../../s3/job/jobPlace';
import { beginPlan } from '../../s3/plan/planWriter';
import type { PlanWriter } from '../../s3/plan/planWriter';
import { placeOfSource } from '../../s3/sync/look';
import type { Event, Transfer } from '../../s3/sync/transfer';
import { allQuestions } from '../../s3/analysis/destinationFacts';
import { lookAtDestination } from './analysis/destinationLook';
import { jobFields, jobPlaceOf } from './fields/jobFields';
import { keptIn } from './fields/keepParams';
import { keyMapping } from './fields/keyMapping';
import { checkNames } from './analysis/nameCheck';
import { together } from './fields/sourceFields';
import type { TransferParams } from './fields/transferFields';
import { lookPermissions, planPermissions, transferFields, transferOptions } from './fields/transferFields';
import type { Report } from './runs/transferOutput';
import { report } from './runs/transferOutput';
import { transferOf } from './fields/transferParams';
import { reportingOn } from './reports/transferReport';
import { sourceOf } from './source/transferSource';

/** Throws for what a stored plan cannot say. */
const refuseToStore = ({ source, options: { allVersions } }: TransferParams) => {
	if (source === 'items')
		throw badInput(
			"A plan of items cannot be stored, because 'Apply Plan' would not have their contents",
			"Clear 'Job Name', and look at the items that this plan gives.",
		);
	if (allVersions)
		throw badInput(
			'A plan of all versions cannot be stored: it says how many versions each key gets, not which',
			"Clear 'Job Name', or take 'Keep Versions' out of 'Options'.",
		);
};

const headerOf = ({ from, to }: Transfer, { jobName }: JobPlace, params: TransferParams) => {
	const { mode, compare, onConflict, options: chosen } = params;
	const { backupPrefix, storageClass, ...others } = chosen;
	return {
		...{ plan: fileVersion, made: new Date().toISOString(), jobName, mode },
		source: placeOfSource(from),
		destination: { bucket: to.bucket, prefix: to.prefix },
		...(backupPrefix && { backupPrefix }),
		...(storageClass && { storageClass }),
		// Of mapped keys, and of what a list or a past time leaves out, the bucket of the source tells nothing.
		asksSource: from.has !== undefined && !keyMapping(chosen),
		kept: keptIn(chosen),
		rules: { compare, onConflict, ...others },
	};
};

/** Adds what is planned to a plan; what is skipped or refused is no action. */
const addTo = (plan: PlanWriter, { step, result, key, source, destination }: Event) =>
	step === 'skip' || result.outcome !== 'planned' ? undefined : plan.add({ step, key, source, destination });

/** Stores the plan of a report; leaves nothing of one that ended early. */
const stored = async (plan: PlanWriter, { ended, refused, tally }: Report): Promise<Output> => {
	if (!ended && !refused) return await plan.end(countsIn(tally));
	await plan.discard();
	return {};
};

export default operation({
	resource: 'transfer',
	operation: 'plan',
	name: 'Plan',
	action: 'Plan a transfer',
	description:
		"Say exactly what Run would do with the same parameters: totals, and the changes as items. Writes nothing but the plan itself, if there is a 'Job Name'.",
	fields: [...transferFields, ...jobFields, returnAll, limit, options(...transferOptions)],
	permissions: [...planPermissions, ...lookPermissions],
	effect: 'read',
	itemsAtOnce: 1,
	together,
	async *execute(context) {
		const { params, budget } = context;
		const most = params.returnAll ? Infinity : (params.limit ?? Infinity);
		const transfer = transferOf(context, params, true, (parts) => sourceOf(context, params, parts));
		const place = jobPlaceOf(transfer.to, params.jobName);
		if (place) refuseToStore(params);
		const wanted = {
			...{ most, includesSkipped: params.options.includeSkipped ?? false },
			reporting: reportingOn(context, transfer, params.options),
			names: async () => await checkNames(transfer, params.options),
			destination: lookAtDestination(transfer, allQuestions),
		};
		const plan = place && beginPlan(place, headerOf(transfer, place, params), budget);
		const reported = await report(context, transfer, wanted, plan && ((event) => addTo(plan, event)));
		const { items, summary, ended, refused } = reported;
		const file = plan && (await stored(plan, reported));
		if (ended || refused) throw ended ?? refused;
		yield { ...summary, ...(place && { jobName: params.jobName, category: params.category }), ...file };
		yield* items;
	},
});
