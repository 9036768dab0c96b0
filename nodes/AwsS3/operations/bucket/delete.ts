import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { bucket } from '../../core/fields/locators';
import { dryRun, expectedBucketOwner, options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import type { S3 } from '../../s3/client/client';
import { contentsOf, emptyBucket } from '../../s3/delete/emptyBucket';

const emptyFirst = field({
	displayName: 'Empty First',
	name: 'emptyFirst',
	type: 'boolean',
	default: true,
	description:
		'Whether to delete everything in the bucket before, all versions and unfinished uploads included. This cannot be undone.',
});

/** Deletes everything; throws the first refusal, since the bucket cannot go then. */
const empty = async (s3: S3, name: string) => {
	let deleted = 0;
	for await (const { refusal } of emptyBucket(s3, name, 'everything')) {
		if (refusal) throw refusal;
		deleted++;
	}
	return { emptied: deleted };
};

export default operation({
	resource: 'bucket',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a bucket',
	description: 'Delete a bucket, which has to be empty unless it is emptied first',
	fields: [bucket, options(dryRun, emptyFirst, expectedBucketOwner)],
	permissions: [
		{ action: 's3:DeleteBucket', on: 'bucket' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to empty it first' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'to empty it first' },
		{ action: 's3:DeleteObject', on: 'object', when: 'to empty it first' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'to empty it first' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to empty it first' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: name, options: chosen } = params;
		if (chosen.dryRun) {
			const contents = chosen.emptyFirst ? contentsOf(s3, name, 'everything') : [];
			for await (const entry of contents) yield { deleted: false, dryRun: true, bucket: name, ...entry };
			yield { deleted: false, dryRun: true, bucket: name };
			return;
		}
		const emptied = chosen.emptyFirst ? await empty(s3, name) : {};
		await s3.send(new DeleteBucketCommand({ Bucket: name }));
		yield { deleted: true, bucket: name, ...emptied };
	},
});
