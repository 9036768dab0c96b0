import { codeAndMessage } from '../../core/runner/summary';
import { field } from '../../core/field';
import { memory, options, requestOptions } from '../../core/fields/options';
import { badInput } from '../../core/errors/badInput';
import { limit, returnAll } from '../../core/fields/paging';
import { filterOptions } from '../../core/filters/filters';
import { reportOption } from '../../core/io/reports';
import type { Output } from '../../core/operation';
import { operation } from '../../core/operation';
import { destination } from '../../core/objectFields/destination';
import type { Copier, LeaveOut, Sides } from '../../s3/pairs/source';
import type { Reason } from '../../s3/pairs/decide';
import type { Difference, Finding } from '../../s3/sync/verify';
import { verify } from '../../s3/sync/verify';
import { keyMapping } from './fields/keyMapping';
import { originalOf } from './runs/outcomeLines';
import { mappingOptions, sourceFields, together } from './fields/sourceFields';
import { toSides } from './fields/transferFields';
import { entryFilter, sidesOf } from './fields/transferParams';
import { sourceOf } from './source/transferSource';
import { verifyReporting } from './reports/verifyReporting';

const compareBy = field({
	displayName: 'Compare By',
	name: 'compare',
	type: 'options',
	options: [
		{
			name: 'Checksum',
			value: 'checksum',
			description: "Compare S3's checksums. Reads the properties of both objects if the ETags differ.",
		},
		{ name: 'Content', value: 'content', description: 'Read and compare all content, which takes as long as a copy' },
		{ name: 'ETag', value: 'etag', description: 'Use listings only. Copies of large files can have different ETags.' },
		{ name: 'Size', value: 'size', description: 'Use listings only' },
	],
	default: 'checksum',
	description: 'How to decide whether two objects are identical',
});

const ignoreExtra = field({
	displayName: 'Ignore Extra Objects at Destination',
	name: 'ignoreExtra',
	type: 'boolean',
	default: true,
	description:
		'Whether to ignore objects that only the destination has, for example after copying into a prefix with other objects',
});

/** The address of the original, existing or not; undefined for items, which are in no bucket. */
const originalIn = (places: Pick<Sides, 'from' | 'to'>, { key, source }: Finding) => {
	if (!places.from.side) return undefined;
	const original = originalOf(places, { key, from: source?.from });
	return { sourceBucket: original.bucket, sourceKey: original.key };
};

const itemOf = (places: Pick<Sides, 'from' | 'to'>, finding: Finding): Output => {
	const { key, source, destination: there, difference, failure } = finding;
	const { bucket, prefix } = places.to;
	return {
		...{ difference: difference ?? 'unknown', ...originalIn(places, finding) },
		...{ bucket, key: prefix + key, sourceSize: source?.size, size: there?.size },
		...(failure && { error: codeAndMessage(failure) }),
	};
};

/** What a comparison never calls. */
const noCopier: Copier = async () => await Promise.reject(new Error('A comparison copies nothing'));

/** Filters by the key of an original, which is unknown for a key that only the destination has. */
const keyFilters = ['glob', 'regex', 'suffix'];

/** Throws if filters by key and changed keys are combined, unless extra objects at the destination are ignored. */
const refuseFilters = (chosen: Parameters<typeof keyMapping>[0] & { ignoreExtra?: boolean }) => {
	const hasFilter = Object.keys(chosen).some((name) => keyFilters.includes(name));
	if (!hasFilter || chosen.ignoreExtra || !keyMapping(chosen)) return;
	throw badInput(
		'Filters by key do not work with options that change keys, because the original of a key at the destination is unknown',
		"Add 'Ignore Extra Objects at Destination' in 'Options', or remove the filter or the key changes.",
	);
};

export default operation({
	resource: 'transfer',
	operation: 'verify',
	name: 'Verify',
	action: 'Verify a transfer',
	description: 'Compare all objects of both sides and return an item for each difference. Writes nothing.',
	fields: [
		destination,
		...sourceFields,
		...toSides,
		compareBy,
		returnAll,
		limit,
		options(...filterOptions, ignoreExtra, ...mappingOptions, memory, ...requestOptions, reportOption),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object', when: 'to compare by checksum or content, and for lists and inventories' },
		{ action: 'kms:Decrypt', on: 'kmsKey', when: 'to compare by checksum or content, with KMS' },
	],
	effect: 'read',
	itemsAtOnce: 1,
	together,
	async *execute(context) {
		const { params, budget, signal } = context;
		const { options: chosen } = params;
		refuseFilters(chosen);
		const { from: side, to } = sidesOf(context, params);
		const passes = entryFilter(side, chosen);
		const as = <P extends typeof params>(one: P) => ({
			...{ ...one, mode: 'copy' as const, compare: 'etag' as const, onConflict: 'overwrite' as const },
		});
		const given = { ...context, paramsOfItems: context.paramsOfItems.map(as) };
		const from = sourceOf(given, as(params), { side, copier: noCopier, passes });
		const most = params.returnAll ? Infinity : (params.limit ?? Infinity);
		const differences: Partial<Record<Difference, number>> = {};
		const sum = { compared: 0, same: 0, different: 0, failed: 0, bytes: 0 };
		const items: Output[] = [];
		const reporting = verifyReporting(context, { from: side, to }, params);
		const leftOut: Partial<Record<Reason, number>> = {};
		const note = (finding: Finding) => {
			const { difference, failure, source } = finding;
			if (difference === 'extra' && chosen.ignoreExtra) return undefined;
			sum.compared++;
			sum.bytes += source?.size ?? 0;
			if (failure) sum.failed++;
			else if (difference) {
				sum.different++;
				differences[difference] = (differences[difference] ?? 0) + 1;
			} else sum.same++;
			if ((failure ?? difference) && items.length < most) items.push(itemOf({ from, to }, finding));
			return reporting?.add(finding);
		};
		const leaveOut: LeaveOut = (entry, why) => {
			if (why instanceof Error) void note({ key: entry.key, source: entry, failure: why });
			else leftOut[why] = (leftOut[why] ?? 0) + 1;
			return undefined;
		};
		const binary = await verify({ from, to, by: params.compare, passes, budget, signal, leaveOut }, note)
			.then(async () => await reporting?.binary())
			.finally(reporting?.close);
		if (sum.compared === 0)
			context.hint("Nothing was compared. Check 'Prefix', 'Destination Prefix' and the filters in 'Options'.");
		yield {
			...{ verified: sum.compared > 0 && sum.different + sum.failed === 0, comparedBy: params.compare },
			...(from.side && { sourceBucket: side.bucket, sourcePrefix: side.prefix }),
			...{ bucket: to.bucket, prefix: to.prefix, ...sum, differences },
			...(Object.keys(leftOut).length > 0 && { leftOut }),
			...binary,
		};
		yield* items;
	},
});
