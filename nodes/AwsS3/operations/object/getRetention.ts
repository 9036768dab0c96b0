import { GetObjectRetentionCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { unlessUnlocked } from '../../core/objectFields/lockFields';

export default operation({
	resource: 'object',
	operation: 'getRetention',
	name: 'Get Retention',
	action: 'Get the retention of an object',
	description: 'Get the Object Lock mode of an object and the date its protection ends',
	fields: [bucket, key, options(...requestOptions, versionId)],
	permissions: [{ action: 's3:GetObjectRetention', on: 'object' }],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const at = { bucket: Bucket, key: Key, versionId: chosen.versionId || undefined };
		const answer = await s3
			.send(new GetObjectRetentionCommand({ Bucket, Key, VersionId: at.versionId }))
			.catch(unlessUnlocked);
		const { Mode: mode, RetainUntilDate: until } = answer?.Retention ?? {};
		return { ...at, locked: until !== undefined && until > new Date(), mode, until: until?.toISOString() };
	},
});
