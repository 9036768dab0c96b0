import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { tagsAsJson } from '../../core/objectFields/tags';
import { tagsOf } from '../../s3/settings/tagging';

export default operation({
	resource: 'object',
	operation: 'getTags',
	name: 'Get Tags',
	action: 'Get the tags of an object',
	description: 'Get the tags of an object as names and values',
	fields: [bucket, key, options(...requestOptions, versionId)],
	permissions: [
		{ action: 's3:GetObjectTagging', on: 'object' },
		{ action: 's3:GetObjectVersionTagging', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: name, key: Key, options: chosen } = params;
		const at = { bucket: name, key: Key, versionId: chosen.versionId || undefined };
		return { ...at, tags: tagsAsJson(await tagsOf(s3, at)) };
	},
});
