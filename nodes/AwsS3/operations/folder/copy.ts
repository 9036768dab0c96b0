import { conflictPermissions, onConflict } from '../../core/conflicts';
import { dryRun, options, requestOptions } from '../../core/fields';
import { folderFromTo, journeys, planned, travel } from '../../core/journeys';
import { operation } from '../../core/operation';
import { keepAcl, rewritePermissions } from '../../core/rewriteOptions';
import { storageClass } from '../../core/writeOptions';
import { copyUnless } from '../../s3/copyUnless';
import { rewrite } from '../../s3/rewrite';

export default operation({
	resource: 'folder',
	operation: 'copy',
	name: 'Copy',
	action: 'Copy a folder',
	description: 'Copy everything in a folder to another folder or bucket inside S3, however much that is',
	fields: [...folderFromTo, onConflict, options(dryRun, keepAcl, ...requestOptions, storageClass)],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }, ...rewritePermissions, ...conflictPermissions],
	effect: 'write',
	async *execute({ s3, params }) {
		const { onConflict: conflict, options: chosen } = params;
		const all = journeys(s3, params);
		if (chosen.dryRun) {
			yield* planned('copied', all);
			return;
		}
		const summary = await travel(all, async ({ source, target, storageClass: own }) => {
			const change = { StorageClass: chosen.storageClass ?? own };
			if (chosen.keepAcl) return await rewrite(s3, { source, target, change: () => change, onConflict: conflict });
			const input = { ...change, Bucket: target.bucket, Key: target.key };
			return await copyUnless(s3, { source, input }, conflict);
		});
		yield { copied: !summary.failed, bucket: params.destinationBucket, folder: params.destinationFolder, ...summary };
	},
});
