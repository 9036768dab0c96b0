import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { merged, tagsAsJson, tagSet, tags } from '../../core/objectFields/tags';
import { putTags, tagsOf } from '../../s3/settings/tagging';

const mode = field({
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'Merge', value: 'merge', description: 'Add or update these tags and keep all others' },
		{ name: 'Replace', value: 'replace', description: 'Remove all other tags' },
	],
	default: 'merge',
	description: 'What to do with existing tags',
});

export default operation({
	resource: 'object',
	operation: 'setTags',
	name: 'Set Tags',
	action: 'Set the tags of an object',
	description: 'Add tags to an object, or replace all its tags',
	fields: [bucket, key, tags, mode, options(...requestOptions, versionId)],
	permissions: [
		{ action: 's3:PutObjectTagging', on: 'object' },
		{ action: 's3:GetObjectTagging', on: 'object', when: 'to merge' },
		{ action: 's3:PutObjectVersionTagging', on: 'object', when: 'with a version', option: 'versions' },
		{
			action: 's3:GetObjectVersionTagging',
			on: 'object',
			when: 'to merge with those of a version',
			option: 'versions',
		},
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: name, key: Key, options: chosen } = params;
		const at = { bucket: name, key: Key, versionId: chosen.versionId || undefined };
		const newTags = tagSet(params.tags);
		const resultTags = params.mode === 'merge' ? merged(await tagsOf(s3, at), newTags) : newTags;
		await putTags(s3, at, resultTags);
		return { updated: true, ...at, tags: tagsAsJson(resultTags) };
	},
});
