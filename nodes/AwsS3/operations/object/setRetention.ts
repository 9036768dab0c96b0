import type { ObjectLockRetention } from '@aws-sdk/client-s3';
import { PutObjectRetentionCommand } from '@aws-sdk/client-s3';
import { checkCompliance, complianceConfirmation } from '../../core/objectFields/lockFields';
import { bypassGovernance, bypassPermission } from '../../core/objectFields/deleteBatch';
import { badInput } from '../../core/errors/badInput';
import { bucket, key, versionId } from '../../core/fields/locators';
import { options, requestOptions } from '../../core/fields/options';
import { lockModes } from '../../core/objectFields/lockFields';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { explainLock } from '../../s3/delete/explainLock';

const none = {
	name: 'None',
	value: 'none',
	description: "Remove the protection. In governance mode this needs 'Bypass Governance Retention'.",
} as const;
const modes = [...lockModes, none] as const;

const mode = field({
	displayName: 'Mode',
	name: 'mode',
	type: 'options',
	options: [...modes],
	default: 'GOVERNANCE',
	description: 'How strict the protection is',
});

const until = field({
	displayName: 'Until',
	name: 'until',
	type: 'dateTime',
	displayOptions: { show: { mode: ['GOVERNANCE', 'COMPLIANCE'] } },
	default: '',
	description: 'When the protection ends',
});

const confirmation = field({ ...complianceConfirmation, displayOptions: { show: { mode: ['COMPLIANCE'] } } });

const bypass = field({
	...bypassGovernance,
	description:
		'Whether to shorten or remove a lock in governance mode. Needs the permission s3:BypassGovernanceRetention.',
});

const retentionOf = (selectedMode: 'GOVERNANCE' | 'COMPLIANCE' | 'none', date?: Date): ObjectLockRetention => {
	if (selectedMode === 'none') return {};
	if (!date) throw badInput("'Until' is empty", 'Enter the date and time when the protection ends.');
	if (date <= new Date()) throw badInput("'Until' is not in the future", 'Enter a later date.');
	return { Mode: selectedMode, RetainUntilDate: date };
};

export default operation({
	resource: 'object',
	operation: 'setRetention',
	name: 'Set Retention',
	action: 'Set the retention of an object',
	description: 'Protect an object against deletion until a date. You cannot undo compliance mode.',
	fields: [bucket, key, mode, until, confirmation, options(bypass, ...requestOptions, versionId)],
	permissions: [{ action: 's3:PutObjectRetention', on: 'object' }, bypassPermission],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, key: Key, mode: chosenMode, options: chosen } = params;
		checkCompliance(chosenMode, params.confirmCompliance);
		const at = { bucket: Bucket, key: Key, versionId: chosen.versionId || undefined };
		const Retention = retentionOf(chosenMode, params.until);
		const command = new PutObjectRetentionCommand({
			Bucket,
			Key,
			VersionId: at.versionId,
			Retention,
			BypassGovernanceRetention: chosen.bypassGovernance || undefined,
		});
		await s3.send(command).catch(explainLock(s3, at));
		return {
			updated: true,
			...at,
			mode: Retention.Mode ?? null,
			until: Retention.RetainUntilDate?.toISOString() ?? null,
		};
	},
});
