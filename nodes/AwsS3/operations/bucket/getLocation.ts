import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import { bucket, expectedBucketOwner, options } from '../../core/fields';
import { operation } from '../../core/operation';

/** The oldest region has no name in this answer, the second-oldest an old one. */
const regionOf = (location = ''): string => ({ '': 'us-east-1', EU: 'eu-west-1' })[location] ?? location;

export default operation({
	resource: 'bucket',
	operation: 'getLocation',
	name: 'Get Location',
	action: 'Get the location of a bucket',
	description: 'Say in which region a bucket is',
	fields: [bucket, options(expectedBucketOwner)],
	permissions: [{ action: 's3:GetBucketLocation', on: 'bucket' }],
	effect: 'read',
	async execute({ s3, params }) {
		const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket: params.bucket }));
		return { bucket: params.bucket, region: regionOf(LocationConstraint) };
	},
});
