import { bucket, prefix } from '../../core/fields/locators';
import { limit, limited, returnAll, simplify } from '../../core/fields/paging';
import { options, requestOptions } from '../../core/fields/options';
import { field } from '../../core/field';
import { operation } from '../../core/operation';
import { toJson } from '../../core/io/output';
import { listSorted } from '../../s3/list/versions';

const exactKey = field({
	displayName: 'Exact Key',
	name: 'exactKey',
	type: 'boolean',
	default: true,
	description: "Whether to list only the object whose key is exactly 'Prefix'",
});

export default operation({
	resource: 'version',
	operation: 'getAll',
	name: 'Get Many',
	action: 'Get many versions',
	description: 'List all versions and delete markers of an object or under a prefix, newest first for each object',
	fields: [bucket, prefix, returnAll, limit, simplify, options(exactKey, ...requestOptions)],
	permissions: [{ action: 's3:ListBucketVersions', on: 'bucket' }],
	effect: 'read',
	async *execute({ s3, params }) {
		const { bucket: Bucket, prefix: Prefix, options: chosen } = params;
		const versions = listSorted(s3, { Bucket, Prefix: Prefix || undefined }, chosen.exactKey);
		for await (const { isDeleteMarker, ...version } of limited(versions, params)) {
			const { key, versionId, isLatest, lastModified, size, etag, storageClass, ...rest } = toJson(version);
			yield {
				...{ key, versionId, isLatest, isDeleteMarker, lastModified, size, etag, storageClass },
				...(params.simplify ? {} : rest),
			};
		}
	},
});
