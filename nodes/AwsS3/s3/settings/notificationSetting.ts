import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import {
	GetBucketNotificationConfigurationCommand,
	PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';

/** What a bucket sends events to. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export const getNotification = async (s3: S3, Bucket: string): Promise<NotificationConfiguration> => {
	const { $metadata: _unused, ...configuration } = await s3.send(
		new GetBucketNotificationConfigurationCommand({ Bucket }),
	);
	return configuration;
};

/** Replaces all of it. */
export const putNotification = async (s3: S3, Bucket: string, NotificationConfiguration: NotificationConfiguration) => {
	await s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
};
