import { field } from './operation';

export const bypassGovernance = field({
	displayName: 'Bypass Governance Retention',
	name: 'bypassGovernance',
	type: 'boolean',
	default: true,
	description: 'Whether to delete objects that are locked in governance mode. Needs a permission of its own.',
});

export const mfa = field({
	displayName: 'MFA',
	name: 'mfa',
	type: 'string',
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:mfa/root-account-mfa-device 123456',
	description: 'Serial number of the device, a space and its code, for buckets with MFA delete',
});
