import { bucket } from '../../core/fields/locators';
import { expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { locationOf } from '../../s3/settings/location';

export default operation({
	resource: 'bucket',
	operation: 'getLocation',
	name: 'Get Location',
	action: 'Get the location of a bucket',
	description: 'Get the region of a bucket',
	fields: [bucket, options(expectedBucketOwner)],
	permissions: [{ action: 's3:GetBucketLocation', on: 'bucket' }],
	effect: 'read',
	async execute({ s3, params }) {
		return { bucket: params.bucket, region: await locationOf(s3, params.bucket) };
	},
});
