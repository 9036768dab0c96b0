import { allowSameKey, conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import {
	fromTo,
	sourceConditions,
	sourceConditionsInput,
	sourceSseCustomerKey,
	sourceVersionId,
} from '../../core/objectFields/copyFields';
import { destination, refuseKeepAcl } from '../../core/objectFields/destination';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { copyPermissions } from '../../core/objectFields/replaceOptions';
import { checkWritten, propertyPermissions, writeInput, writeOptions } from '../../core/objectFields/writeOptions';
import { customAcl, keepAclOf } from '../../s3/settings/acl';
import { streamCopy } from '../../s3/copy/streamCopy';
import { throwIfNoObject } from '../../s3/list/headObject';
import { conditionalCopy } from '../../s3/copy/conditionalCopy';
import { forSource } from '../../s3/copy/copyRequest';

const metadataDirective = field({
	displayName: 'Metadata and Headers',
	name: 'metadataDirective',
	type: 'options',
	options: [
		{ name: 'Keep', value: 'COPY', description: 'Same as the original' },
		{ name: 'Replace', value: 'REPLACE', description: 'Use the values in these options' },
	],
	default: 'COPY',
	description: "Whether the copy keeps the original's metadata and headers or gets new ones",
});

const taggingDirective = field({
	displayName: 'Tags of the Copy',
	name: 'taggingDirective',
	type: 'options',
	options: [
		{ name: 'Keep', value: 'COPY', description: 'Same as the original' },
		{ name: 'Replace', value: 'REPLACE', description: 'Use the values in these options' },
	],
	default: 'COPY',
	description: "Whether the copy keeps the original's tags or gets new ones",
});

const keepAcl = field({
	displayName: 'Keep ACL',
	name: 'keepAcl',
	type: 'boolean',
	default: true,
	description: "Whether to also copy the original's access control list (ACL), which S3 does not do by default",
});

export default operation({
	resource: 'object',
	operation: 'copy',
	name: 'Copy',
	action: 'Copy an object',
	description:
		"Copy an object within a bucket, to another bucket or to another account. Overwrites an existing object unless 'If Exists' says otherwise.",
	fields: [
		destination,
		...fromTo,
		onConflict,
		options(
			allowSameKey,
			dryRun,
			keepAcl,
			memory,
			metadataDirective,
			...sourceConditions,
			sourceSseCustomerKey,
			sourceVersionId,
			taggingDirective,
			...writeOptions,
			...requestOptions,
		),
	],
	permissions: [
		...copyPermissions,
		{ action: 's3:GetObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
		{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'for versions with tags', option: 'versions' },
		{ action: 's3:GetObjectAcl', on: 'object', when: 'to keep the ACL', option: 'acl' },
		...propertyPermissions,
		...conflictPermissions,
	],
	effect: 'write',
	writesTo: { bucket: 'destinationBucket', key: 'destinationKey' },
	copiesFrom: { bucket: 'sourceBucket', key: 'sourceKey' },
	async execute({ s3, destination: to, params, budget, hint }) {
		const { options: chosen } = params;
		if (to) refuseKeepAcl(chosen.keepAcl);
		const source = {
			bucket: params.sourceBucket,
			key: params.sourceKey,
			versionId: chosen.sourceVersionId || undefined,
		};
		const target = { bucket: params.destinationBucket, key: params.destinationKey };
		const input = {
			...writeInput(chosen),
			...{ Bucket: target.bucket, Key: target.key },
			// Metadata or tags in the options replace those of the source by default.
			MetadataDirective: chosen.metadataDirective ?? (chosen.metadata ? 'REPLACE' : 'COPY'),
			TaggingDirective: chosen.taggingDirective ?? (chosen.tags ? 'REPLACE' : 'COPY'),
			...sourceConditionsInput(chosen),
		} as const;
		if (s3.isDryRun) await throwIfNoObject(forSource(s3, input), source);
		const { key, skipped, ...copied } = await (to
			? streamCopy({ from: s3, to, budget }, { source, input }, params.onConflict)
			: conditionalCopy(s3, { source, input }, params.onConflict));
		const at = { sourceBucket: source.bucket, sourceKey: source.key, bucket: target.bucket, key };
		const dry = s3.isDryRun && { dryRun: true };
		if (skipped) return { copied: false, ...dry, skipped: true, reason: skipped, ...at };
		if (dry) return { copied: false, ...dry, ...at };
		await checkWritten({ s3: to ?? s3, hint }, { bucket: target.bucket, key }, input);
		const acl = chosen.keepAcl ? await customAcl(s3, source) : undefined;
		if (acl) await keepAclOf(s3, { bucket: target.bucket, key }, acl);
		return { copied: true, ...at, ...toJson(copied) };
	},
});
