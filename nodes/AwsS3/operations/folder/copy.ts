import { conflictPermissions, onConflict } from '../../core/objectFields/conflicts';
import { destination, refuseKeepAcl } from '../../core/objectFields/destination';
import { dryRun, memory, options, requestOptions } from '../../core/fields/options';
import { folderFromTo, journeys, planned, refuseEndless, travel } from './copyPlan';
import { operation } from '../../core/operation';
import { keepAcl, rewritePermissions } from '../../core/objectFields/replaceOptions';
import { storageClass } from '../../core/objectFields/writeOptions';
import { streamCopy } from '../../s3/copy/streamCopy';
import { conditionalCopy } from '../../s3/copy/conditionalCopy';
import { rewrite } from '../../s3/copy/replaceObject';

export default operation({
	resource: 'folder',
	operation: 'copy',
	name: 'Copy',
	action: 'Copy a folder',
	description: 'Copy everything in a folder to another folder, bucket or connection, however much that is',
	fields: [destination, ...folderFromTo, onConflict, options(dryRun, keepAcl, memory, ...requestOptions, storageClass)],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }, ...rewritePermissions, ...conflictPermissions],
	effect: 'write',
	async *execute({ s3, destination: to, params, budget }) {
		const { onConflict: conflict, options: chosen } = params;
		if (to) refuseKeepAcl(chosen.keepAcl);
		else refuseEndless(params);
		const all = journeys(s3, params);
		if (chosen.dryRun) {
			yield* planned('copied', all);
			return;
		}
		const summary = await travel(all, async ({ source, target, storageClass: own }) => {
			const change = { StorageClass: chosen.storageClass ?? own };
			if (chosen.keepAcl) return await rewrite(s3, { source, target, change: () => change, onConflict: conflict });
			const input = { ...change, Bucket: target.bucket, Key: target.key };
			if (to) return await streamCopy({ from: s3, to, budget }, { source, input }, conflict);
			return await conditionalCopy(s3, { source, input }, conflict);
		});
		yield { copied: !summary.failed, bucket: params.destinationBucket, folder: params.destinationFolder, ...summary };
	},
});
