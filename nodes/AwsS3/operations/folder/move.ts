import { conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { folderFromTo, folderPlaces } from './folderPairFields';
import { forEachObject } from './forEachObject';
import { operation } from '../../core/operation';
import { keepAcl, rewritePermissions } from '../../core/objectFields/replaceOptions';
import { storageClass } from '../../core/objectFields/writeOptions';
import { move } from '../../s3/copy/move';

export default operation({
	resource: 'folder',
	operation: 'move',
	name: 'Move',
	action: 'Move a folder',
	description: 'Move or rename a folder: copy each object, verify the copy, then delete the original',
	fields: [...folderFromTo, onConflict, options(dryRun, keepAcl, ...requestOptions, storageClass)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		...rewritePermissions,
		{ action: 's3:DeleteObject', on: 'object' },
		...conflictPermissions,
	],
	effect: 'destructive',
	...folderPlaces,
	async *execute({ s3, params, hint }) {
		const { onConflict: conflict, options: chosen } = params;
		const change = chosen.storageClass ? { StorageClass: chosen.storageClass } : {};
		yield* forEachObject({ s3, hint }, 'moved', params, async ({ source, target }, signal) => {
			const one = { source, target, change, keepAcl: chosen.keepAcl, onConflict: conflict };
			return await move(s3.endedBy(signal), one);
		});
	},
});
