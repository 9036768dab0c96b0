import type { AccessControlPolicy, GetObjectAclCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { isS3Failure, statusOf, withDetails } from '../failure';

/**
 * The ACL of an object; undefined for the default one of new objects, which grants full control to the owner only, and
 * where the server has no ACLs.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const customAcl = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
): Promise<AccessControlPolicy | undefined> => {
	const command = new GetObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId });
	const { Owner, Grants = [] }: Partial<GetObjectAclCommandOutput> = await s3.send(command).catch((error) => {
		if (isS3Failure(error) && error.lacks !== undefined) return {};
		// MinIO and OpenStack Swift have no ACL of a version behind a delete marker.
		if (versionId !== undefined && statusOf(error) === 404) return {};
		throw error;
	});
	const isDefault = Grants.every(
		({ Permission, Grantee }) => Permission === 'FULL_CONTROL' && Grantee?.ID === Owner?.ID,
	);
	return isDefault ? undefined : { Owner, Grants };
};

/** Replaces the ACL of an object. https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectAcl.html */
export const putAcl = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
	AccessControlPolicy: AccessControlPolicy,
) => {
	await s3.send(new PutObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId, AccessControlPolicy }));
};

/** Gives a copy the ACL of its original. Throws with the news that the copy is there, if that fails. */
export const keepAclOf = async (s3: S3, copy: ObjectAt, acl: AccessControlPolicy) => {
	await putAcl(s3, copy, acl).catch((error) => {
		const done = `The object '${copy.key}' in bucket '${copy.bucket}' was written without the original's ACL`;
		throw withDetails(error, { done });
	});
};
