import { GetObjectAttributesCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { readPermissions } from '../../core/objectFields/readOptions';

export default operation({
	resource: 'object',
	operation: 'getAttributes',
	name: 'Get Attributes',
	action: 'Get the attributes of an object',
	description: 'Get checksum, size, storage class and parts of an object, without its content',
	fields: [bucket, key, options(...requestOptions, sseCustomerKey, versionId)],
	permissions: [
		...readPermissions,
		{ action: 's3:GetObjectAttributes', on: 'object' },
		{ action: 's3:GetObjectVersionAttributes', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const attributes = await s3.send(
			new GetObjectAttributesCommand({
				Bucket,
				Key,
				VersionId: chosen.versionId || undefined,
				ObjectAttributes: ['ETag', 'Checksum', 'ObjectParts', 'StorageClass', 'ObjectSize'],
			}),
		);
		const { objectSize: size, ...rest } = toJson(attributes);
		return { bucket: Bucket, key: Key, size, ...rest };
	},
});
