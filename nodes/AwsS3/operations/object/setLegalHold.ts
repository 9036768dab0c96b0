import { PutObjectLegalHoldCommand } from '@aws-sdk/client-s3';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';

const legalHold = field({
	displayName: 'Legal Hold',
	name: 'legalHold',
	type: 'boolean',
	default: true,
	description: 'Whether to block deletion until the legal hold is removed',
});

export default operation({
	resource: 'object',
	operation: 'setLegalHold',
	name: 'Set Legal Hold',
	action: 'Set the legal hold of an object',
	description: 'Protect an object against deletion with a legal hold, or remove the hold',
	fields: [bucket, key, legalHold, options(...requestOptions, versionId)],
	permissions: [{ action: 's3:PutObjectLegalHold', on: 'object' }],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, legalHold: isOn, options: chosen } = params;
		const VersionId = chosen.versionId || undefined;
		const LegalHold = { Status: isOn ? 'ON' : 'OFF' } as const;
		await s3.send(new PutObjectLegalHoldCommand({ Bucket, Key, VersionId, LegalHold }));
		return { updated: true, bucket: Bucket, key: Key, versionId: VersionId, legalHold: isOn };
	},
});
