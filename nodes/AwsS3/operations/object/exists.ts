import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions, sseCustomerKey } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { isMissingThoughDenied } from '../../s3/list/headObject';
import { isS3Failure, statusOf } from '../../s3/failure';

export default operation({
	resource: 'object',
	operation: 'exists',
	name: 'Exists',
	action: 'Check if an object exists',
	description: 'Check whether an object with this key exists',
	fields: [bucket, key, options(...requestOptions, sseCustomerKey, versionId)],
	permissions: [
		{ action: 's3:GetObject', on: 'object' },
		{ action: 's3:ListBucket', on: 'bucket', when: 'to tell a missing object from a forbidden one' },
		{ action: 's3:GetObjectVersion', on: 'object', when: 'with a version', option: 'versions' },
	],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const exists = await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId: chosen.versionId || undefined })).then(
			() => true,
			async (error) => {
				if (statusOf(error) === 404) return false;
				const at = { bucket: Bucket, key: Key, versionId: chosen.versionId };
				if (await isMissingThoughDenied(s3, at, error)) return false;
				// HEAD of a delete marker by its version ID gives 405; a delete marker is not an object.
				if (isS3Failure(error) && error.headers?.['x-amz-delete-marker'] === 'true') return false;
				throw error;
			},
		);
		return { exists, bucket: Bucket, key: Key };
	},
});
