import mime from 'mime-types';
import { bucket, newKey } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import {
	generateKeyPermission,
	propertyPermissions,
	tagsPermission,
	writeInput,
	writeOptions,
} from '../../core/objectFields/writeOptions';
import { beginMultipartUpload } from '../../s3/write/multipart';

export default operation({
	resource: 'multipartUpload',
	operation: 'create',
	name: 'Create',
	action: 'Create a multipart upload',
	description: 'Start a multipart upload. The object appears when you complete it.',
	fields: [bucket, newKey, options(...writeOptions, ...requestOptions)],
	permissions: [
		{ action: 's3:PutObject', on: 'object' },
		generateKeyPermission,
		...propertyPermissions,
		tagsPermission,
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const headers = writeInput(chosen);
		const ContentType = headers.ContentType ?? (mime.lookup(Key) || undefined);
		const uploadId = await beginMultipartUpload(s3, { ...headers, Bucket, Key, ContentType });
		return { created: true, bucket: Bucket, key: Key, uploadId };
	},
});
