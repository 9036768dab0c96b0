import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { bucket } from '../../core/fields/locators';
import { expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { codeOf, isS3Failure, statusOf } from '../../s3/failure';

/** Error codes for a bucket of another owner or in another region. */
const refusals = /^(AccessDenied|AllAccessDisabled|Forbidden|PermanentRedirect|403|301)$/;

export default operation({
	resource: 'bucket',
	operation: 'exists',
	name: 'Exists',
	action: 'Check if a bucket exists',
	description: 'Check whether a bucket exists and is accessible, and get its region',
	fields: [bucket, options(expectedBucketOwner)],
	permissions: [{ action: 's3:ListBucket', on: 'bucket' }],
	effect: 'read',
	async execute({ s3, params }) {
		const name = params.bucket;
		return await s3.send(new HeadBucketCommand({ Bucket: name })).then(
			({ BucketRegion }) => ({
				exists: true,
				accessible: true,
				bucket: name,
				region: BucketRegion ?? s3.connection.region,
			}),
			(error) => {
				if (statusOf(error) === 404) return { exists: false, accessible: false, bucket: name };
				// Wrong keys say nothing about the bucket.
				if (!refusals.test(codeOf(error) ?? '')) throw error;
				// S3 returns the region of the bucket even with a 403 or a redirect.
				return { exists: true, accessible: false, bucket: name, region: isS3Failure(error) ? error.region : undefined };
			},
		);
	},
});
