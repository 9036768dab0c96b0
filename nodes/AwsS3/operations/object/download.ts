import { storeBinary } from '../../core/binary';
import { badInput } from '../../core/errors';
import { bucket, key, options, outputField, requestOptions, sseCustomerKey, versionId } from '../../core/fields';
import { binaryFields, field, operation } from '../../core/operation';
import { toJson } from '../../core/output';
import { conditionsInput, readConditions } from '../../core/readOptions';
import { download as downloadFrom } from '../../s3/download';

const range = field({
	displayName: 'Range',
	name: 'range',
	type: 'string',
	default: '',
	placeholder: 'e.g. 0-1023',
	description: 'Only these bytes: 0-99 for the first hundred, 100- for all behind them, -100 for the last hundred',
});

const rangeOf = (text = '') => {
	const range = text.trim().replace(/^bytes=/, '');
	if (range === '') return undefined;
	if (/^(\d+-\d*|-\d+)$/.test(range)) return `bytes=${range}`;
	throw badInput(`'Range' cannot be '${text}'`, 'Enter the first and the last byte, such as 0-1023, 1024- or -1024.');
};

export default operation({
	resource: 'object',
	operation: 'download',
	name: 'Download',
	action: 'Download an object',
	description: 'Get the content of an object as a file',
	fields: [bucket, key, outputField, options(range, ...readConditions, ...requestOptions, sseCustomerKey, versionId)],
	permissions: [
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:GetObjectVersion', on: 'object', when: 'with a version' },
		{ action: 'kms:Decrypt', on: '*', when: 'for objects encrypted with KMS' },
	],
	effect: 'read',
	async execute({ s3, params, n8n }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const input = {
			Bucket,
			Key,
			VersionId: chosen.versionId || undefined,
			Range: rangeOf(chosen.range),
			...conditionsInput(chosen),
		};
		const { body, ContentLength: size, ContentType: mimeType, ...head } = await downloadFrom(s3, input);
		const file = await storeBinary(n8n, { body, key: Key, mimeType, length: size });
		const { contentType: _unused, acceptRanges: _always, ...known } = toJson(head);
		return {
			...{ bucket: Bucket, key: Key, size, contentType: mimeType },
			...known,
			[binaryFields]: { [params.binaryPropertyName]: file },
		};
	},
});
