import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bucket, newKey } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { expiresIn, linkFor } from './presign';
import { operation } from '../../core/operation';
import { acl } from '../../core/objectFields/accessFields';
import { contentType, metadata } from '../../core/objectFields/headerFields';
import { generateKeyPermission, storageClass, writeInput } from '../../core/objectFields/writeOptions';
import { metadataHeaders } from '../../s3/sdk/metadataEncoding';

export default operation({
	resource: 'presignedUrl',
	operation: 'upload',
	name: 'Upload',
	action: 'Create an upload link',
	description: 'Create a link that lets anyone upload one object with a PUT request, until the link expires',
	fields: [bucket, newKey, expiresIn, options(acl, contentType, metadata, ...requestOptions, storageClass)],
	permissions: [
		{ action: 's3:PutObject', on: 'object' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'with an ACL', option: 'acl' },
		generateKeyPermission,
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const input = writeInput(chosen);
		const StorageClass = input.StorageClass ?? s3.defaults.StorageClass;
		const ServerSideEncryption = input.ServerSideEncryption ?? s3.defaults.ServerSideEncryption;
		const SSEKMSKeyId = input.SSEKMSKeyId ?? s3.defaults.SSEKMSKeyId;
		const headers = {
			...(input.ContentType && { 'Content-Type': input.ContentType }),
			...(input.ACL && { 'x-amz-acl': input.ACL }),
			...(StorageClass && { 'x-amz-storage-class': StorageClass }),
			...(ServerSideEncryption && { 'x-amz-server-side-encryption': ServerSideEncryption }),
			...(SSEKMSKeyId && { 'x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId }),
			...metadataHeaders(input.Metadata),
		};
		const link = await linkFor(s3, new PutObjectCommand({ ...input, Bucket, Key }), params.expiresIn, headers);
		return { bucket: Bucket, key: Key, method: 'PUT', ...link };
	},
});
