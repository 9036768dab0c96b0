import { GetObjectAclCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';

export default operation({
	resource: 'object',
	operation: 'getAcl',
	name: 'Get ACL',
	action: 'Get the ACL of an object',
	description: 'Get the owner of an object and who its access control list (ACL) gives access',
	fields: [bucket, key, options(...requestOptions, versionId)],
	permissions: [
		{ action: 's3:GetObjectAcl', on: 'object' },
		{ action: 's3:GetObjectVersionAcl', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const acl = await s3.send(new GetObjectAclCommand({ Bucket, Key, VersionId: chosen.versionId || undefined }));
		return { bucket: Bucket, key: Key, ...toJson(acl) };
	},
});
