import type { NotificationConfiguration, ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import {
	GetBucketNotificationConfigurationCommand,
	PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { HttpRequest } from '@smithy/core/protocols';
import type { SerializeHandler } from '@smithy/types';
import { serverOf } from '../capabilities';
import type { S3 } from '../client/client';
import { fingerprint } from '../connection';
import { codeOf } from '../failure';
import { alone } from '../flow/keyLock';

/** What a bucket sends events to. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketNotificationConfiguration.html */
export const getNotification = async (s3: S3, Bucket: string): Promise<NotificationConfiguration> => {
	const { $metadata: _unused, ...configuration } = await s3.send(
		new GetBucketNotificationConfigurationCommand({ Bucket }),
	);
	return configuration;
};

/** Makes a request the deletion of one notification, or of all with an empty id. */
const asDeletion =
	(id: string) =>
	<I extends ServiceInputTypes, O extends ServiceOutputTypes>(next: SerializeHandler<I, O>): SerializeHandler<I, O> =>
	async (args) => {
		const { request } = args;
		if (!HttpRequest.isInstance(request)) throw new TypeError('The request is not built yet');
		request.method = 'DELETE';
		request.query = { notification: id };
		request.body = undefined;
		return await next(args);
	};

/** Whether the server has notifications as Ceph has them: the configuration can grow, and each one can be deleted by its id. */
export const deletesNotifications = ({ connection }: S3) => serverOf(connection).id === 'ceph';

/**
 * Sends a change of notifications. Ceph keeps those of all buckets of a user in one place, and answers one in eight changes
 * with status 500 if others are running, even for other buckets: there, changes wait for each other.
 */
const send = async (s3: S3, command: PutBucketNotificationConfigurationCommand) => {
	const work = async () => void (await s3.send(command));
	if (!deletesNotifications(s3)) return await work();
	await alone(`notifications ${fingerprint(s3.connection)}`, s3.signal, work);
};

/**
 * Deletes the notification of an id, or all with an empty id, on a server that has that. No other server may get the
 * request: a server that does not know the parameter may delete the bucket.
 * https://docs.ceph.com/en/pacific/radosgw/s3-notification-compatibility/
 */
export const deleteNotification = async (s3: S3, Bucket: string, id: string) => {
	if (!deletesNotifications(s3)) throw new TypeError('Only Ceph deletes notifications');
	const command = new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration: {} });
	command.middlewareStack.add(asDeletion(id), { step: 'serialize', priority: 'low', name: 'asDeletion' });
	await send(s3, command);
};

/**
 * Sets the notifications of a bucket. S3 replaces all, Ceph adds those that are new. S3 has no request that deletes them, but an
 * empty configuration, which Ceph 16 refuses.
 */
export const putNotification = async (s3: S3, Bucket: string, NotificationConfiguration: NotificationConfiguration) => {
	const isEmpty = Object.keys(NotificationConfiguration).length === 0;
	const command = new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration });
	await send(s3, command).catch(async (error: unknown) => {
		if (!isEmpty || !deletesNotifications(s3) || codeOf(error) !== 'MalformedXML') throw error;
		await deleteNotification(s3, Bucket, '');
	});
};
