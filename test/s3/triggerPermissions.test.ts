import { PutBucketVersioningCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { eventSelector } from '../../nodes/AwsS3/core/eventTrigger/selectEvents';
import { triggers } from '../../nodes/AwsS3/operations/access/triggers';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import type { S3EventName } from '../../nodes/AwsS3/s3/events/eventNames';
import { queueOf } from '../../nodes/AwsS3/s3/events/queue';
import { connectToQueue } from '../../nodes/AwsS3/s3/events/sqs';
import { apiOf } from '../support/apiOf';
import type { Need } from '../support/awsPermissions';
import { required, requiredWithKms, triggersSend } from '../support/awsPermissions';
import { listen } from '../support/listen';
import { tagAsScanned } from '../support/malwareScan';
import { pollInRounds } from '../support/pollInRounds';
import { startProxy } from '../support/proxy';
import { credentials, makeBucket, sdk, server } from '../support/s3';

/** What AWS documents as required for requests to its API. */
const needsOf = (apis: Iterable<string>): Need[] =>
	[...new Set([...apis].flatMap((api) => [...(required[api] ?? []), ...(requiredWithKms[api] ?? [])]))].sort();

/** What a trigger declares, with or without what only its options need. */
const declaredBy = (id: string, all: boolean) => {
	const { permissions = [] } = triggers.find((one) => one.id === id) ?? {};
	const chosen = permissions.filter(({ option }) => all || !option);
	return [...new Set(chosen.map(({ action, on }) => `${on} ${action}`))].sort();
};

/** The operations of the API that a request asks for, as `awsPermissions.ts` names them. */
const askedBy = (request: Parameters<typeof apiOf>[0]) => {
	const isOfState = request.url?.includes('/.n8n-triggers/');
	return apiOf(request).map((api) => (isOfState ? `${api}: of a state` : api));
};

const recording = async () => {
	const proxy = await startProxy(server.endpoint);
	return {
		connection: { ...credentials, endpoint: proxy.url },
		// Where a server ignores conditions, the name of a new state is looked for first. Amazon S3 does not.
		apis: () => new Set(proxy.requests.flatMap(askedBy).filter((api) => !/^Head.*of a state$/.test(api))),
	};
};

const makeVersionedBucket = async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: { Status: 'Enabled' } }));
	return bucket;
};

test('the polling trigger needs by default what it declares, and no more', async () => {
	const { connection, apis } = await recording();
	await pollInRounds(await makeBucket(), connection, {});
	expect([...apis()].sort()).toEqual([...(triggersSend.awsS3Trigger?.always ?? [])].sort());
	expect(needsOf(apis())).toEqual(declaredBy('awsS3Trigger', false));
});

test('the polling trigger needs with all its options what it declares for them, and no more', async () => {
	const { connection, apis } = await recording();
	const options = { join: ['content', 'metadata', 'tags'], skipMetadata: 'own', onlyClean: true };
	await pollInRounds(await makeBucket(), connection, options);
	await pollInRounds(await makeVersionedBucket(), connection, { ...options, versions: true });
	const { always = [], withOptions = [] } = triggersSend.awsS3Trigger ?? {};
	expect([...apis()].sort()).toEqual([...always, ...withOptions].sort());
	expect(needsOf(apis())).toEqual(declaredBy('awsS3Trigger', true));
	// Many polls, which take minutes on a slow server and a busy machine.
}, 300_000);

test('the event trigger needs in S3 what it declares for its options, and no more', async () => {
	const { connection, apis } = await recording();
	const bucket = await makeVersionedBucket();
	const { ETag: etag, VersionId: versionId } = await sdk.send(
		new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a' }),
	);
	await tagAsScanned(bucket, 'a', 'NO_THREATS_FOUND');
	const select = eventSelector(
		{
			...{ names: new Set(['created']), prefix: '', bucket: '', filters: {}, onlyClean: true },
			join: new Set(['metadata', 'tags']),
		},
		connect(connection),
	);
	const event: S3EventName = 'created';
	const created = { event, eventName: 'ObjectCreated:Put', bucket, key: 'a', etag };
	expect(await select([created])).toHaveLength(1);
	expect(await select([{ ...created, versionId }])).toHaveLength(1);
	const { withOptions = [] } = triggersSend.awsS3EventTrigger ?? {};
	// The queue has a test of its own, and only activation asks for the notification: e2e `ownNotification`.
	const isElsewhere = (one: string) => /^queue |Notification/.test(one);
	expect([...apis()].sort()).toEqual(withOptions.filter((one) => !isElsewhere(one)).sort());
	expect(needsOf(apis())).toEqual(declaredBy('awsS3EventTrigger', true).filter((one) => !isElsewhere(one)));
});

test('the event trigger sends to its queue what it declares, and no more', async () => {
	const sent = new Set<string>();
	const sqs = createServer((request, response) => {
		const api = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
		sent.add(api);
		const MD5OfBody = createHash('md5').update('{}').digest('hex');
		const Messages = [{ MessageId: '1', Body: '{}', MD5OfBody, ReceiptHandle: 'h' }];
		const answers: Record<string, object> = {
			GetQueueUrl: { QueueUrl: 'http://queue/1/q' },
			ReceiveMessage: { Messages },
		};
		const headers = { 'content-type': 'application/x-amz-json-1.0' };
		request.resume().once('end', () => response.writeHead(200, headers).end(JSON.stringify(answers[api] ?? {})));
	});
	const connection = { ...credentials, sqsEndpoint: `http://${await listen(sqs)}` };
	const queue = queueOf('q', connection);
	if (!queue) throw new Error('A name is a queue');
	const client = await connectToQueue(connection, queue);
	for (const message of await client.receive(1)) {
		await client.hide(message, 60);
		await client.remove(message);
	}
	client.close();
	expect([...sent].sort()).toEqual([...(triggersSend.awsS3EventTrigger?.always ?? [])].sort());
	expect(needsOf(sent)).toEqual(declaredBy('awsS3EventTrigger', false));
});
