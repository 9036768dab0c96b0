import type { AccessControlPolicy } from '@aws-sdk/client-s3';
import { GetObjectAclCommand, PutObjectAclCommand } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';

/**
 * The access control list of an object; undefined where it says no more than that the owner may do everything, which
 * every new object gets by itself.
 */
export const customAcl = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
): Promise<AccessControlPolicy | undefined> => {
	const { Owner, Grants = [] } = await s3.send(
		new GetObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId }),
	);
	const isUsual = Grants.every(({ Permission, Grantee }) => Permission === 'FULL_CONTROL' && Grantee?.ID === Owner?.ID);
	return isUsual ? undefined : { Owner, Grants };
};

/** Gives an object an access control list. */
export const putAcl = async (
	s3: S3,
	{ bucket, key, versionId }: ObjectAt,
	AccessControlPolicy: AccessControlPolicy,
) => {
	await s3.send(new PutObjectAclCommand({ Bucket: bucket, Key: key, VersionId: versionId, AccessControlPolicy }));
};
