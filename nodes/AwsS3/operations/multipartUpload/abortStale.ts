import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import { abortUploads } from '../../s3/delete/abortUploads';
import { listUploads } from '../../s3/list/uploads';

const olderThan = field({
	displayName: 'Older Than (Hours)',
	name: 'olderThanHours',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 24,
	description: 'Abort only uploads started longer ago than this. Choose a time longer than any upload in progress.',
});

const hour = 3600 * 1000;

async function* listStale(s3: S3, Bucket: string, Prefix: string, before: Date) {
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
	description: 'Abort old incomplete multipart uploads and discard their parts',
	fields: [bucket, prefix, olderThan, options(dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucketMultipartUploads', on: 'bucket' },
		{ action: 's3:AbortMultipartUpload', on: 'object' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: keyPrefix, olderThanHours } = params;
		const before = new Date(Date.now() - olderThanHours * hour);
		const uploads = (signal: AbortSignal) => listStale(s3.endedBy(signal), Bucket, keyPrefix, before);
		yield* reported(abortUploads(s3, Bucket, uploads), s3.isDryRun, {
			planned: (upload) => ({ aborted: false, bucket: Bucket, ...upload }),
			summary: ({ complete, done, failures }) => ({
				complete,
				bucket: Bucket,
				prefix: keyPrefix,
				aborted: done,
				...failures,
			}),
		});
	},
});
