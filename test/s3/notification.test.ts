import { PutBucketNotificationConfigurationCommand } from '@aws-sdk/client-s3';
import { currentNotification, makeTarget } from '../support/events';
import { startProxy } from '../support/proxy';
import { signRequest } from '../../nodes/AwsS3/s3/client/signRequest';
import { bucketName, kind, makeBucket, one, sdk, server } from '../support/s3';

const idsOf = async (Bucket: string) => {
	const { QueueConfigurations = [], TopicConfigurations = [] } = await currentNotification(Bucket);
	return [...QueueConfigurations, ...TopicConfigurations].map(({ Id }) => Id).sort();
};

/** A bucket with an entry of somebody else, and where our entry goes. */
const withForeign = async () => {
	const bucket = await makeBucket();
	const { targetArn, sendTo } = await makeTarget(bucketName());
	const foreign = { Id: bucketName(), Events: ['s3:ObjectRemoved:*' as const] };
	const NotificationConfiguration =
		sendTo === 'topic'
			? { TopicConfigurations: [{ ...foreign, TopicArn: targetArn }] }
			: { QueueConfigurations: [{ ...foreign, QueueArn: targetArn }] };
	await sdk.send(new PutBucketNotificationConfigurationCommand({ Bucket: bucket, NotificationConfiguration }));
	const before = await currentNotification(bucket);
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
	expect(await currentNotification(bucket)).toEqual(before);
});

test('the last entry can be removed', async () => {
	const { bucket, theirs } = await withForeign();
	expect(await one('bucketSetting.setNotification', theirs)).toMatchObject({ updated: true, configuration: {} });
	expect(await currentNotification(bucket)).toEqual({});
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
	expect(await currentNotification(bucket)).toEqual({});
});

test('notifications of many buckets can be set at the same time', async () => {
	const { targetArn, sendTo } = await makeTarget(bucketName());
	const set = async () => {
		const bucket = await makeBucket();
		const ours = { bucket, sendTo, targetArn, entryId: bucketName(), events: ['created'] };
		await one('bucketSetting.setNotification', { ...ours, change: 'set' });
		expect(await idsOf(bucket)).toEqual([ours.entryId]);
	};
	await Promise.all(Array.from({ length: 20 }, set));
});

/** A way to the server on which nothing is left of the first change. */
const startUndoing = async () => {
	let writes = 0;
	const { url: endpoint } = await startProxy(server.endpoint, ({ method }) =>
		method === 'PUT' && writes++ === 0 ? { status: 200, headers: {}, body: '' } : 'pass',
	);
	return { connection: { endpoint }, writes: () => writes };
};

test('a change that another writer has undone is made again', async () => {
	const { bucket, foreign, ours } = await withForeign();
	const { connection, writes } = await startUndoing();
	await one('bucketSetting.setNotification', { ...ours, change: 'set' }, { connection });
	expect(writes()).toBeGreaterThan(1);
	expect(await idsOf(bucket)).toEqual([ours.entryId, foreign.Id].sort());
});

test('other filters of the same entry that another writer has undone are set again', async () => {
	const { bucket, ours } = await withForeign();
	await one('bucketSetting.setNotification', { ...ours, change: 'set', prefix: 'a/' });
	const { connection, writes } = await startUndoing();
	await one('bucketSetting.setNotification', { ...ours, change: 'set', prefix: 'b/' }, { connection });
	expect(writes()).toBeGreaterThan(1);
	const { QueueConfigurations = [], TopicConfigurations = [] } = await currentNotification(bucket);
	const entry = [...QueueConfigurations, ...TopicConfigurations].find(({ Id }) => Id === ours.entryId);
	expect(entry?.Filter?.Key?.FilterRules?.map(({ Value }) => Value).filter(Boolean)).toEqual(['b/']);
});

/** What a server answers to a request for the notifications of a bucket, which the SDK would show only in part. */
const askRaw = async (method: 'GET' | 'PUT', bucket: string, body?: string) => {
	const url = `${server.endpoint}/${bucket}`;
	const signed = await signRequest(server, { method, url, query: { notification: '' }, headers: {}, body });
	const answer = await fetch(signed.url, { method, headers: signed.headers, body });
	expect(answer.status).toBe(200);
	return await answer.text();
};

const rule = (name: string, value: string) => `<FilterRule><Name>${name}</Name><Value>${value}</Value></FilterRule>`;
const keyFilter = `<S3Key>${rule('prefix', 'theirs/')}</S3Key>`;

/** Ceph also filters by metadata and tags, which S3 does not. */
const theirFilter =
	kind === 'ceph'
		? `${keyFilter}<S3Metadata>${rule('x-amz-meta-colour', 'blue')}</S3Metadata><S3Tags>${rule('team', 'red')}</S3Tags>`
		: keyFilter;

test('an entry of somebody else keeps each filter, also those that only this server has', async () => {
	const { bucket, ours, foreign } = await withForeign();
	const [entry, target] = ours.sendTo === 'topic' ? ['TopicConfiguration', 'Topic'] : ['QueueConfiguration', 'Queue'];
	const whole = `<${entry}><Id>${foreign.Id}</Id><${target}>${ours.targetArn}</${target}><Event>s3:ObjectRemoved:*</Event><Filter>${theirFilter}</Filter></${entry}>`;
	await askRaw(
		'PUT',
		bucket,
		`<NotificationConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${whole}</NotificationConfiguration>`,
	);
	const before = await askRaw('GET', bucket);
	for (const value of theirFilter.match(/(?<=<Value>)[^<]+/g) ?? []) expect(before).toContain(value);
	const theirs = before.match(new RegExp(`<${entry}>.*</${entry}>`, 's'))?.[0] ?? 'none';
	expect(await one('bucketSetting.setNotification', { ...ours, change: 'set' })).toMatchObject({ updated: true });
	expect(await askRaw('GET', bucket)).toContain(ours.entryId);
	expect(await askRaw('GET', bucket)).toContain(theirs);
	expect(await one('bucketSetting.setNotification', { ...ours, change: 'remove' })).toMatchObject({ updated: true });
	expect(await askRaw('GET', bucket)).toBe(before);
});
