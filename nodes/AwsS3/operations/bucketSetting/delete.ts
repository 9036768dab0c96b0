import { checkId, configurationId, settingField, settingPermissions } from './settingFields';
import { bucket } from '../../core/fields/locators';
import { dryRun, expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { bucketSettingOf, getBucketSetting } from '../../s3/settings/bucketSettings';

export default operation({
	resource: 'bucketSetting',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete a setting of a bucket',
	description: "Remove a bucket setting, so that S3's default applies again",
	fields: [
		bucket,
		settingField(({ remove }) => remove, 'lifecycle'),
		configurationId,
		options(dryRun, expectedBucketOwner),
	],
	permissions: settingPermissions(
		({ remove, permission, deletePermission }) => remove && (deletePermission ?? `s3:Put${permission}`),
	),
	effect: 'destructive',
	async execute({ s3, params }) {
		const { bucket: Bucket, setting, configurationId: Id } = params;
		checkId(setting, Id);
		if (params.options.dryRun) {
			const configuration = await getBucketSetting(s3, setting, { Bucket, Id });
			return { deleted: false, dryRun: true, bucket: Bucket, setting, configuration };
		}
		await bucketSettingOf(setting).remove?.(s3, { Bucket, Id });
		return { deleted: true, bucket: Bucket, setting, ...(Id && { configurationId: Id }) };
	},
});
