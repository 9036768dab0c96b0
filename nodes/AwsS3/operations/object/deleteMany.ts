import { badInput } from '../../core/errors/badInput';
import { bypassGovernance, bypassPermission, mfa } from '../../core/objectFields/deleteBatch';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { filterOf, filterOptions, passing } from '../../core/filters/filters';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { wholeBucket } from '../../core/fields/emptyPrefix';
import { keyFault } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { codeAndMessage } from '../../core/runner/summary';
import { deleteAll } from '../../s3/delete/deleteObjects';
import type { Listed } from '../../s3/list/list';
import { listPages } from '../../s3/list/list';

const source = field({
	displayName: 'Delete By',
	name: 'source',
	type: 'options',
	options: [
		{ name: 'List of Keys', value: 'keys', description: 'Delete only these objects' },
		{
			name: 'Prefix and Filters',
			value: 'prefix',
			description: 'Delete all objects under a prefix that match the filters',
		},
	],
	default: 'keys',
});

const keys = field({
	displayName: 'Keys',
	name: 'keys',
	type: 'json',
	displayOptions: { show: { source: ['keys'] } },
	default: '[]',
	placeholder: 'e.g. ["a.txt", { "key": "b.txt", "versionId": "3sL4kq" }]',
	description: 'JSON array of keys, or of objects with key and versionId',
});

const prefixToDelete = field({ ...prefix, displayOptions: { show: { source: ['prefix'] } } });

const stopOnFirst = field({
	displayName: 'Stop on First Failure',
	name: 'stopOnFirst',
	type: 'boolean',
	default: true,
	description: 'Whether to stop at the first key that S3 does not delete, instead of reporting it and continuing',
});

const listOf = (value: unknown) => {
	const example = 'Enter an array such as ["a.txt", "b.txt"].';
	if (!Array.isArray(value)) throw badInput("'Keys' is not a JSON array", example);
	return value.map((entry: unknown, index) => {
		const { key, versionId } =
			typeof entry === 'object' && entry !== null
				? { versionId: undefined, key: undefined, ...entry }
				: { key: entry, versionId: undefined };
		if (typeof key !== 'string') throw badInput(`Entry ${index + 1} of 'Keys' has no key`, example);
		const fault = keyFault(key);
		if (fault) throw badInput(`Entry ${index + 1} of 'Keys' ${fault}`, example);
		// Without it the current object would be deleted instead.
		const hasVersion = typeof versionId === 'string' && versionId !== '';
		if (typeof entry === 'object' && entry !== null && 'versionId' in entry && !hasVersion)
			throw badInput(
				`Entry ${index + 1} of 'Keys' has an empty versionId`,
				'Enter the ID of the version, or leave versionId out to delete the current object.',
			);
		return { key, versionId: hasVersion ? versionId : undefined };
	});
};

async function* listMatching(s3: S3, Bucket: string, Prefix: string, passes: (object: Listed) => boolean) {
	for await (const { objects } of listPages(s3, { Bucket, Prefix: Prefix || undefined })) {
		for (const { Key } of await passing(objects, passes)) yield { key: Key };
	}
}

export default operation({
	resource: 'object',
	operation: 'deleteMany',
	name: 'Delete Many',
	action: 'Delete many objects',
	description: 'Delete objects by list or prefix, with a result for each',
	fields: [
		bucket,
		source,
		keys,
		prefixToDelete,
		options(...filterOptions, bypassGovernance, dryRun, mfa, ...requestOptions, stopOnFirst, wholeBucket),
	],
	permissions: [
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:ListBucket', on: 'bucket', when: 'by prefix', option: 'byPrefix' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'with versions', option: 'versions' },
		bypassPermission,
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, options: chosen } = params;
		const keyPrefix = params.prefix ?? '';
		const byList = params.source === 'keys';
		const matching = () => {
			const passes = filterOf(chosen);
			return (signal: AbortSignal) => listMatching(s3.endedBy(signal), Bucket, keyPrefix, passes);
		};
		const entries = byList ? listOf(params.keys) : matching();
		let deleted = 0;
		let firstFailure: Error | undefined;
		const settings = {
			BypassGovernanceRetention: chosen.bypassGovernance,
			MFA: chosen.mfa || undefined,
			...(chosen.stopOnFirst && { stopAfter: { failures: 1 }, batchesAtOnce: 1 }),
		};
		for await (const outcome of deleteAll(s3, Bucket, entries, settings)) {
			const { action, failure } = outcome;
			firstFailure ??= failure;
			if (s3.isDryRun) yield { deleted: false, dryRun: true, bucket: Bucket, ...action };
			else if (failure) yield { deleted: false, bucket: Bucket, ...action, error: codeAndMessage(failure) };
			else yield { deleted: true, bucket: Bucket, ...action, ...outcome.result };
			if (!failure) deleted++;
		}
		if (firstFailure && (chosen.stopOnFirst || deleted === 0)) throw firstFailure;
	},
});
