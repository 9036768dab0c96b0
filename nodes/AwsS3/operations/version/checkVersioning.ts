import { badInput } from '../../core/errors/badInput';
import type { S3 } from '../../s3/client/client';
import { versioningOf } from '../../s3/settings/versioning';

/** The permission that `checkVersioning` needs. */
export const versioningPermission = { action: 's3:GetBucketVersioning', on: 'bucket' } as const;

/**
 * Throws unless the bucket has versioning enabled: without it, restoring would overwrite the current object
 * permanently.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
export const checkVersioning = async (s3: S3, bucket: string) => {
	const status = await versioningOf(s3, bucket);
	if (status === 'Enabled') return;
	throw badInput(
		`Versioning of the bucket '${bucket}' is ${status === 'Suspended' ? 'suspended' : 'off'}`,
		"Restoring would overwrite objects permanently, so nothing was done. Turn on versioning with 'Bucket Setting: Set' first.",
	);
};
