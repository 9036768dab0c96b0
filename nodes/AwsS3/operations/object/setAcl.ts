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
	description: 'Replace the access control list of an object, by one of the sets of S3 or by grants',
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
		if (!ACL && !hasGrants)
			throw badInput("Neither 'ACL' nor a grant is given", "Add 'ACL' or one of the grants in 'Options'.");
		if (ACL && hasGrants)
			throw badInput(
				"'ACL' and grants are given",
				"S3 takes one or the other. Leave out 'ACL' or the grants in 'Options'.",
			);
		await s3.send(new PutObjectAclCommand({ Bucket, Key, VersionId: chosen.versionId || undefined, ACL, ...granted }));
		return { updated: true, bucket: Bucket, key: Key };
	},
});
