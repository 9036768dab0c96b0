import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { simplify } from '../../core/fields/paging';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { conditionsInput, readConditions, readPermissions } from '../../core/objectFields/readOptions';

export default operation({
	resource: 'object',
	operation: 'get',
	name: 'Get',
	action: 'Get the properties of an object',
	description: 'Get size, type, metadata and other properties of an object, without its content',
	fields: [bucket, key, simplify, options(...readConditions, ...requestOptions, sseCustomerKey, versionId)],
	permissions: [
		...readPermissions,
		{ action: 's3:GetObjectRetention', on: 'object', when: 'to show a lock', option: 'lock' },
		{ action: 's3:GetObjectLegalHold', on: 'object', when: 'to show a lock', option: 'lock' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const input = {
			Bucket,
			Key,
			VersionId: chosen.versionId || undefined,
			ChecksumMode: 'ENABLED',
			...conditionsInput(chosen),
		} as const;
		const { ContentLength: size, ...head } = await s3.send(new HeadObjectCommand(input));
		const { contentType, lastModified, etag, storageClass = 'STANDARD', metadata, ...rest } = toJson(head);
		return {
			bucket: Bucket,
			key: Key,
			size,
			contentType,
			lastModified,
			etag,
			storageClass,
			metadata,
			...(params.simplify ? {} : rest),
		};
	},
});
