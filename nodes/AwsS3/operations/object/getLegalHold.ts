import { GetObjectLegalHoldCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { unlessUnlocked } from '../../core/objectFields/lockFields';
import { operation } from '../../core/operation';

export default operation({
	resource: 'object',
	operation: 'getLegalHold',
	name: 'Get Legal Hold',
	action: 'Get the legal hold of an object',
	description: 'Check whether an object has a legal hold',
	fields: [bucket, key, options(...requestOptions, versionId)],
	permissions: [{ action: 's3:GetObjectLegalHold', on: 'object' }],
	effect: 'read',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const at = { bucket: Bucket, key: Key, versionId: chosen.versionId || undefined };
		const answer = await s3
			.send(new GetObjectLegalHoldCommand({ Bucket, Key, VersionId: at.versionId }))
			.catch(unlessUnlocked);
		return { ...at, legalHold: answer?.LegalHold?.Status === 'ON' };
	},
});
