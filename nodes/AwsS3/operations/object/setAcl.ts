import { PutObjectAclCommand } from '@aws-sdk/client-s3';
import { badInput } from '../../core/errors/badInput';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { accessInput, acl, grants } from '../../core/objectFields/accessFields';

export default operation({
	resource: 'object',
	operation: 'setAcl',
	name: 'Set ACL',
	action: 'Set the ACL of an object',
	description: 'Replace the access control list of an object with a predefined (canned) ACL or grants',
	fields: [bucket, key, options(acl, ...grants, ...requestOptions, versionId)],
	permissions: [
		{ action: 's3:PutObjectAcl', on: 'object' },
		{ action: 's3:PutObjectVersionAcl', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const { ACL, ...granted } = accessInput(chosen);
		const hasGrants = Object.values(granted).some((grant) => grant !== undefined);
		if (!ACL && !hasGrants) throw badInput("Both 'ACL' and grants are empty", "Add 'ACL' or a grant in 'Options'.");
		if (ACL && hasGrants)
			throw badInput(
				"'ACL' and grants cannot be combined",
				"S3 accepts one or the other. Remove 'ACL' or the grants in 'Options'.",
			);
		await s3.send(new PutObjectAclCommand({ Bucket, Key, VersionId: chosen.versionId || undefined, ACL, ...granted }));
		return { updated: true, bucket: Bucket, key: Key };
	},
});
