import { bucket, prefix } from '../../core/fields/locators';
import { limit, limited, returnAll } from '../../core/fields/paging';
import { options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { operation } from '../../core/operation';
import { listPages } from '../../s3/list/list';

export default operation({
	resource: 'folder',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many folders',
	description: 'List the folders directly inside a bucket or folder',
	fields: [
		bucket,
		{
			...prefix,
			displayName: 'Parent Folder',
			name: 'parentFolder',
			description:
				"The folder to list. Leave empty to use the credential's prefix, or for the top level of the bucket.",
		},
		returnAll,
		limit,
		options(...requestOptions),
	],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }],
	effect: 'read',
	async *execute({ s3, params }) {
		const parent = params.parentFolder === '' ? '' : asFolder(params.parentFolder, 'Parent Folder');
		async function* listFolders() {
			const input = { Bucket: params.bucket, Prefix: parent || undefined, Delimiter: '/' };
			for await (const { folders } of listPages(s3, input)) yield* folders;
		}
		for await (const folder of limited(listFolders(), params))
			yield { bucket: params.bucket, folder, name: folder.slice(parent.length, -1) };
	},
});
