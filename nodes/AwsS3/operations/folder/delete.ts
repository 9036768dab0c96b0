import { bucket, folderPath } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { asFolder } from '../../core/fields/folders';
import { operation } from '../../core/operation';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import { deleteAll } from '../../s3/delete/deleteObjects';
import { listObjects } from '../../s3/list/list';

async function* keysIn(s3: S3, Bucket: string, Prefix: string) {
	for await (const { Key } of listObjects(s3, { Bucket, Prefix })) yield { key: Key };
}

export default operation({
	resource: 'folder',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a folder',
	description: 'Delete a folder and all objects in it, of any number',
	fields: [bucket, folderPath, options(dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:DeleteObject', on: 'object' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket } = params;
		const folder = asFolder(params.folder);
		yield* reported(
			deleteAll(s3, Bucket, (signal) => keysIn(s3.endedBy(signal), Bucket, folder)),
			s3.isDryRun,
			{
				planned: ({ key }) => ({ deleted: false, bucket: Bucket, key }),
				summary: ({ complete, done, failures }) => ({
					...{ deleted: complete && done > 0, bucket: Bucket, folder, objects: done, ...failures },
					...(complete && done === 0 && { reason: 'The folder does not exist' }),
				}),
			},
		);
	},
});
