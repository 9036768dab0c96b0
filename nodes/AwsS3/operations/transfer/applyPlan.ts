import { badInput } from '../../core/errors/badInput';
import { storageClasses } from '../../core/fields/choices';
import { field, narrowingField } from '../../core/field';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { reportOption } from '../../core/io/reports';
import { operation } from '../../core/operation';
import type { PlanHeader } from '../../s3/plan/planLines';
import { checkPlan } from '../../s3/plan/planReader';
import { planWalk } from '../../s3/plan/planWalk';
import { bareEtag } from '../../s3/contentIdentity';
import { bucketSource } from '../../s3/sources/bucketSource';
import type { Source } from '../../s3/pairs/source';
import type { Side } from '../../s3/pairs/sides';
import { copyOptions, paceOptions } from './fields/keepFields';
import { keptIn } from './fields/keepParams';
import { endPolicyOf, jobFields, jobOptions, jobPlaceOf } from './fields/jobFields';
import { returnItems, runToItems } from './runs/runToItems';
import { includeSkipped, places, lookPermissions, runPermissions, sides, stopOptions } from './fields/transferFields';
import type { SourceParts } from './fields/transferParams';
import { sidesOf, transferOf } from './fields/transferParams';

const planKey = field({
	displayName: 'Plan Key',
	name: 'planKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. backup/.n8n-jobs/nightly/plans/20260131T120000000Z-1a2b3c4d.jsonl',
	description: "The key of the plan in the destination bucket: planKey in the output of 'Plan'",
});

const planEtag = narrowingField({
	displayName: 'Plan ETag',
	name: 'planEtag',
	type: 'string',
	default: '',
	placeholder: 'e.g. d41d8cd98f00b204e9800998ecf8427e',
	description: 'The ETag of the approved plan, to detect later changes: planEtag in the output of Plan',
});

const sideText = ({ bucket, prefix }: Pick<Side, 'bucket' | 'prefix'>) => `'${prefix}' in bucket '${bucket}'`;

const isSide = (one: Pick<Side, 'bucket' | 'prefix'>, other: Pick<Side, 'bucket' | 'prefix'>) =>
	one.bucket === other.bucket && one.prefix === other.prefix;

/** Throws for a plan of other buckets or prefixes: its keys would name other objects. */
const refuseOtherSides = ({ source, destination }: PlanHeader, { from, to }: { from: Side; to: Side }) => {
	if (isSide(source, from) && isSide(destination, to)) return;
	throw badInput(
		`The plan is for ${sideText(source)} to ${sideText(destination)}, not for ${sideText(from)} to ${sideText(to)}`,
		"Enter the plan's buckets and prefixes in 'Bucket', 'Prefix', 'Destination Bucket' and 'Destination Prefix', or create a new plan.",
	);
};

/** Throws if options of copies differ from those of the plan: the copies would differ from the approved ones. */
const refuseOtherCopies = ({ kept }: PlanHeader, chosen: Record<string, unknown>) => {
	const names = [...new Set([...Object.keys(kept), ...Object.keys(chosen)])];
	const other = names.find((name) => JSON.stringify(kept[name]) !== JSON.stringify(chosen[name]));
	if (other === undefined) return;
	const label = copyOptions.find(({ name }) => name === other)?.displayName ?? other;
	throw badInput(
		`'${label}' in 'Options' differs from the plan`,
		'Set it as in the node that created the plan, or create a new plan.',
	);
};

/** What a plan copies. Approving the deletion of keys that a list omits does not mean that the bucket lacks them. */
const sourceOf =
	({ asksSource }: PlanHeader) =>
	({ side, copier }: SourceParts): Source => {
		const { has, ...source } = bucketSource(side, copier);
		return { ...source, ...(asksSource && { has }) };
	};

/** The parameters of a transfer that applies a plan. Making the plan has enforced the limits for deletions. */
const paramsOf = ({ mode, backupPrefix, storageClass }: PlanHeader) => ({
	...({ mode, compare: 'etag', onConflict: 'overwrite' } as const),
	planned: {
		...{ maxDeletions: Infinity, maxDeletedShare: Infinity, allowEmptySource: true, allowWholeDestination: true },
		...{ backupPrefix, storageClass: storageClasses.find(({ value }) => value === storageClass)?.value },
	},
});

export default operation({
	resource: 'transfer',
	operation: 'applyPlan',
	name: 'Apply Plan',
	action: 'Apply a plan of a transfer',
	description:
		"Carry out a stored plan exactly, skipping objects that changed since. Create the plan with Plan and a 'Job Name'.",
	fields: [
		...sides,
		planKey,
		...jobFields,
		options(
			...stopOptions,
			...copyOptions,
			...paceOptions,
			...jobOptions,
			...requestOptions,
			dryRun,
			includeSkipped,
			memory,
			planEtag,
			reportOption,
			returnItems,
		),
	],
	permissions: [...runPermissions, ...lookPermissions],
	effect: 'destructive',
	...places,
	itemsAtOnce: 1,
	async *execute(context) {
		const { params, s3 } = context;
		const { options: chosen, category, planKey: key, ...where } = params;
		const both = sidesOf(context, params);
		const place = jobPlaceOf(both.to, params.jobName);
		const endPolicy = endPolicyOf(chosen, params.jobName);
		const plan = await checkPlan(both.to, key, chosen.planEtag);
		const { header } = plan;
		refuseOtherSides(header, both);
		refuseOtherCopies(header, keptIn(chosen));
		const { planned, ...rules } = paramsOf(header);
		const all = { ...where, ...rules, category, options: { ...chosen, ...planned } };
		const transfer = {
			...transferOf(context, all, s3.isDryRun, sourceOf(header)),
			// A plan without it approves none.
			approvedGrants: header.grants ?? '',
		};
		const { mode, addsToCopies } = transfer.rules;
		const etag = bareEtag(plan.etag);
		yield* runToItems(context, {
			...{ options: chosen, category, operation: 'applyPlan', place },
			rules: { mode: header.mode, planKey: key, planEtag: etag },
			identity: [key, etag],
			endPolicy,
			needsJournal: true,
			transferWith: (done) => ({ ...transfer, walk: planWalk(plan, { ...both, mode, addsToCopies, done }) }),
			more: { planKey: key, planEtag: etag },
		});
	},
});
