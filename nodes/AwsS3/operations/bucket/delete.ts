import { DeleteBucketCommand } from '@aws-sdk/client-s3';
import { bucket } from '../../core/fields/locators';
import { dryRun, expectedBucketOwner, options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { sumUp } from '../../core/runner/summary';
import { emptyBucket } from '../../s3/delete/emptyBucket';
import type { S3 } from '../../s3/client/client';
import { s3Failure } from '../../s3/failure';

const emptyFirst = field({
	displayName: 'Empty First',
	name: 'emptyFirst',
	type: 'boolean',
	default: true,
	description:
		'Whether to delete everything in the bucket first, including all versions and incomplete multipart uploads. You cannot undo this.',
});

/** S3's response to deleting the bucket. */
const notEmpty = ({ connection }: S3, bucket: string) =>
	s3Failure({
		code: 'BucketNotEmpty',
		message: 'The bucket is not empty',
		...{ connection, operation: 'DeleteBucket', bucket },
	});

export default operation({
	resource: 'bucket',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a bucket',
	description: 'Delete an empty bucket, or empty it first and then delete it',
	fields: [bucket, options(dryRun, emptyFirst, expectedBucketOwner)],
	permissions: [
		{ action: 's3:DeleteBucket', on: 'bucket' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'to empty it first', option: 'everything' },
		{ action: 's3:ListBucketVersions', on: 'bucket', when: 'for a dry run', option: 'dryRun' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'to empty it first', option: 'everything' },
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket', when: 'for a dry run', option: 'dryRun' },
		{ action: 's3:DeleteObject', on: 'object', when: 'to empty it first', option: 'everything' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'to empty it first', option: 'everything' },
		{ action: 's3:AbortMultipartUpload', on: 'object', when: 'to empty it first', option: 'everything' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: name, options: chosen } = params;
		// An entry that cannot be deleted blocks deleting the bucket, so stop at the first failure.
		const emptying = emptyBucket(s3, name, 'everything', { stopAfter: { failures: 1 } });
		if (s3.isDryRun) {
			for await (const { action } of emptying) {
				if (!chosen.emptyFirst) throw notEmpty(s3, name);
				yield { deleted: false, dryRun: true, bucket: name, ...action };
			}
			yield { deleted: false, dryRun: true, bucket: name };
			return;
		}
		const { sum, first, ended } = chosen.emptyFirst ? await sumUp(emptying) : {};
		const reason = ended ?? first;
		if (sum && reason && sum.done > 0) yield { deleted: false, bucket: name, emptied: sum.done, ...sum.failures };
		if (reason) throw reason;
		await s3.send(new DeleteBucketCommand({ Bucket: name }));
		yield { deleted: true, bucket: name, ...(sum && { emptied: sum.done }) };
	},
});
