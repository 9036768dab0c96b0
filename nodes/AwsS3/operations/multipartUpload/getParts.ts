import { bucket } from '../../core/fields/locators';
import { limit, limited, returnAll } from '../../core/fields/paging';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { uploadFields } from '../../core/fields/uploadFields';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { decryptPermission } from '../../core/objectFields/readOptions';
import { listParts } from '../../s3/list/uploads';

export default operation({
	resource: 'multipartUpload',
	operation: 'getParts',
	name: 'Get Parts',
	action: 'Get the parts of a multipart upload',
	description: 'List the uploaded parts of an incomplete multipart upload',
	fields: [bucket, ...uploadFields, returnAll, limit, options(...requestOptions, sseCustomerKey)],
	permissions: [{ action: 's3:ListMultipartUploadParts', on: 'object' }, decryptPermission],
	effect: 'read',
	async *execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId } = params;
		for await (const part of limited(listParts(s3, { Bucket, Key, UploadId }), params)) yield toJson(part);
	},
});
