import { checkId, configurationId, settingField, settingPermissions } from './settingFields';
import { checkCompliance, complianceConfirmation } from '../../core/objectFields/lockFields';
import { mfa } from '../../core/objectFields/deleteBatch';
import { badInput } from '../../core/errors/badInput';
import { bucket } from '../../core/fields/locators';
import { expectedBucketOwner, options } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { simpleFields, simpleSettings, simpleValue } from './simpleSettings';
import { bucketSettingOf } from '../../s3/settings/bucketSettings';
import { ShapeError } from '../../s3/settings/validateShape';

const configuration = field({
	displayName: 'Configuration',
	name: 'configuration',
	type: 'json',
	displayOptions: { hide: { setting: simpleSettings } },
	default: '{}',
	placeholder: 'e.g. { "Rules": [ … ] }',
	description:
		'JSON in the format of the <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html">AWS reference</a>, as returned by Get. Replaces the current configuration.',
});

const confirmation = field({ ...complianceConfirmation, displayOptions: { show: { setting: ['objectLock'] } } });

const mfaDelete = field({
	displayName: 'MFA Delete',
	name: 'mfaDelete',
	type: 'boolean',
	default: true,
	description: "Whether deleting versions requires an MFA code. Only the account's root user can set this.",
});

/** The Object Lock mode in a configuration, at any depth. */
const lockMode = (value: unknown): unknown => /"Mode":"(\w+)"/.exec(JSON.stringify(value) ?? '')?.[1];

export default operation({
	resource: 'bucketSetting',
	operation: 'set',
	name: 'Set',
	action: 'Set a setting of a bucket',
	description: 'Replace a bucket setting',
	fields: [
		bucket,
		settingField(({ set }) => set),
		configurationId,
		...simpleFields,
		configuration,
		confirmation,
		options(expectedBucketOwner, mfa, mfaDelete),
	],
	permissions: settingPermissions(({ set, permission }) => set && `s3:Put${permission}`),
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, setting, configurationId: Id } = params;
		checkId(setting, Id);
		const value = simpleValue(setting, params, params.options.mfaDelete) ?? params.configuration;
		if (setting === 'objectLock') checkCompliance(lockMode(value), params.confirmCompliance);
		const at = { Bucket, Id, MFA: params.options.mfa || undefined };
		await bucketSettingOf(setting)
			.set?.(s3, at, value)
			.catch((error) => {
				if (!(error instanceof ShapeError)) throw error;
				throw badInput(
					`'Configuration' is not in the expected format: ${error.message}`,
					"Use the names of the AWS reference, including upper and lower case. The operation 'Get' shows the format.",
				);
			});
		return { updated: true, bucket: Bucket, setting, ...(Id && { configurationId: Id }) };
	},
});
