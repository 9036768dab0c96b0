import { bypassGovernance } from '../../core/objectFields/deleteOptions';
import { bucket } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { tally } from '../../core/runner/summary';
import { contentsOf, emptyBucket } from '../../s3/delete/emptyBucket';

const contents = field({
	displayName: 'Delete',
	name: 'contents',
	type: 'options',
	options: [
		{
			name: 'Current Objects',
			value: 'objects',
			description: 'In a bucket with versioning they stay as older versions',
		},
		{
			name: 'Everything',
			value: 'everything',
			description: 'All versions, delete markers and unfinished uploads too. This cannot be undone.',
		},
	],
	default: 'objects',
});

export default operation({
	resource: 'bucket',
	operation: 'empty',
	name: 'Empty',
	action: 'Empty a bucket',
	description: 'Delete all objects in a bucket, on demand with all versions and unfinished uploads; the bucket stays',
	fields: [bucket, contents, options(bypassGovernance, dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'for everything' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'for everything' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'for everything' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'for everything' },
		{ action: 's3:BypassGovernanceRetention', on: 'object', when: 'to bypass governance retention' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: name, options: chosen } = params;
		if (chosen.dryRun) {
			for await (const entry of contentsOf(s3, name, params.contents))
				yield { deleted: false, dryRun: true, bucket: name, ...entry };
			return;
		}
		const deleting = emptyBucket(s3, name, params.contents, { BypassGovernanceRetention: chosen.bypassGovernance });
		const { done, failures } = await tally(deleting);
		yield { emptied: !failures.failed, bucket: name, deleted: done, ...failures };
	},
});
