import { arnOfBucket } from '../partition';

interface Sending {
	/** The ARN of the queue or topic. */
	target: string;
	kind: 'queue' | 'topic';
	bucket: string;
	region: string;
	/** The account that owns the bucket, which a bucket of the same name in another account cannot have. */
	account?: string;
}

/**
 * The statement in the policy of a queue or topic that lets S3 send the events of a bucket to it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html
 */
export const sendingPolicy = ({ target, kind, bucket, region, account }: Sending) => ({
	Version: '2012-10-17',
	Statement: [
		{
			Sid: 'AllowEventsOfBucket',
			Effect: 'Allow',
			Principal: { Service: 's3.amazonaws.com' },
			Action: kind === 'queue' ? 'sqs:SendMessage' : 'sns:Publish',
			Resource: target,
			Condition: {
				ArnLike: { 'aws:SourceArn': arnOfBucket(bucket, region).arn },
				...(account && { StringEquals: { 'aws:SourceAccount': account } }),
			},
		},
	],
});

/** What a trigger does with its queue, as actions of IAM. The last one only finds a queue by its name. */
export const queueActions = [
	'sqs:ReceiveMessage',
	'sqs:DeleteMessage',
	'sqs:ChangeMessageVisibility',
	'sqs:GetQueueUrl',
] as const;

/** The statements that the user of a trigger needs for its queue. */
export const receivingPolicy = (queue: string) => ({
	Version: '2012-10-17',
	Statement: [
		{
			Effect: 'Allow',
			Action: [...queueActions],
			Resource: queue,
		},
	],
});
