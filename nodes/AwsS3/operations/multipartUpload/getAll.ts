import { bucket, prefix } from '../../core/fields/locators';
import { limit, limited, returnAll } from '../../core/fields/paging';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { listUploads } from '../../s3/list/uploads';

export default operation({
	resource: 'multipartUpload',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many multipart uploads',
	description: 'List incomplete multipart uploads, which are billed but not listed as objects',
	fields: [bucket, prefix, returnAll, limit, options(...requestOptions)],
	permissions: [{ action: 's3:ListBucketMultipartUploads', on: 'bucket' }],
	effect: 'read',
	async *execute({ s3, params }) {
		const uploads = listUploads(s3, { Bucket: params.bucket, Prefix: params.prefix || undefined });
		for await (const upload of limited(uploads, params)) {
			const { key, uploadId, initiated, ...rest } = toJson(upload);
			yield { key, uploadId, initiated, ...rest };
		}
	},
});
