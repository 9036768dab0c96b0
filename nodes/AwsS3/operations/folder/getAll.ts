import { bucket, prefix } from '../../core/fields/locators';
import { limit, returnAll } from '../../core/fields/paging';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { operation } from '../../core/operation';
import { listPages } from '../../s3/list/list';

export default operation({
	resource: 'folder',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many folders',
	description: 'List the folders in a bucket or folder, one level of them',
	fields: [
		bucket,
		{
			...prefix,
			displayName: 'Parent Folder',
			name: 'parentFolder',
			description: 'The folder to look into. Leave empty for the top of the bucket.',
		},
		returnAll,
		limit,
		options(...requestOptions),
	],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }],
	effect: 'read',
	async *execute({ s3, params }) {
		const parent = params.parentFolder === '' ? '' : asFolder(params.parentFolder, 'Parent Folder');
		let remaining = params.returnAll ? Infinity : (params.limit ?? Infinity);
		for await (const { folders } of listPages(s3, {
			Bucket: params.bucket,
			Prefix: parent || undefined,
			Delimiter: '/',
		})) {
			for (const folder of folders) {
				if (remaining-- <= 0) return;
				yield { bucket: params.bucket, folder, name: folder.slice(parent.length, -1) };
			}
		}
	},
});
