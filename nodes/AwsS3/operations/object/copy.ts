import { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import { bucket, key, options, requestOptions } from '../../core/fields';
import { field, operation } from '../../core/operation';
import { toJson } from '../../core/output';
import { quotedEtag } from '../../core/readOptions';
import { customerKey } from '../../core/requestOptions';
import { writeInput, writeOptions } from '../../core/writeOptions';
import { copy as copyObject } from '../../s3/copy';

const sourceBucket = field({
	...bucket,
	displayName: 'Source Bucket',
	name: 'sourceBucket',
	description: "The bucket to copy from. Leave empty for the connection's own bucket.",
});

const sourceKey = field({
	...key,
	displayName: 'Source Key',
	name: 'sourceKey',
	description: 'The full name of the object to copy, folders included',
});

const destinationBucket = field({
	...bucket,
	displayName: 'Destination Bucket',
	name: 'destinationBucket',
	description: "The bucket to copy to. Leave empty for the connection's own bucket.",
});

const destinationKey = field({
	displayName: 'Destination Key',
	name: 'destinationKey',
	type: 'string',
	required: true,
	default: '',
	placeholder: 'e.g. archive/2026/0001.pdf',
	description: 'The full name of the copy, folders included',
});

const metadataDirective = field({
	displayName: 'Metadata and Headers',
	name: 'metadataDirective',
	type: 'options',
	options: [
		{ name: 'Keep', value: 'COPY', description: "As the original's" },
		{ name: 'Replace', value: 'REPLACE', description: 'By those given in these options' },
	],
	default: 'COPY',
	description: 'Where metadata and content headers of the copy come from',
});

const taggingDirective = field({
	displayName: 'Tags of the Copy',
	name: 'taggingDirective',
	type: 'options',
	options: [
		{ name: 'Keep', value: 'COPY', description: "As the original's" },
		{ name: 'Replace', value: 'REPLACE', description: 'By those given in these options' },
	],
	default: 'COPY',
	description: 'Where the tags of the copy come from',
});

const keepAcl = field({
	displayName: 'Keep ACL',
	name: 'keepAcl',
	type: 'boolean',
	default: true,
	description: "Whether the copy gets the original's access control list, which S3 does not copy by itself",
});

const sourceVersionId = field({
	displayName: 'Source Version ID',
	name: 'sourceVersionId',
	type: 'string',
	default: '',
	description: 'Leave empty for the latest version',
});

const sourceSseCustomerKey = field({
	displayName: 'Source SSE-C Key',
	name: 'sourceSseCustomerKey',
	type: 'string',
	typeOptions: { password: true },
	default: '',
	description: 'The key that the original is encrypted with, in Base64',
});

const sourceIfMatch = field({
	displayName: 'Source If Match',
	name: 'sourceIfMatch',
	type: 'string',
	default: '',
	description: 'Copy only if the ETag of the original is this one',
});

export default operation({
	resource: 'object',
	operation: 'copy',
	name: 'Copy',
	action: 'Copy an object',
	description: 'Copy an object inside S3, within a bucket or between buckets; one of the same key is replaced',
	fields: [
		sourceBucket,
		sourceKey,
		destinationBucket,
		destinationKey,
		options(
			keepAcl,
			metadataDirective,
			sourceIfMatch,
			sourceSseCustomerKey,
			sourceVersionId,
			taggingDirective,
			...writeOptions,
			...requestOptions,
		),
	],
	permissions: [
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:GetObjectTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:PutObjectTagging', on: 'object', when: 'for objects with tags' },
		{ action: 's3:GetObjectAcl', on: 'object', when: 'to keep the ACL' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL or grants' },
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { options: chosen } = params;
		const source = {
			bucket: params.sourceBucket,
			key: params.sourceKey,
			versionId: chosen.sourceVersionId || undefined,
		};
		const target = { Bucket: params.destinationBucket, Key: params.destinationKey };
		const { SSECustomerAlgorithm, SSECustomerKey } = customerKey(chosen.sourceSseCustomerKey, 'Source SSE-C Key');
		const copied = await copyObject(s3, {
			source,
			input: {
				...writeInput(chosen),
				...target,
				// Whoever names new ones wants them, whatever the switch says.
				MetadataDirective: chosen.metadataDirective ?? (chosen.metadata ? 'REPLACE' : 'COPY'),
				TaggingDirective: chosen.taggingDirective ?? (chosen.tags ? 'REPLACE' : 'COPY'),
				CopySourceIfMatch: quotedEtag(chosen.sourceIfMatch),
				CopySourceSSECustomerAlgorithm: SSECustomerAlgorithm,
				CopySourceSSECustomerKey: SSECustomerKey,
			},
		});
		if (chosen.keepAcl) {
			const { Owner, Grants } = await s3.send(
				new GetObjectAclCommand({ Bucket: source.bucket, Key: source.key, VersionId: source.versionId }),
			);
			await s3.send(new PutObjectAclCommand({ ...target, AccessControlPolicy: { Owner, Grants } }));
		}
		return {
			copied: true,
			sourceBucket: source.bucket,
			sourceKey: source.key,
			bucket: target.Bucket,
			key: target.Key,
			...toJson(copied),
		};
	},
});
