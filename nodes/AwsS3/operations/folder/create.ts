import { PutObjectCommand } from '@aws-sdk/client-s3';
import { bucket, folderPath } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { operation } from '../../core/operation';
import { storageClass } from '../../core/objectFields/writeOptions';

export default operation({
	resource: 'folder',
	operation: 'create',
	name: 'Create',
	action: 'Create a folder',
	description: 'Make an empty folder. S3 needs none: a folder appears with the first object in it.',
	fields: [bucket, folderPath, options(...requestOptions, storageClass)],
	permissions: [{ action: 's3:PutObject', on: 'object' }],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, options: chosen } = params;
		const Key = asFolder(params.folder);
		await s3.send(
			new PutObjectCommand({
				Bucket,
				Key,
				Body: '',
				ContentLength: 0,
				ContentType: 'application/x-directory',
				StorageClass: chosen.storageClass,
			}),
		);
		return { created: true, bucket: Bucket, folder: Key };
	},
});
