import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bucket, newFolderPath } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { operation } from '../../core/operation';
import { generateKeyPermission, storageClass } from '../../core/objectFields/writeOptions';
import { statusOf } from '../../s3/failure';
import { ifFree, orSkip } from '../../s3/write/conditionalWrite';

export default operation({
	resource: 'folder',
	operation: 'create',
	name: 'Create',
	action: 'Create a folder',
	description: 'Make an empty folder, unless it is there. S3 needs none: a folder appears with the first object in it.',
	fields: [bucket, newFolderPath, options(...requestOptions, storageClass)],
	permissions: [{ action: 's3:PutObject', on: 'object' }, generateKeyPermission],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, options: chosen } = params;
		const Key = asFolder(params.folder);
		const input = { Bucket, Key, Body: '', ContentLength: 0, ContentType: 'application/x-directory' };
		const { storageClass: StorageClass } = chosen;
		const write = async (condition: { IfNoneMatch?: '*' }) =>
			await s3.send(new PutObjectCommand({ ...input, StorageClass, ...condition }));
		// What is there already may have content.
		const stored = await ifFree(s3, { bucket: Bucket, key: Key }, 'conditionalPut', write)
			.catch(async (error) => {
				// Users who may only write cannot look; then the condition has to do.
				if (statusOf(error) !== 403) throw error;
				return await write({ IfNoneMatch: '*' });
			})
			.catch(orSkip(Key, 'skip'));
		return { created: !('skipped' in stored), bucket: Bucket, folder: Key };
	},
});
