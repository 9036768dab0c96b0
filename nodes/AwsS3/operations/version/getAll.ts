import { bucket, prefix } from '../../core/fields/locators';
import { limit, returnAll, simplify } from '../../core/fields/paging';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import type { S3 } from '../../s3/client/client';
import { historyOf, listHistories } from '../../s3/list/versions';

/** The versions of one key, or of all below a prefix. Where the order of the server is unclear, it is the likely one. */
async function* listed(s3: S3, Bucket: string, Prefix: string, isExact = false) {
	if (isExact) {
		yield* (await historyOf(s3, Bucket, Prefix)).versions;
		return;
	}
	const histories = listHistories(s3, { Bucket, Prefix: Prefix || undefined }, { isTolerant: true });
	for await (const { versions } of histories) yield* versions;
}

const exactKey = field({
	displayName: 'Exact Key',
	name: 'exactKey',
	type: 'boolean',
	default: true,
	description: "Whether 'Prefix' is the whole key of one object",
});

export default operation({
	resource: 'version',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many versions',
	description: 'List all versions and delete markers of one object or of all below a prefix, the newest of each first',
	fields: [bucket, prefix, returnAll, limit, simplify, options(exactKey, ...requestOptions)],
	permissions: [{ action: 's3:ListBucketVersions', on: 'bucket' }],
	effect: 'read',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: Prefix, options: chosen } = params;
		let remaining = params.returnAll ? Infinity : (params.limit ?? Infinity);
		for await (const { isDeleteMarker, ...version } of listed(s3, Bucket, Prefix, chosen.exactKey)) {
			if (remaining-- <= 0) return;
			const { key, versionId, isLatest, lastModified, size, etag, storageClass, ...rest } = toJson(version);
			yield {
				...{ key, versionId, isLatest, isDeleteMarker, lastModified, size, etag, storageClass },
				...(params.simplify ? {} : rest),
			};
		}
	},
});
