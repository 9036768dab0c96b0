import { UploadPartCopyCommand } from '@aws-sdk/client-s3';
import {
	fromTo,
	sourceConditions,
	sourceConditionsInput,
	sourceSseCustomerKey,
	sourceVersionId,
} from '../../core/objectFields/copyFields';
import { bucket } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { readPermissions } from '../../core/objectFields/readOptions';
import { generateKeyPermission } from '../../core/objectFields/writeOptions';
import { partNumber, uploadFields } from '../../core/fields/uploadFields';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { range, rangeOf } from '../../core/fields/range';
import { copySource } from '../../s3/address';

const [sourceBucket, sourceKey] = fromTo;

export default operation({
	resource: 'multipartUpload',
	operation: 'copyPart',
	name: 'Copy Part',
	action: 'Copy a part of a multipart upload',
	description: 'Copy an existing object, or a byte range of it, as a part of a multipart upload',
	fields: [
		bucket,
		...uploadFields,
		partNumber,
		sourceBucket,
		sourceKey,
		options(range, ...requestOptions, ...sourceConditions, sourceSseCustomerKey, sourceVersionId, sseCustomerKey),
	],
	permissions: [{ action: 's3:PutObject', on: 'object' }, ...readPermissions, generateKeyPermission],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, uploadId: UploadId, partNumber: PartNumber, options: chosen } = params;
		const versionId = chosen.sourceVersionId || undefined;
		const command = new UploadPartCopyCommand({
			...{ Bucket, Key, UploadId, PartNumber },
			CopySource: copySource({ bucket: params.sourceBucket, key: params.sourceKey, versionId }),
			CopySourceRange: rangeOf(chosen.range),
			...sourceConditionsInput(chosen),
		});
		const { CopyPartResult } = await s3.send(command);
		return { copied: true, bucket: Bucket, key: Key, partNumber: PartNumber, ...toJson(CopyPartResult ?? {}) };
	},
});
