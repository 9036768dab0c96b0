import { allowSameKey } from '../../core/objectFields/ifExists';
import { bucket, key, versionId } from '../../core/fields/locators';
import { dryRun, options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { keepAcl, restorePermissions } from '../../core/objectFields/replaceOptions';
import { replaceObject } from '../../s3/copy/replaceObject';
import { checkVersioning, versioningPermission } from './checkVersioning';

const requiredVersionId = field({
	...versionId,
	required: true,
	description: 'The version to make the latest',
});

export default operation({
	resource: 'version',
	operation: 'restore',
	name: 'Restore',
	action: 'Restore a version of an object',
	description: 'Make an older version the latest by copying it, with its metadata and tags. Keeps all versions.',
	fields: [bucket, key, requiredVersionId, options(allowSameKey, dryRun, keepAcl, ...requestOptions, sseCustomerKey)],
	permissions: [...restorePermissions, versioningPermission],
	effect: 'write',
	writesTo: { bucket: 'bucket', key: 'key' },
	async execute({ s3, params }) {
		const { bucket: name, key: Key, versionId: sourceVersionId, options: chosen } = params;
		const source = { bucket: name, key: Key, versionId: sourceVersionId };
		await checkVersioning(s3, name);
		const restored = await replaceObject(s3, { source, change: () => ({}), keepAcl: chosen.keepAcl });
		if (s3.isDryRun)
			return { restored: false, dryRun: true, bucket: name, key: Key, restoredVersionId: sourceVersionId };
		return { restored: true, bucket: name, key: Key, restoredVersionId: sourceVersionId, ...toJson(restored ?? {}) };
	},
});
