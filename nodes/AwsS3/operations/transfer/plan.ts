import { options } from '../../core/fields/options';
import { limit, returnAll } from '../../core/fields/paging';
import type { Output } from '../../core/operation';
import { operation } from '../../core/operation';
import { badInput } from '../../core/errors/badInput';
import { countsIn, fileVersion } from '../../s3/job/journalLines';
import type { JobPlace } from '../../s3/job/jobPlace';
import { beginPlan } from '../../s3/plan/planWriter';
import type { PlanWriter } from '../../s3/plan/planWriter';
import { placeOfSource } from '../../s3/pairs/source';
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
import { grantsDigest } from './runs/folderGrantsOutput';
import type { RunOutput } from './runs/runToOutput';
import { runToOutput } from './runs/runToOutput';
import { transferOf } from './fields/transferParams';
import { reportingOn } from './reports/runReporting';
import { sourceOf } from './source/transferSource';

/** Throws for what a stored plan cannot contain. */
const refuseToStore = ({ source, options: { allVersions } }: TransferParams) => {
	if (source === 'items')
		throw badInput(
			"A plan for items cannot be stored, because 'Apply Plan' would not have their content",
			"Clear 'Job Name' to get the plan as items only.",
		);
	if (allVersions)
		throw badInput(
			"A plan with 'Keep Versions' cannot be stored: it counts versions but does not list them",
			"Clear 'Job Name', or remove 'Keep Versions' from 'Options'.",
		);
};

const headerOf = async (transfer: Transfer, { jobName }: JobPlace, params: TransferParams) => {
	const { from, to } = transfer;
	const { mode, compare, onConflict, options: chosen } = params;
	const { backupPrefix, storageClass, ...others } = chosen;
	const grants = await grantsDigest(transfer);
	return {
		...{ plan: fileVersion, made: new Date().toISOString(), jobName, mode },
		source: placeOfSource(from),
		destination: { bucket: to.bucket, prefix: to.prefix },
		...(backupPrefix && { backupPrefix }),
		...(storageClass && { storageClass }),
		...(grants && { grants }),
		// The source bucket says nothing about mapped keys, or about keys that a list or 'As Of' leaves out.
		asksSource: from.has !== undefined && params.source !== 'list' && !keyMapping(chosen),
		kept: keptIn(chosen),
		rules: { compare, onConflict, ...others },
	};
};

/** Adds planned actions to a plan; skipped and failed objects are not actions. */
const addTo = (plan: PlanWriter, { step, result, key, source, destination }: Event) =>
	step === 'skip' || result.outcome !== 'planned' ? undefined : plan.add({ step, key, source, destination });

/** Stores the plan that a run has made. Removes one that ended early. */
const stored = async (plan: PlanWriter, { ended, refused, tally }: RunOutput): Promise<Output> => {
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
		"Show exactly what Run would do with the same parameters, without changing objects. Stores the plan if you enter a 'Job Name'.",
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
		const plan = place && beginPlan(place, await headerOf(transfer, place, params), budget);
		const output = await runToOutput(context, transfer, wanted, plan && ((event) => addTo(plan, event)));
		const { items, summary, ended, refused } = output;
		const file = plan && (await stored(plan, output));
		if (ended || refused) throw ended ?? refused;
		yield { ...summary, ...(place && { jobName: params.jobName, category: params.category }), ...file };
		yield* items;
	},
});
