import { RestoreObjectCommand } from '@aws-sdk/client-s3';
import type { Tier } from '@aws-sdk/client-s3';
import type { ObjectAt } from '../address';
import type { S3 } from '../client/client';
import { codeOf } from '../failure';

/** How to restore: how many days the readable copy stays, and how fast it comes. */
export interface RestoreTerms {
	days: number;
	tier: Tier;
}

/** Whether S3 refuses days, because objects in Intelligent-Tiering move back permanently. */
const refusesDays = (error: unknown) =>
	codeOf(error) === 'InvalidArgument' &&
	error instanceof Error &&
	/not subject to restore expiry|do not specify days/i.test(error.message);

/**
 * Asks S3 to restore an archived object, which takes minutes to hours. Returns false if an earlier request is running.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/restoring-objects.html
 */
export const requestRestore = async (
	s3: S3,
	{ bucket: Bucket, key: Key, versionId: VersionId }: ObjectAt,
	{ days, tier: Tier }: RestoreTerms,
): Promise<boolean> => {
	const request = async (Days?: number) => {
		const RestoreRequest = { Days, GlacierJobParameters: { Tier } };
		await s3.send(new RestoreObjectCommand({ Bucket, Key, VersionId, RestoreRequest }));
		return true;
	};
	return await request(days)
		.catch(async (error) => {
			if (!refusesDays(error)) throw error;
			return await request();
		})
		.catch((error) => {
			if (codeOf(error) === 'RestoreAlreadyInProgress') return false;
			throw error;
		});
};
