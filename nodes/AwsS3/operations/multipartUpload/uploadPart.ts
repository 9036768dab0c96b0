import { bucket } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { partNumber, uploadFields } from '../../core/fields/uploadFields';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { contentOf, sourceFields } from '../../core/io/sources';
import { decryptPermission } from '../../core/objectFields/readOptions';
import { checksumAlgorithm, generateKeyPermission } from '../../core/objectFields/writeOptions';
import { sendAsPart } from './onePart';

export default operation({
	resource: 'multipartUpload',
	operation: 'uploadPart',
	name: 'Upload Part',
	action: 'Upload a part of a multipart upload',
	description: 'Upload one part of a multipart upload. All parts except the last need at least 5 MiB.',
	fields: [
		bucket,
		...uploadFields,
		partNumber,
		...sourceFields,
		options(checksumAlgorithm, ...requestOptions, sseCustomerKey),
	],
	permissions: [{ action: 's3:PutObject', on: 'object' }, generateKeyPermission, decryptPermission],
	effect: 'write',
	async execute({ s3, params, n8n, items, signal, budget }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber, options: chosen } = params;
		const at = { Bucket, Key, UploadId, PartNumber, ChecksumAlgorithm: chosen.checksumAlgorithm };
		const file = await contentOf(params, { n8n, items, signal });
		const { size, sent } = await sendAsPart(s3, file, at, { budget, signal });
		return { uploaded: true, bucket: Bucket, key: Key, partNumber: PartNumber, size, ...toJson(sent) };
	},
});
