import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';

/** The oldest region has no name in this answer, the second-oldest an old one. */
const names: Record<string, string> = { '': 'us-east-1', EU: 'eu-west-1' };

/** The region of a bucket. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const locationOf = async (s3: S3, Bucket: string): Promise<string> => {
	const { LocationConstraint = '' } = await s3.send(new GetBucketLocationCommand({ Bucket }));
	return names[LocationConstraint] ?? LocationConstraint;
};
