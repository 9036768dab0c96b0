import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';

/** Regions that GetBucketLocation reports by another value. */
const regionNames = new Map([
	['', 'us-east-1'],
	['EU', 'eu-west-1'],
]);

/** The region of a bucket. Throws if S3 rejects the request. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const locationOf = async (s3: S3, Bucket: string): Promise<string> => {
	const { LocationConstraint = '' } = await s3.send(new GetBucketLocationCommand({ Bucket }));
	return regionNames.get(LocationConstraint) ?? LocationConstraint;
};
