import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { mfa } from '../../core/objectFields/deletion';
import { bucket, key } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import { historyOf } from '../../s3/list/versions';

export default operation({
	resource: 'version',
	operation: 'undelete',
	name: 'Undelete',
	action: 'Undelete an object',
	description: 'Bring a deleted object back by removing the delete markers that hide it',
	fields: [bucket, key, options(dryRun, mfa, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucketVersions', on: 'bucket' },
		{ action: 's3:DeleteObjectVersion', on: 'object' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const history = await historyOf(s3, Bucket, Key);
		const versionIndex = history.findIndex(({ isDeleteMarker }) => !isDeleteMarker);
		const at = { bucket: Bucket, key: Key };
		if (versionIndex <= 0) {
			const reason = versionIndex === 0 ? 'The object is not deleted' : 'There is no version that could come back';
			yield { undeleted: false, ...at, reason };
			return;
		}
		const markers = history.slice(0, versionIndex);
		const versionId = history[versionIndex]?.VersionId;
		for (const { VersionId } of markers) {
			if (chosen.dryRun) yield { undeleted: false, dryRun: true, ...at, versionId, deleteMarkerVersionId: VersionId };
			else await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId, MFA: chosen.mfa || undefined }));
		}
		if (!chosen.dryRun) yield { undeleted: true, ...at, versionId, deleteMarkers: markers.length };
	},
});
