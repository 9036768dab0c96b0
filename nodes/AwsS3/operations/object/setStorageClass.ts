import { bucket, key } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { keepAcl, rewritePermissions } from '../../core/objectFields/replaceOptions';
import { storageClass } from '../../core/objectFields/writeOptions';
import { replaceObject } from '../../s3/copy/replaceObject';

export default operation({
	resource: 'object',
	operation: 'setStorageClass',
	name: 'Set Storage Class',
	action: 'Set the storage class of an object',
	description:
		'Change the storage class of an object in place. Keeps everything except defaults that the credential sets.',
	fields: [bucket, key, storageClass, options(keepAcl, ...requestOptions, sseCustomerKey)],
	permissions: [...rewritePermissions],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: name, key: Key, storageClass: StorageClass, options: chosen } = params;
		const updated = await replaceObject(s3, {
			source: { bucket: name, key: Key },
			keepAcl: chosen.keepAcl,
			change: (head) => ((head.StorageClass ?? 'STANDARD') === StorageClass ? undefined : { StorageClass }),
		});
		// Skip an object that already has this class: copying costs money and changes Last-Modified.
		return {
			updated: updated !== undefined,
			bucket: name,
			key: Key,
			storageClass: StorageClass,
			...toJson(updated ?? {}),
		};
	},
});
