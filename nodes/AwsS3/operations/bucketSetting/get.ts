import { configurationId, settingField, settingPermissions } from './settingFields';
import { bucket } from '../../core/fields/locators';
import { expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { getBucketSetting } from '../../s3/settings/bucketSettings';

export default operation({
	resource: 'bucketSetting',
	operation: 'get',
	name: 'Get',
	action: 'Get a setting of a bucket',
	description: 'Get a bucket setting, in the format that Set accepts',
	fields: [bucket, settingField(({ get }) => get), configurationId, options(expectedBucketOwner)],
	permissions: settingPermissions(({ permission }) => `s3:Get${permission}`),
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, setting, configurationId: Id } = params;
		const configuration = await getBucketSetting(s3, setting, { Bucket, Id });
		return { bucket: Bucket, setting, exists: configuration !== undefined, configuration };
	},
});
