import type { AccessControlPolicy } from '@aws-sdk/client-s3';
import { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';

/**
 * The ACL of an object; undefined for the default one of new objects, which grants full control to the owner only.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 */
export const customAcl = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
): Promise<AccessControlPolicy | undefined> => {
	const { Owner, Grants = [] } = await s3.send(
		new GetObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
	);
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
