import { DeleteObjectTaggingCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { tagsAsJson } from '../../core/objectFields/tags';
import { tagsOf } from '../../s3/settings/tagging';

export default operation({
	resource: 'object',
	operation: 'deleteTags',
	name: 'Delete Tags',
	action: 'Delete the tags of an object',
	description: 'Remove all tags of an object and keep the object',
	fields: [bucket, key, options(dryRun, ...requestOptions, versionId)],
	permissions: [
		{ action: 's3:DeleteObjectTagging', on: 'object' },
		{ action: 's3:DeleteObjectVersionTagging', on: 'object', when: 'with a version', option: 'versions' },
		{ action: 's3:GetObjectTagging', on: 'object', when: 'for a dry run', option: 'dryRun' },
		{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'for a dry run with a version', option: 'dryRun' },
	],
	effect: 'destructive',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const at = { bucket: Bucket, key: Key, versionId: chosen.versionId || undefined };
		if (chosen.dryRun) return { deleted: false, dryRun: true, ...at, tags: tagsAsJson(await tagsOf(s3, at)) };
		await s3.send(new DeleteObjectTaggingCommand({ Bucket, Key, VersionId: at.versionId }));
		return { deleted: true, ...at };
	},
});
