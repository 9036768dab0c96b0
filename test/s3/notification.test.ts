import type { NotificationConfiguration, TopicConfiguration } from '@aws-sdk/client-s3';
import {
	GetBucketNotificationConfigurationCommand,
	PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { makeTarget } from '../support/events';
import { startProxy } from '../support/proxy';
import { bucketName, makeBucket, one, sdk, server } from '../support/s3';

const current = async (Bucket: string): Promise<NotificationConfiguration> => {
	const { $metadata: _unused, ...configuration } = await sdk.send(
		new GetBucketNotificationConfigurationCommand({ Bucket }),
	);
	return configuration;
};

const idsOf = async (Bucket: string) => {
	const { QueueConfigurations = [], TopicConfigurations = [] } = await current(Bucket);
	return [...QueueConfigurations, ...TopicConfigurations].map(({ Id }) => Id).sort();
};

/** A bucket with an entry of somebody else, and where our entry goes. */
const withForeign = async () => {
	const bucket = await makeBucket();
	const { targetArn, sendTo, member } = await makeTarget(bucketName());
	const foreign = { Id: bucketName(), Events: ['s3:ObjectRemoved:*'], [member]: targetArn };
	const configurations = sendTo === 'topic' ? 'TopicConfigurations' : 'QueueConfigurations';
	await sdk.send(
		new PutBucketNotificationConfigurationCommand({
			Bucket: bucket,
			NotificationConfiguration: { [configurations]: [foreign as TopicConfiguration] },
		}),
	);
	const before = await current(bucket);
	const entryId = bucketName();
	const ours = { bucket, sendTo, targetArn, entryId, events: ['created'] };
	return { bucket, foreign, before, ours, theirs: { bucket, sendTo, entryId: foreign.Id, change: 'remove' } };
};

test('our entry comes beside others, and goes without them', async () => {
	const { bucket, foreign, before, ours } = await withForeign();
	const set = { ...ours, change: 'set' };
	expect(await one('bucketSetting.setNotification', set)).toMatchObject({ updated: true });
	expect(await idsOf(bucket)).toEqual([ours.entryId, foreign.Id].sort());
	await one('bucketSetting.setNotification', { ...set, prefix: 'in/' });
	expect(await idsOf(bucket)).toEqual([ours.entryId, foreign.Id].sort());
	expect(await one('bucketSetting.setNotification', { ...ours, change: 'remove' })).toMatchObject({ updated: true });
	expect(await current(bucket)).toEqual(before);
});

test('the last entry can be removed', async () => {
	const { bucket, theirs } = await withForeign();
	expect(await one('bucketSetting.setNotification', theirs)).toMatchObject({ updated: true, configuration: {} });
	expect(await current(bucket)).toEqual({});
	expect(await one('bucket.exists', { bucket })).toMatchObject({ exists: true });
});

test('what is so already is not written again', async () => {
	const { ours } = await withForeign();
	const proxy = await startProxy(server.endpoint);
	const remove = { ...ours, change: 'remove' };
	const answer = await one('bucketSetting.setNotification', remove, { connection: { endpoint: proxy.url } });
	expect(answer).toMatchObject({ updated: false });
	expect(proxy.requests.map(({ method }) => method)).toEqual(['GET']);
});

test('all notifications can be deleted', async () => {
	const { bucket } = await withForeign();
	expect(await one('bucketSetting.delete', { bucket, setting: 'notification' })).toMatchObject({ deleted: true });
	expect(await current(bucket)).toEqual({});
});
