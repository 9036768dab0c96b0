import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { expiresIn, linkFor } from './presign';
import { operation } from '../../core/operation';

export default operation({
	resource: 'presignedUrl',
	operation: 'delete',
	name: 'Delete',
	action: 'Create a presigned URL for a deletion',
	description: 'Create a link that lets anyone delete one object with a DELETE request, until the link expires',
	fields: [bucket, key, expiresIn, options(...requestOptions, versionId)],
	permissions: [
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const command = new DeleteObjectCommand({ Bucket, Key, VersionId: chosen.versionId || undefined });
		return { bucket: Bucket, key: Key, method: 'DELETE', ...(await linkFor(s3, command, params.expiresIn)) };
	},
});
