import { bypassGovernance, bypassPermission, deletion, mfa } from '../../core/objectFields/deleteBatch';
import { bucket, key, versionId } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';

const requiredVersionId = field({ ...versionId, required: true, description: 'The version to delete permanently' });

export default operation({
	resource: 'version',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a version of an object',
	description:
		'Delete a version of an object permanently. If it is the latest, the previous version becomes the latest.',
	fields: [bucket, key, requiredVersionId, options(bypassGovernance, dryRun, mfa, ...requestOptions)],
	permissions: [{ action: 's3:DeleteObjectVersion', on: 'object' }, bypassPermission],
	effect: 'destructive',
	batch: deletion,
});
