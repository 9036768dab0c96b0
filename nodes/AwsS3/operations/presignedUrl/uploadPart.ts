import { UploadPartCommand } from '@aws-sdk/client-s3';
import { bucket } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { expiresIn, linkFor } from './presign';
import { partNumber, uploadFields } from '../../core/fields/uploadFields';
import { operation } from '../../core/operation';
import { decryptPermission } from '../../core/objectFields/readOptions';
import { generateKeyPermission } from '../../core/objectFields/writeOptions';

export default operation({
	resource: 'presignedUrl',
	operation: 'uploadPart',
	name: 'Upload Part',
	action: 'Create a presigned URL for a part of an upload',
	description: 'Make a link with which anybody can send one part of a multipart upload, with a PUT request',
	fields: [bucket, ...uploadFields, partNumber, expiresIn, options(...requestOptions)],
	permissions: [{ action: 's3:PutObject', on: 'object' }, generateKeyPermission, decryptPermission],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber } = params;
		const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber });
		const at = { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber };
		return { ...at, method: 'PUT', ...(await linkFor(s3, command, params.expiresIn)) };
	},
});
