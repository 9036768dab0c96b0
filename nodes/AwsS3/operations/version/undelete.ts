import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { mfa } from '../../core/objectFields/deleteBatch';
import { bucket, key } from '../../core/fields/locators';
import { dryRun, options, requestOptions } from '../../core/fields/options';
import { operation } from '../../core/operation';
import type { ObjectAt } from '../../s3/address';
import type { S3 } from '../../s3/client/client';
import { s3Failure, statusOf } from '../../s3/failure';
import { headObject } from '../../s3/list/headObject';
import { idOf } from '../../s3/list/history';
import { historyOf, refusalOf } from '../../s3/list/versions';

/**
 * Throws if a server without known versioning support reports a removed delete marker, but the object is still gone.
 */
const checkBack = async (s3: S3, { bucket, key, versionId }: ObjectAt) => {
	if (s3.capabilities.versions === 'yes') return;
	const isBack = await headObject(s3, { bucket, key }).then(
		(head) => head && (head.VersionId === undefined || head.VersionId === versionId),
		(error) => {
			// A user who can undelete may not be allowed to read.
			if (statusOf(error) !== 403) throw error;
			return true;
		},
	);
	if (isBack) return;
	const message = `The delete markers of '${key}' are gone, but the object is not back`;
	throw s3Failure({ code: 'NotBack', message, connection: s3.connection, operation: 'DeleteObject', bucket, key });
};

export default operation({
	resource: 'version',
	operation: 'undelete',
	name: 'Undelete',
	action: 'Undelete an object',
	description: 'Restore a deleted object by removing its delete markers',
	fields: [bucket, key, options(dryRun, mfa, ...requestOptions)],
	permissions: [
		{ action: 's3:ListBucketVersions', on: 'bucket' },
		{ action: 's3:DeleteObjectVersion', on: 'object' },
	],
	effect: 'destructive',
	async *execute({ s3, params }) {
		const { bucket: Bucket, key: Key, options: chosen } = params;
		const history = await historyOf(s3, Bucket, Key);
		const refusal = history.versions.length > 0 && refusalOf(s3, Bucket, history);
		if (refusal) throw refusal;
		const versionIndex = history.versions.findIndex(({ isDeleteMarker }) => !isDeleteMarker);
		const version = history.versions[versionIndex];
		const at = { bucket: Bucket, key: Key };
		const planned = chosen.dryRun ? { undeleted: false, dryRun: true, ...at } : { undeleted: false, ...at };
		if (!version || versionIndex === 0) {
			const reason = version ? 'The object is not deleted' : 'The object has no version to restore';
			yield { ...planned, reason };
			return;
		}
		const markers = history.versions.slice(0, versionIndex).map(idOf);
		const { VersionId: versionId } = version;
		for (const marker of markers) {
			if (chosen.dryRun) yield { ...planned, versionId, deleteMarkerVersionId: marker };
			else await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker, MFA: chosen.mfa || undefined }));
		}
		if (chosen.dryRun) return;
		await checkBack(s3, { ...at, versionId: idOf(version) });
		yield { undeleted: true, ...at, versionId, deleteMarkers: markers.length };
	},
});
