import { conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { destination, refuseKeepAcl } from '../../core/objectFields/destination';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { folderFromTo, folderPlaces } from './folderPairFields';
import { forEachObject } from './forEachObject';
import { storageClasses } from '../../core/fields/choices';
import { operation } from '../../core/operation';
import { copyPermissions, keepAcl, keepLockPermissions } from '../../core/objectFields/replaceOptions';
import { storageClass } from '../../core/objectFields/writeOptions';
import { streamCopy } from '../../s3/copy/streamCopy';
import { conditionalCopy } from '../../s3/copy/conditionalCopy';
import { replaceObject } from '../../s3/copy/replaceObject';
import { storedAs } from '../../s3/copy/storedAs';

export default operation({
	resource: 'folder',
	operation: 'copy',
	name: 'Copy',
	action: 'Copy a folder',
	description: 'Copy all objects in a folder, of any number and size, to another folder, bucket or credential',
	fields: [destination, ...folderFromTo, onConflict, options(dryRun, keepAcl, memory, ...requestOptions, storageClass)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		...copyPermissions,
		{ action: 's3:GetObjectAcl', on: 'object', when: 'to keep the ACL', option: 'acl' },
		{ action: 's3:PutObjectAcl', on: 'object', when: 'to keep the ACL', option: 'acl' },
		...keepLockPermissions,
		...conflictPermissions,
	],
	effect: 'write',
	...folderPlaces,
	async *execute({ s3, destination: to, params, budget, hint }) {
		const { onConflict: conflict, options: chosen } = params;
		if (to) refuseKeepAcl(chosen.keepAcl);
		yield* forEachObject(
			{ s3, destination: to, hint },
			'copied',
			params,
			async ({ source, target, storageClass: sourceClass }, signal) => {
				const from = s3.endedBy(signal);
				const change = { StorageClass: chosen.storageClass };
				if (chosen.keepAcl)
					return await replaceObject(from, { source, target, change: () => change, onConflict: conflict });
				// Another server may not support these storage classes.
				const isKnown = !to || storageClasses.some(({ value }) => value === sourceClass);
				const original = { StorageClass: isKnown ? sourceClass : undefined };
				const stored = storedAs(to ?? s3, { chosen: change, original, isSameBucket: false });
				const input = { ...stored, Bucket: target.bucket, Key: target.key };
				if (!to) return await conditionalCopy(from, { source, input }, conflict);
				return await streamCopy({ from, to: to.endedBy(signal), budget }, { source, input }, conflict);
			},
		);
	},
});
