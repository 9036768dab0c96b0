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
		{ name: 'Merge', value: 'merge', description: 'Other metadata stays, that of the same name gets the new value' },
		{ name: 'Replace', value: 'replace', description: 'This is all the metadata that it has afterwards' },
	],
	default: 'merge',
	description: 'What happens to the metadata that the object has',
});

export default operation({
	resource: 'object',
	operation: 'setMetadata',
	name: 'Set Metadata',
	action: 'Set the metadata of an object',
	description:
		'Change metadata and headers of an object in place, and keep everything else that the connection does not set',
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
