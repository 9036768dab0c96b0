import { field } from '../field';
import { filterOptions } from '../filters/filters';
import { eventChoices } from './eventChoices';

const delivery = field({
	displayName: 'Delivery',
	name: 'delivery',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'SQS Queue',
			value: 'sqs',
			description: 'The queue keeps events while n8n is off. Needs no public address.',
		},
		{
			name: 'Webhook',
			value: 'webhook',
			description: 'SNS, MinIO or Ceph calls n8n, which has to be reachable for it',
		},
	],
	default: 'sqs',
	description: 'How the events of S3 come to n8n',
});

const setUp = field({
	displayName:
		"S3 has to be told to send events to the queue or topic. The option 'Set Notification' does that, or the operation of the same name of the node 'Amazon S3', which also gives the policy that the queue or topic needs. <a href=\"https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/events.md\">Step by step</a>.",
	name: 'setUpNotice',
	type: 'notice',
	default: '',
});

const queue = field({
	displayName: 'Queue',
	name: 'queue',
	type: 'string',
	required: true,
	displayOptions: { show: { delivery: ['sqs'] } },
	default: '',
	placeholder: 'e.g. https://sqs.eu-central-1.amazonaws.com/111122223333/my-queue',
	description: 'The URL, ARN or name of the queue. Nobody else should take messages out of it.',
});

const sender = field({
	displayName: 'Sender',
	name: 'sender',
	type: 'options',
	displayOptions: { show: { delivery: ['webhook'] } },
	options: [
		{ name: 'Amazon SNS', value: 'sns', description: 'The subscription is confirmed, and every signature checked' },
		{ name: 'MinIO or Ceph', value: 'token', description: 'Every call has to have the token' },
	],
	default: 'sns',
	description: 'Who calls the webhook',
});

const topicArn = field({
	displayName: 'Topic ARN',
	name: 'topicArn',
	type: 'string',
	required: true,
	displayOptions: { show: { delivery: ['webhook'], sender: ['sns'] } },
	default: '',
	placeholder: 'e.g. arn:aws:sns:eu-central-1:111122223333:my-topic',
	description: 'The only topic whose messages are taken. Subscribe the webhook URL to it with the protocol HTTPS.',
});

const token = field({
	displayName: 'Token',
	name: 'token',
	type: 'string',
	typeOptions: { password: true },
	required: true,
	displayOptions: { show: { delivery: ['webhook'], sender: ['token'] } },
	default: '',
	description: "The 'auth_token' of MinIO's webhook target, or the 'OpaqueData' of the Ceph topic",
});

const events = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	options: [...eventChoices],
	default: ['created'],
	description: 'Which events start the workflow. S3 has to send them too.',
});

const prefix = field({
	displayName: 'Prefix',
	name: 'prefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: 'Only objects whose keys begin with this. Leave empty for all that S3 sends.',
});

const onlyClean = field({
	displayName: 'Wait for Malware Scan',
	name: 'onlyClean',
	type: 'boolean',
	default: true,
	description:
		"Whether a new object counts as created only once GuardDuty has tagged it as clean. S3 has to send 'Tags Changed' too.",
});

const add = field({
	displayName: 'Add to Each Object',
	name: 'join',
	type: 'multiOptions',
	options: [
		{
			name: 'Metadata',
			value: 'metadata',
			description: 'With the time of the last change. One more request for each object.',
		},
		{ name: 'Tags', value: 'tags', description: 'One more request for each object' },
	],
	default: [],
	description: 'What to get besides what the event tells',
});

const onlyBucket = field({
	displayName: 'Bucket Name',
	name: 'onlyBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-backups',
	description:
		"Only events of this bucket, where a queue or topic gets those of several. The bucket for 'Set Notification'.",
});

/** For options that only a queue has. */
const ofQueue = { show: { '/delivery': ['sqs'] } };

const removeWhen = field({
	displayName: 'Delete Message',
	name: 'removeWhen',
	displayOptions: ofQueue,
	type: 'options',
	options: [
		{
			name: 'When the Execution Ends',
			value: 'ended',
			description: 'Nothing is lost if n8n stops meanwhile. What has failed can be retried in the list of executions.',
		},
		{
			name: 'When the Execution Starts',
			value: 'started',
			description: 'Never twice, but lost if n8n stops meanwhile',
		},
		{
			name: 'When the Execution Succeeds',
			value: 'succeeded',
			description: "What has failed comes again, up to 'Max Tries', and is then left to the dead-letter queue",
		},
	],
	default: 'ended',
	description: 'When to delete a message from the queue',
});

const maxTries = field({
	displayName: 'Max Tries',
	name: 'maxTries',
	displayOptions: ofQueue,
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1000, numberPrecision: 0 },
	default: 3,
	description:
		'After how many tries a message that cannot be handled is reported and left in the queue. Set the same or more in the redrive policy of the queue.',
});

const maxExecutions = field({
	displayName: 'Max Executions at Once',
	name: 'maxExecutions',
	displayOptions: ofQueue,
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 500, numberPrecision: 0 },
	default: 10,
	description:
		'No more messages are taken while so many executions are under way. With 1, they run one after the other.',
});

const messagesPerExecution = field({
	displayName: 'Max Messages per Execution',
	name: 'messagesPerExecution',
	displayOptions: ofQueue,
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
	default: 1,
	description: 'How many messages, most of one event each, one execution gets if they are there at the same time',
});

const setNotification = field({
	displayName: 'Set Notification',
	name: 'setNotification',
	type: 'options',
	options: [
		{
			name: 'At Activation, and Keep',
			value: 'keep',
			description: 'S3 goes on sending while the workflow is not active: the queue collects the events',
		},
		{
			name: 'While the Workflow Is Active',
			value: 'whileActive',
			description: 'The entry is removed after deactivation. Events until the next activation are lost.',
		},
	],
	default: 'keep',
	description:
		"When to add an entry for this trigger to the notifications of the bucket. Entries of others stay as they are. Needs 'Bucket Name', unless the connection has a bucket.",
});

const notificationTarget = field({
	displayName: 'Webhook Target ARN',
	name: 'notificationTarget',
	type: 'string',
	displayOptions: { show: { '/delivery': ['webhook'], '/sender': ['token'] } },
	default: '',
	placeholder: 'e.g. arn:minio:sqs::N8N:webhook',
	description: "The webhook target of MinIO, or the topic of Ceph, that calls this webhook. For 'Set Notification'.",
});

// Events tell nothing of times of change and storage classes.
const [glob, regex, suffix, maxSize, minSize] = filterOptions;

const options = field({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add option',
	default: {},
	options: [
		add,
		onlyBucket,
		removeWhen,
		glob,
		regex,
		suffix,
		maxExecutions,
		messagesPerExecution,
		maxSize,
		maxTries,
		minSize,
		setNotification,
		onlyClean,
		notificationTarget,
	],
});

/** The fields of the trigger, in their order in the editor. */
export const fields = [delivery, setUp, queue, sender, topicArn, token, events, prefix, options] as const;
