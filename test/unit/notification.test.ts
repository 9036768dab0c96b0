import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { adding, removingBridge } from '../../nodes/AwsS3/s3/notification/changeNotification';
import type { NotificationEntry } from '../../nodes/AwsS3/s3/notification/entries';
import { withEntry, withoutEntries } from '../../nodes/AwsS3/s3/notification/entries';
import { receivingPolicy, sendingPolicy } from '../../nodes/AwsS3/s3/notification/targetPolicy';

const isOurs = (id: string) => id === 'n8n';

const others: NotificationConfiguration = {
	LambdaFunctionConfigurations: [
		{
			Id: 'n8n',
			LambdaFunctionArn: 'arn:aws:lambda:us-east-1:111122223333:function:f',
			Events: ['s3:ObjectCreated:Put'],
		},
	],
	QueueConfigurations: [
		{ Id: 'theirs', QueueArn: 'arn:aws:sqs:us-east-1:111122223333:theirs', Events: ['s3:ObjectRemoved:*'] },
	],
	TopicConfigurations: [
		{ Id: 'theirs too', TopicArn: 'arn:aws:sns:us-east-1:111122223333:t', Events: ['s3:ObjectRemoved:*'] },
	],
	EventBridgeConfiguration: {},
};

const queue: NotificationEntry = {
	...{ id: 'n8n', target: { kind: 'queue', arn: 'arn:aws:sqs:us-east-1:111122223333:q' } },
	...{ events: ['s3:ObjectCreated:*'], prefix: 'in/', suffix: '.csv' },
};

const ours = {
	Id: 'n8n',
	QueueArn: 'arn:aws:sqs:us-east-1:111122223333:q',
	Events: ['s3:ObjectCreated:*'],
	Filter: {
		Key: {
			FilterRules: [
				{ Name: 'prefix', Value: 'in/' },
				{ Name: 'suffix', Value: '.csv' },
			],
		},
	},
};

test('our entry comes beside the others', () => {
	expect(withEntry(others, queue)).toEqual({
		...others,
		QueueConfigurations: [...(others.QueueConfigurations ?? []), ours],
	});
	expect(withEntry({}, queue)).toEqual({ QueueConfigurations: [ours] });
});

test('our entry replaces itself, also where it goes somewhere else now', () => {
	const once = withEntry(others, queue);
	expect(withEntry(once, queue)).toEqual(once);
	const topic: NotificationEntry = { ...queue, target: { kind: 'topic', arn: 'arn:aws:sns:us-east-1:111122223333:n' } };
	const moved = withEntry(once, topic);
	expect(moved.QueueConfigurations).toEqual(others.QueueConfigurations);
	expect(moved.TopicConfigurations).toHaveLength(2);
});

test('only our entry goes', () => {
	expect(withoutEntries(withEntry(others, queue), isOurs)).toEqual(others);
	expect(withoutEntries({ QueueConfigurations: [ours as never] }, isOurs)).toEqual({});
	expect(withoutEntries(others, (id) => id === 'unknown')).toEqual(others);
});

test('EventBridge has no entry of its own', () => {
	const { EventBridgeConfiguration: _bridge, ...rest } = others;
	expect(withEntry(rest, { ...queue, target: { kind: 'eventBridge' } })).toEqual(others);
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html */
test('the policy of a queue lets only S3 send, and only for the bucket', () => {
	const target = 'arn:aws:sqs:eu-central-1:111122223333:q';
	expect(
		sendingPolicy({ target, kind: 'queue', bucket: 'b', region: 'eu-central-1', account: '111122223333' }).Statement,
	).toEqual([
		{
			...{ Sid: 'AllowEventsOfBucket', Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' } },
			...{ Action: 'sqs:SendMessage', Resource: target },
			Condition: {
				ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::b' },
				StringEquals: { 'aws:SourceAccount': '111122223333' },
			},
		},
	]);
	expect(receivingPolicy(target).Statement[0]?.Resource).toBe(target);
});

test('the policy of a topic lets S3 publish, also in China', () => {
	const target = 'arn:aws-cn:sns:cn-north-1:111122223333:t';
	const [statement] = sendingPolicy({ target, kind: 'topic', bucket: 'b', region: 'cn-north-1' }).Statement;
	expect(statement).toMatchObject({
		Action: 'sns:Publish',
		Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws-cn:s3:::b' } },
	});
});

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html */
test('Amazon S3 gets filters as it compares them, other servers as they are', () => {
	const entry = { ...queue, prefix: 'in 1+1/ü=', suffix: ' %.csv' };
	const filter = (connection: { endpoint?: string }) =>
		adding({ region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 's', ...connection }, entry)
			.appliedTo({})
			.QueueConfigurations?.[0]?.Filter?.Key?.FilterRules?.map(({ Value }) => Value);
	expect(filter({})).toEqual(['in+1%2B1/%C3%BC%3D', '+%25.csv']);
	expect(filter({ endpoint: 'http://localhost:9000' })).toEqual(['in 1+1/ü=', ' %.csv']);
});

test('EventBridge goes alone', () => {
	const { EventBridgeConfiguration: _bridge, ...rest } = others;
	expect(removingBridge.appliedTo(others)).toEqual(rest);
	expect([others, rest].map((one) => removingBridge.isIn(one))).toEqual([false, true]);
});
