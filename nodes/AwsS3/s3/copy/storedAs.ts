import type { CopyObjectCommandInput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import { isOfOtherStores } from '../storageClass';

/** How S3 stores an object: its storage class and its encryption. */
type Stored = Pick<
	CopyObjectCommandInput,
	'StorageClass' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'BucketKeyEnabled'
>;

interface Asked {
	/** What the parameters of the node say. */
	chosen: Stored;
	original: Pick<HeadObjectCommandOutput, keyof Stored>;
	/** Whether the copy stays in the bucket of the original, and so in the region of its KMS key. */
	isSameBucket: boolean;
}

/**
 * The storage class and encryption of a copy: as chosen, else as the connection that writes sets them, else the class of the
 * original and, in the same bucket, its encryption. Where all are silent, the default of the bucket applies.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const storedAs = ({ defaults }: Pick<S3, 'defaults'>, { chosen, original, isSameBucket }: Asked): Stored => {
	const { StorageClass = 'STANDARD', ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = original;
	const keptClass = isSameBucket || !isOfOtherStores(StorageClass) ? StorageClass : undefined;
	const setsEncryption =
		chosen.ServerSideEncryption ?? defaults.ServerSideEncryption ?? defaults.SSECustomerKey ?? chosen.SSEKMSKeyId;
	return {
		StorageClass: chosen.StorageClass ?? defaults.StorageClass ?? keptClass,
		// A key of KMS belongs to a region and an account, and parts of two encryptions do not go together.
		...(isSameBucket && setsEncryption === undefined && { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled }),
	};
};
