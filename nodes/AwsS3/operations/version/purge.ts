import { bypassGovernance } from '../../core/deleteOptions';
import { bucket, dryRun, options, prefix, requestOptions } from '../../core/fields';
import { field, operation } from '../../core/operation';
import { checkPrefix, wholeBucket } from '../../core/prefixes';
import { tally } from '../../core/tally';
import type { S3 } from '../../s3/client';
import { deleteAll } from '../../s3/deleteMany';
import type { Retention } from '../../s3/history';
import { purgeable } from '../../s3/history';
import { listHistories } from '../../s3/versions';

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

async function* found(s3: S3, Bucket: string, Prefix: string, retention: Retention) {
	for await (const history of listHistories(s3, { Bucket, Prefix: Prefix || undefined })) {
		for (const { Key: key, VersionId: versionId, isDeleteMarker, LastModified, Size: size } of purgeable(
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
		const { bucket: Bucket, prefix: beginning, options: chosen } = params;
		checkPrefix(beginning, chosen.wholeBucket);
		const entries = found(s3, Bucket, beginning, {
			keep: params.keepVersions,
			oldSince: new Date(Date.now() - params.olderThanDays * day),
			loneMarkers: chosen.loneMarkers ?? false,
		});
		if (chosen.dryRun) {
			for await (const entry of entries) yield { deleted: false, dryRun: true, bucket: Bucket, ...entry };
			return;
		}
		const settings = { BypassGovernanceRetention: chosen.bypassGovernance };
		const { done, failures } = await tally(deleteAll(s3, Bucket, entries, settings));
		yield { purged: !failures.failed, bucket: Bucket, prefix: beginning, versions: done, ...failures };
	},
});
