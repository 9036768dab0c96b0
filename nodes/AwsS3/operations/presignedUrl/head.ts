import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { expiresIn, linkFor } from './presign';
import { operation } from '../../core/operation';

export default operation({
	resource: 'presignedUrl',
	operation: 'head',
	name: 'Head',
	action: 'Create a presigned URL for the properties of an object',
	description:
		'Create a link that lets anyone read size, type and metadata of an object with a HEAD request, until the link expires',
	fields: [bucket, key, expiresIn, options(...requestOptions, versionId)],
	permissions: [
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:GetObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const command = new HeadObjectCommand({ Bucket, Key, VersionId: chosen.versionId || undefined });
		return { bucket: Bucket, key: Key, method: 'HEAD', ...(await linkFor(s3, command, params.expiresIn)) };
	},
});
