import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { tally } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import { abortAll, listUploads } from '../../s3/list/uploads';

const olderThan = field({
	displayName: 'Older Than (Hours)',
	name: 'olderThanHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 24,
	description: 'Only uploads that were begun longer ago than this. Uploads that are under way must not be among them.',
});

const hour = 3600 * 1000;

async function* stale(s3: S3, Bucket: string, Prefix: string, before: Date) {
	for await (const { Key: key, UploadId: uploadId, Initiated } of listUploads(s3, {
		Bucket,
		Prefix: Prefix || undefined,
	}))
		if (Initiated && Initiated < before) yield { key, uploadId, initiated: Initiated.toISOString() };
}

export default operation({
	resource: 'multipartUpload',
	operation: 'abortStale',
	name: 'Abort Stale',
	action: 'Abort stale multipart uploads',
	description: 'Throw away the parts of uploads that were begun long ago and never finished',
	fields: [bucket, prefix, olderThan, options(dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket' },
		{ action: 's3:AbortMultipartUpload', on: 'object' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: beginning, olderThanHours, options: chosen } = params;
		const uploads = stale(s3, Bucket, beginning, new Date(Date.now() - olderThanHours * hour));
		if (chosen.dryRun) {
			for await (const upload of uploads) yield { aborted: false, dryRun: true, bucket: Bucket, ...upload };
			return;
		}
		const { done, failures } = await tally(abortAll(s3, Bucket, uploads));
		yield { complete: !failures.failed, bucket: Bucket, prefix: beginning, aborted: done, ...failures };
	},
});
