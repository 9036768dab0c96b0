import { bypassGovernance, bypassPermission, deletion, mfa } from '../../core/objectFields/deleteBatch';
import { bucket, key, versionId } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { ifMatch } from '../../core/objectFields/readOptions';

export default operation({
	resource: 'object',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete an object',
	description: 'Delete one object, or one version of it, for each item',
	fields: [bucket, key, options(bypassGovernance, dryRun, ifMatch, mfa, ...requestOptions, versionId)],
	permissions: [
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
		bypassPermission,
	],
	effect: 'destructive',
	batch: deletion,
});
