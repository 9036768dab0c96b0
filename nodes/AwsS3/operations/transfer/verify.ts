import { codeAndMessage } from '../../core/runner/summary';
import { field } from '../../core/field';
import { memory, options, requestOptions } from '../../core/fields/options';
import { limit, returnAll } from '../../core/fields/paging';
import { filterOptions } from '../../core/filters/filters';
import { reportOption } from '../../core/io/reports';
import type { Output } from '../../core/operation';
import { operation } from '../../core/operation';
import type { Side } from '../../s3/sync/sides';
import type { Difference, Finding } from '../../s3/sync/verify';
import { verify } from '../../s3/sync/verify';
import { sides } from './transferFields';
import { entryFilter, sidesOf } from './transferParams';
import { verifyReporting } from './verifyReporting';

const compareBy = field({
	displayName: 'Compare By',
	name: 'compare',
	type: 'options',
	options: [
		{
			name: 'Checksum',
			value: 'checksum',
			description: 'By what S3 computes of the content. Looks at both objects where the ETags differ.',
		},
		{ name: 'Content', value: 'content', description: 'Read every byte of both sides, which takes as long as a copy' },
		{ name: 'ETag', value: 'etag', description: 'By the listings only. Copies of large files can have other ETags.' },
		{ name: 'Size', value: 'size', description: 'By the listings only' },
	],
	default: 'checksum',
	description: 'What has to be the same at both sides',
});

const ignoreExtra = field({
	displayName: 'Ignore What Only the Destination Has',
	name: 'ignoreExtra',
	type: 'boolean',
	default: true,
	description: 'Whether objects that the source does not have are no difference, as after a copy into a prefix in use',
});

const itemOf = (from: Side, to: Side, { key, source, destination, difference, failure }: Finding): Output => ({
	...{ difference: difference ?? 'unknown', sourceBucket: from.bucket, sourceKey: from.prefix + key },
	...{ bucket: to.bucket, key: to.prefix + key, sourceSize: source?.size, size: destination?.size },
	...(failure && { error: codeAndMessage(failure) }),
});

export default operation({
	resource: 'transfer',
	operation: 'verify',
	name: 'Verify',
	action: 'Verify a transfer',
	description: 'Compare all objects of both sides, and give an item for each difference. Writes nothing.',
	fields: [
		...sides,
		compareBy,
		returnAll,
		limit,
		options(...filterOptions, ignoreExtra, memory, ...requestOptions, reportOption),
	],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:GetObject', on: 'object', when: 'to compare by checksum or content' },
		{ action: 'kms:Decrypt', on: 'kmsKey', when: 'to compare by checksum or content, with KMS' },
	],
	effect: 'read',
	itemsAtOnce: 1,
	async *execute(context) {
		const { s3, destination, params, budget, signal } = context;
		const { options: chosen } = params;
		const { from, to } = sidesOf({ s3, destination }, params);
		const most = params.returnAll ? Infinity : (params.limit ?? Infinity);
		const differences: Partial<Record<Difference, number>> = {};
		const sum = { compared: 0, same: 0, different: 0, failed: 0, bytes: 0 };
		const items: Output[] = [];
		const reporting = verifyReporting(context, { from, to }, params);
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
			if ((failure ?? difference) && items.length < most) items.push(itemOf(from, to, finding));
			return reporting?.add(finding);
		};
		const given = await verify(
			{ from, to, by: params.compare, passes: entryFilter(from, chosen), budget, signal },
			note,
		)
			.then(async () => await reporting?.binary())
			.finally(reporting?.close);
		yield {
			...{ verified: sum.different + sum.failed === 0, comparedBy: params.compare },
			...{ sourceBucket: from.bucket, sourcePrefix: from.prefix, bucket: to.bucket, prefix: to.prefix },
			...sum,
			differences,
			...given,
		};
		yield* items;
	},
});
