import { bypassGovernance, bypassPermission, deletion, mfa } from '../../core/objectFields/deleteBatch';
import { bucket, key, versionId } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { narrowingField } from '../../core/field';
import { operation } from '../../core/operation';
import { ifMatch } from '../../core/objectFields/readOptions';

/** Without it the current object would be deleted instead. */
const versionToDelete = narrowingField({ ...versionId, description: 'The version to delete permanently' });

export default operation({
	resource: 'object',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete an object',
	description: 'Delete an object or one of its versions',
	fields: [bucket, key, options(bypassGovernance, dryRun, ifMatch, mfa, ...requestOptions, versionToDelete)],
	permissions: [
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
		bypassPermission,
	],
	effect: 'destructive',
	batch: deletion,
});
