import { badInput } from '../../core/errors/badInput';
import { bucket, key } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { keepAcl, rewritePermissions } from '../../core/objectFields/replaceOptions';
import { contentHeaders, headersInput, metadata } from '../../core/objectFields/headerFields';
import { replaceObject } from '../../s3/copy/replaceObject';

const mode = field({
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [
		{ name: 'Merge', value: 'merge', description: 'Add or update these entries and keep all others' },
		{ name: 'Replace', value: 'replace', description: 'Remove all other metadata' },
	],
	default: 'merge',
	description: 'What to do with existing metadata',
});

export default operation({
	resource: 'object',
	operation: 'setMetadata',
	name: 'Set Metadata',
	action: 'Set the metadata of an object',
	description:
		'Change the metadata and headers of an object in place. Keeps everything except defaults that the credential sets.',
	fields: [bucket, key, metadata, mode, options(...contentHeaders, keepAcl, ...requestOptions, sseCustomerKey)],
	permissions: [...rewritePermissions],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: name, key: Key, mode: selectedMode, options: chosen } = params;
		const { Metadata: newMetadata = {}, ...headers } = headersInput({ ...chosen, metadata: params.metadata });
		const changed = Object.entries(headers).filter(([, value]) => value !== undefined);
		if (changed.length === 0 && Object.keys(newMetadata).length === 0 && selectedMode === 'merge')
			throw badInput("'Metadata' is empty", "Add metadata, or a header such as 'Content Type' in 'Options'.");
		const updated = await replaceObject(s3, {
			source: { bucket: name, key: Key },
			keepAcl: chosen.keepAcl,
			change: ({ Metadata = {} }) => ({
				...Object.fromEntries(changed),
				// S3 stores metadata names in lower case.
				Metadata: { ...(selectedMode === 'merge' && Metadata), ...lowerCased(newMetadata) },
			}),
		});
		return { updated: true, bucket: name, key: Key, ...toJson(updated ?? {}) };
	},
});

const lowerCased = (values: Record<string, string>) =>
	Object.fromEntries(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
