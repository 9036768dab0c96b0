import { bypassGovernance, bypassPermission } from '../../core/objectFields/deleteBatch';
import { bucket } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { reported } from '../../core/runner/summary';
import { emptyBucket } from '../../s3/delete/emptyBucket';

const contents = field({
	displayName: 'Delete',
	name: 'contents',
	type: 'options',
	options: [
		{
			name: 'Current Objects',
			value: 'objects',
			description: 'With versioning, they remain as older versions',
		},
		{
			name: 'Everything',
			value: 'everything',
			description: 'Also all versions, delete markers and incomplete multipart uploads. You cannot undo this.',
		},
	],
	default: 'objects',
});

export default operation({
	resource: 'bucket',
	operation: 'empty',
	name: 'Empty',
	action: 'Empty a bucket',
	description:
		'Delete all objects in a bucket, optionally with all versions and incomplete multipart uploads, and keep the bucket',
	fields: [bucket, contents, options(bypassGovernance, dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucket', on: 'bucket' },
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'for everything', option: 'everything' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'for everything', option: 'everything' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'for everything', option: 'everything' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'for everything', option: 'everything' },
		bypassPermission,
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: name, options: chosen } = params;
		const options = { BypassGovernanceRetention: chosen.bypassGovernance };
		yield* reported(emptyBucket(s3, name, params.contents, options), s3.isDryRun, {
			planned: (entry) => ({ deleted: false, bucket: name, ...entry }),
			summary: ({ complete, done, failures }) => ({ emptied: complete, bucket: name, deleted: done, ...failures }),
		});
	},
});
