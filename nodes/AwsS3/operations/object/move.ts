import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { allowSameKey, conflictPermissions, onConflict } from '../../core/objectFields/ifExists';
import { fromTo, sourceIfMatch } from '../../core/objectFields/copyFields';
import { badInput } from '../../core/errors/badInput';
import { dryRun, options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { narrowingField } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { keepAcl, rewritePermissions } from '../../core/objectFields/replaceOptions';
import { storageClass } from '../../core/objectFields/writeOptions';
import { move as moveObject } from '../../s3/copy/move';

const ifMatch = narrowingField({
	...sourceIfMatch,
	description: 'Move only if the original still has this ETag, which identifies its content',
});

export default operation({
	resource: 'object',
	operation: 'move',
	name: 'Move',
	action: 'Move an object',
	description:
		'Move or rename an object: copy it with its metadata and tags, verify the copy, then delete the original',
	fields: [
		...fromTo,
		onConflict,
		options(allowSameKey, dryRun, ifMatch, keepAcl, ...requestOptions, sseCustomerKey, storageClass),
	],
	permissions: [...rewritePermissions, { action: 's3:DeleteObject', on: 'object' }, ...conflictPermissions],
	effect: 'destructive',
	writesTo: { bucket: 'destinationBucket', key: 'destinationKey' },
	copiesFrom: { bucket: 'sourceBucket', key: 'sourceKey' },
	async execute({ s3, params }) {
		const { options: chosen } = params;
		const source = { bucket: params.sourceBucket, key: params.sourceKey };
		const target = { bucket: params.destinationBucket, key: params.destinationKey };
		const at = { sourceBucket: source.bucket, sourceKey: source.key, bucket: target.bucket, key: target.key };
		if (source.bucket === target.bucket && source.key === target.key)
			throw badInput("'Destination Key' is the same as 'Source Key'", 'Enter another key, or another bucket.');
		const head = new HeadObjectCommand({ Bucket: source.bucket, Key: source.key });
		const original = s3.isDryRun ? await s3.send(head) : undefined;
		const dryRunItem = {
			moved: false,
			dryRun: true,
			...at,
			exists: true,
			size: original?.ContentLength,
		};
		const { StorageClass, keep } = { StorageClass: chosen.storageClass, keep: chosen.keepAcl };
		const change = StorageClass ? { StorageClass } : {};
		const { onConflict: ifExists } = params;
		const expected = chosen.sourceIfMatch || undefined;
		const moved = await moveObject(s3, { source, target, change, keepAcl: keep, onConflict: ifExists, expected });
		const { key, skipped, ...copied } = moved;
		if (skipped === 'exists')
			return { ...(s3.isDryRun ? dryRunItem : { moved: false, ...at }), skipped: true, reason: skipped, key };
		if (s3.isDryRun) return { ...dryRunItem, key };
		return { moved: true, ...at, key, ...toJson(copied) };
	},
});
