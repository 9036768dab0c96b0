import { storeBinary } from '../../core/io/binary';
import { bucket, key } from '../../core/fields/locators';
import { memory, options, outputField } from '../../core/fields/options';
import { binaryFields, operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { contentInput, contentOptions, readPermissions } from '../../core/objectFields/readOptions';
import { download as downloadFrom } from '../../s3/read/download';

export default operation({
	resource: 'object',
	operation: 'download',
	name: 'Download',
	action: 'Download a file',
	description: 'Download an object as a file',
	fields: [bucket, key, outputField, options(...contentOptions, memory)],
	permissions: [...readPermissions],
	effect: 'read',
	async execute({ s3, params, n8n, budget, signal }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const input = contentInput(Bucket, Key, chosen);
		const { body, ContentLength: size, ContentType: mimeType, ...head } = await downloadFrom(s3, input, { budget });
		const file = await storeBinary(n8n, { body, key: Key, mimeType, length: size, signal });
		const { contentType: _unused, acceptRanges: _always, ...known } = toJson(head);
		return {
			...{ bucket: Bucket, key: Key, size, contentType: mimeType },
			...known,
			[binaryFields]: { [params.binaryPropertyName]: file },
		};
	},
});
