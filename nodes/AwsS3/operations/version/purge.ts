import { bypassGovernance } from '../../core/objectFields/deletion';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { checkPrefix, wholeBucket } from '../../core/fields/emptyPrefix';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import { deleteAll } from '../../s3/delete/deleteObjects';
import type { Retention } from '../../s3/list/versionPlan';
import { versionsToPurge } from '../../s3/list/versionPlan';
import { listHistories } from '../../s3/list/versions';

const keep = field({
	displayName: 'Versions to Keep',
	name: 'keepVersions',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 3,
	description: 'How many old versions of each object stay, the newest ones. What is current always stays.',
});

const olderThan = field({
	displayName: 'Older Than (Days)',
	name: 'olderThanDays',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	description: 'Only versions that were replaced or deleted longer ago than this go',
});

const loneMarkers = field({
	displayName: 'Delete Lone Markers',
	name: 'loneMarkers',
	type: 'boolean',
	default: true,
	description: 'Whether delete markers go as well when no version is left behind them',
});

const day = 24 * 3600 * 1000;

async function* listPurgeable(s3: S3, Bucket: string, Prefix: string, retention: Retention) {
	for await (const history of listHistories(s3, { Bucket, Prefix: Prefix || undefined })) {
		for (const { Key: key, VersionId: versionId, isDeleteMarker, LastModified, Size: size } of versionsToPurge(
			history,
			retention,
		))
			yield { key, versionId, isDeleteMarker, lastModified: LastModified?.toISOString(), size };
	}
}

export default operation({
	resource: 'version',
	operation: 'purge',
	name: 'Purge',
	action: 'Purge old versions',
	description: 'Delete old versions for good, by how many are kept and how old they are; what is current stays',
	fields: [
		bucket,
		prefix,
		keep,
		olderThan,
		options(bypassGovernance, dryRun, loneMarkers, ...requestOptions, wholeBucket),
	],
	permissions: [
		{ action: 's3:ListBucketVersions', on: 'bucket' },
		{ action: 's3:DeleteObjectVersion', on: 'object' },
		{ action: 's3:BypassGovernanceRetention', on: 'object', when: 'to bypass governance retention' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: keyPrefix, options: chosen } = params;
		checkPrefix(keyPrefix, chosen.wholeBucket);
		const retention = {
			keep: params.keepVersions,
			oldSince: new Date(Date.now() - params.olderThanDays * day),
			loneMarkers: chosen.loneMarkers ?? false,
		};
		const entries = (signal: AbortSignal) => listPurgeable(s3.endedBy(signal), Bucket, keyPrefix, retention);
		const settings = { BypassGovernanceRetention: chosen.bypassGovernance };
		yield* reported(deleteAll(s3, Bucket, entries, settings), s3.isDryRun, {
			planned: (entry) => ({ deleted: false, bucket: Bucket, ...entry }),
			summary: ({ complete, done, failures }) => ({
				purged: complete,
				bucket: Bucket,
				prefix: keyPrefix,
				versions: done,
				...failures,
			}),
		});
	},
});
