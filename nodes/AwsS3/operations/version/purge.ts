import { bypassGovernance, bypassPermission } from '../../core/objectFields/deleteBatch';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { wholeBucket } from '../../core/fields/emptyPrefix';
import { reported } from '../../core/runner/summary';
import type { S3 } from '../../s3/client/client';
import type { ToDeleteUnless } from '../../s3/delete/deleteObjects';
import type { Purge } from '../../s3/delete/purge';
import { purge } from '../../s3/delete/purge';
import { idOf } from '../../s3/list/history';
import type { Retention } from './purgeRules';
import { versionsToPurge } from './purgeRules';
import type { Version } from '../../s3/list/versions';
import { listHistories, refusalOf } from '../../s3/list/versions';

const keep = field({
	displayName: 'Versions to Keep',
	name: 'keepVersions',
	type: 'number',
	typeOptions: { minValue: 0, numberPrecision: 0 },
	default: 3,
	description: 'How many noncurrent versions of each object to keep, newest first. Never deletes the current version.',
});

const olderThan = field({
	displayName: 'Older Than (Days)',
	name: 'olderThanDays',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 30,
	description: 'Delete only versions that became noncurrent longer ago than this',
});

const loneMarkers = field({
	displayName: 'Delete Expired Delete Markers',
	name: 'loneMarkers',
	type: 'boolean',
	default: true,
	description: 'Whether to also remove delete markers that hide no versions',
});

const day = 24 * 3600 * 1000;

interface Purgeable extends ToDeleteUnless {
	isDeleteMarker?: boolean;
	lastModified?: string;
	size?: number;
}

const purgeable = (version: Version): Purgeable => ({
	...{ key: version.Key, versionId: idOf(version), isDeleteMarker: version.isDeleteMarker },
	...{ lastModified: version.LastModified?.toISOString(), size: version.Size },
});

async function* planPurges(
	s3: S3,
	Bucket: string,
	Prefix: string,
	retention: Retention,
): AsyncGenerator<Purge<Purgeable>> {
	for await (const history of listHistories(s3, { Bucket, Prefix: Prefix || undefined })) {
		const refusal = refusalOf(s3, Bucket, history);
		if (refusal) {
			yield { old: [{ key: history.key, refusal }] };
			continue;
		}
		const chosen = versionsToPurge(history, retention);
		const old = chosen.filter(({ IsLatest }) => !IsLatest).map(purgeable);
		const last = chosen.find(({ IsLatest }) => IsLatest);
		if (chosen.length > 0) yield { old, ...(last && { last: purgeable(last) }) };
	}
}

export default operation({
	resource: 'version',
	operation: 'purge',
	name: 'Purge',
	action: 'Purge old versions',
	description: 'Delete noncurrent versions permanently, by number and age. Keeps current versions.',
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
		bypassPermission,
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: keyPrefix, options: chosen } = params;
		const retention = {
			keep: params.keepVersions,
			oldSince: new Date(Date.now() - params.olderThanDays * day),
			loneMarkers: chosen.loneMarkers ?? false,
		};
		const purges = planPurges(s3, Bucket, keyPrefix, retention);
		const settings = { BypassGovernanceRetention: chosen.bypassGovernance };
		yield* reported(purge(s3, Bucket, purges, settings), s3.isDryRun, {
			planned: ({ refusal: _refusal, ...entry }) => ({ deleted: false, bucket: Bucket, ...entry }),
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
