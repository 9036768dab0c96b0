import { AbortMultipartUploadCommand } from '@aws-sdk/client-s3';
import { bucket } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { uploadFields } from '../../core/fields/uploadFields';
import { operation } from '../../core/operation';
import type { S3 } from '../../s3/client/client';
import type { UploadAt } from '../../s3/list/uploads';
import { listParts } from '../../s3/list/uploads';

const countParts = async (s3: S3, upload: UploadAt) => {
	let [parts, bytes] = [0, 0];
	for await (const { Size = 0 } of listParts(s3, upload)) {
		parts++;
		bytes += Size;
	}
	return { parts, bytes };
};

export default operation({
	resource: 'multipartUpload',
	operation: 'abort',
	name: 'Abort',
	action: 'Abort a multipart upload',
	description: 'Abort an incomplete multipart upload and discard its parts',
	fields: [bucket, ...uploadFields, options(dryRun, ...requestOptions)],
	permissions: [
		{ action: 's3:AbortMultipartUpload', on: 'object' },
		{ action: 's3:ListMultipartUploadParts', on: 'object', when: 'for a dry run', option: 'dryRun' },
		{ action: 'kms:Decrypt', on: 'kmsKey', when: 'for a dry run, with KMS', option: 'dryRun' },
	],
	effect: 'destructive',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, options: chosen } = params;
		const upload = { Bucket, Key, UploadId };
		const at = { bucket: Bucket, key: Key, uploadId: UploadId };
		if (chosen.dryRun) return { aborted: false, dryRun: true, ...at, ...(await countParts(s3, upload)) };
		await s3.send(new AbortMultipartUploadCommand(upload));
		return { aborted: true, ...at };
	},
});
