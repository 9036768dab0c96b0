import { bypassGovernance, mfa } from '../../core/deleteOptions';
import { bucket, dryRun, key, options, requestOptions, versionId } from '../../core/fields';
import { operation } from '../../core/operation';
import { deleteBatch, deleteBatchSize } from '../../s3/deleteMany';

export default operation({
	resource: 'object',
	operation: 'delete',
	name: 'Delete',
	action: 'Delete an object',
	description: 'Delete one object, or one version of it, for each item',
	fields: [bucket, key, options(bypassGovernance, dryRun, mfa, ...requestOptions, versionId)],
	permissions: [
		{ action: 's3:DeleteObject', on: 'object' },
		{ action: 's3:DeleteObjectVersion', on: 'object', when: 'with a version' },
		{ action: 's3:BypassGovernanceRetention', on: 'object', when: 'to bypass governance retention' },
	],
	effect: 'destructive',
	batch: {
		size: deleteBatchSize,
		together: ({ bucket: Bucket, options: { versionId: _own, ...shared } }) => JSON.stringify([Bucket, shared]),
		async execute({ s3, batch }) {
			const [first] = batch;
			if (!first) return [];
			const { bucket: Bucket, options: chosen } = first;
			const entries = batch.map((params) => ({ key: params.key, versionId: params.options.versionId || undefined }));
			if (chosen.dryRun) return entries.map((entry) => ({ deleted: false, dryRun: true, bucket: Bucket, ...entry }));
			const settings = { BypassGovernanceRetention: chosen.bypassGovernance, MFA: chosen.mfa || undefined };
			const results = await deleteBatch(s3, Bucket, entries, settings);
			return results.map(({ refusal, ...deleted }) => refusal ?? { deleted: true, bucket: Bucket, ...deleted });
		},
	},
});
