import { deleteBatch, deleteBatchSize } from '../../s3/delete/deleteObjects';
import type { BatchContext, Output } from '../operation';
import { field } from '../field';
import { quotedEtag } from './readOptions';

export const bypassGovernance = field({
	displayName: 'Bypass Governance Retention',
	name: 'bypassGovernance',
	type: 'boolean',
	default: true,
	description:
		'Whether to delete objects locked in governance mode. Needs the permission s3:BypassGovernanceRetention.',
});

/** The permission that *Bypass Governance Retention* needs. */
export const bypassPermission = {
	action: 's3:BypassGovernanceRetention',
	on: 'object',
	when: 'to bypass governance retention',
	option: 'bypassGovernance',
} as const;

export const mfa = field({
	displayName: 'MFA',
	name: 'mfa',
	type: 'string',
	default: '',
	placeholder: 'e.g. arn:aws:iam::111122223333:mfa/root-account-mfa-device 123456',
	description: "The MFA device's serial number, a space, and its current code. Required for buckets with MFA delete.",
});

/** The parameters of an operation that deletes one object or version per item. */
interface Deletable {
	bucket: string;
	key: string;
	versionId?: string;
	options: { versionId?: string; ifMatch?: string; dryRun?: boolean; bypassGovernance?: boolean; mfa?: string };
}

/** Deletes the objects of many items with one request per bucket and options, up to the limit of `DeleteObjects`. */
export const deletion = {
	size: deleteBatchSize,
	together: ({ bucket, options: { versionId: _versionId, ifMatch: _etag, ...shared } }: Deletable) =>
		JSON.stringify([bucket, shared]),
	execute: async ({ s3, batch }: BatchContext<Deletable>): Promise<Array<Output | Error>> => {
		const [first] = batch;
		if (!first) return [];
		const { bucket, options } = first;
		const entries = batch.map(({ key, versionId, options: itemOptions }) => ({
			key,
			versionId: versionId || itemOptions.versionId || undefined,
			...(itemOptions.ifMatch && { etag: quotedEtag(itemOptions.ifMatch) }),
		}));
		if (options.dryRun) return entries.map((entry) => ({ deleted: false, dryRun: true, bucket, ...entry }));
		const settings = { BypassGovernanceRetention: options.bypassGovernance, MFA: options.mfa || undefined };
		const results = await deleteBatch(s3, bucket, entries, settings);
		return results.map(({ refusal, ...deleted }) => refusal ?? { deleted: true, bucket, ...deleted });
	},
};
