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
			description: 'The queue stores events while n8n is offline. Needs no public URL.',
		},
		{
			name: 'Webhook',
			value: 'webhook',
			description: "SNS, MinIO or Ceph calls n8n's URL, which must be reachable",
		},
	],
	default: 'sqs',
	description: "How S3's events reach n8n",
});

const setUp = field({
	displayName:
		"First set up S3 to send events to the queue or topic: add the option 'Set Notification', or use 'Bucket Setting: Set Notification' of the Amazon S3 node, which also shows the policy that the queue or topic needs. <a href=\"https://github.com/n8n-nodes-aws-s3/n8n-nodes-aws-s3/blob/main/docs/events.md\">Step by step</a>.",
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
	description: 'The URL, ARN or name of the queue. Nothing else should read from this queue.',
});

const sender = field({
	displayName: 'Sender',
	name: 'sender',
	type: 'options',
	displayOptions: { show: { delivery: ['webhook'] } },
	options: [
		{ name: 'Amazon SNS', value: 'sns', description: 'Confirms the subscription and verifies each signature' },
		{ name: 'MinIO or Ceph', value: 'token', description: 'Requires the token in each call' },
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
	description: 'The topic to accept messages from. Subscribe the webhook URL to it, with the protocol HTTPS.',
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
	description: 'Which events start the workflow. Set up S3 to send them too.',
});

const prefix = field({
	displayName: 'Prefix',
	name: 'prefix',
	type: 'string',
	default: '',
	placeholder: 'e.g. invoices/2026/',
	description: 'Only objects whose keys start with this. Leave empty for all events that S3 sends.',
});

const onlyClean = field({
	displayName: 'Wait for Malware Scan',
	name: 'onlyClean',
	type: 'boolean',
	default: true,
	description:
		"Whether to report a new object only after GuardDuty tags it as clean. Set up S3 to send 'Tags Changed' too.",
});

const add = field({
	displayName: 'Add to Each Object',
	name: 'join',
	type: 'multiOptions',
	options: [
		{
			name: 'Metadata',
			value: 'metadata',
			description: 'Includes the time of the last change. Sends one more request per object.',
		},
		{ name: 'Tags', value: 'tags', description: 'Sends one more request per object' },
	],
	default: [],
	description: 'Extra data to get for each object',
});

const onlyBucket = field({
	displayName: 'Bucket Name',
	name: 'onlyBucket',
	type: 'string',
	default: '',
	placeholder: 'e.g. my-company-backups',
	description:
		"Only events of this bucket, if the queue or topic receives events of several. Also the bucket for 'Set Notification'.",
});

/** For options of the queue delivery. */
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
			description: 'Loses nothing if n8n stops. You can retry failed executions in the executions list.',
		},
		{
			name: 'When the Execution Starts',
			value: 'started',
			description: 'Never delivers twice, but loses the message if n8n stops during the execution',
		},
		{
			name: 'When the Execution Succeeds',
			value: 'succeeded',
			description: "Delivers failed messages again, up to 'Max Tries', then leaves them to the dead-letter queue",
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
		"After this many failed tries, report a message and leave it in the queue. Set the same number or more in the queue's redrive policy.",
});

const maxExecutions = field({
	displayName: 'Max Executions at Once',
	name: 'maxExecutions',
	displayOptions: ofQueue,
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 500, numberPrecision: 0 },
	default: 10,
	description:
		'Read no more messages while this many executions are running. With 1, executions run one after another.',
});

const messagesPerExecution = field({
	displayName: 'Max Messages per Execution',
	name: 'messagesPerExecution',
	displayOptions: ofQueue,
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
	default: 1,
	description: 'The maximum of waiting messages that one execution handles. Most messages contain one event.',
});

const setNotification = field({
	displayName: 'Set Notification',
	name: 'setNotification',
	type: 'options',
	options: [
		{
			name: 'At Activation, and Keep',
			value: 'keep',
			description: 'S3 keeps sending while the workflow is inactive: the queue collects the events',
		},
		{
			name: 'While the Workflow Is Active',
			value: 'whileActive',
			description: 'Deactivating the workflow removes the entry. Events until the next activation are lost.',
		},
	],
	default: 'keep',
	description:
		"When to add an entry for this trigger to the bucket's notifications. Other entries stay unchanged. Requires 'Bucket Name', unless the credential names a bucket.",
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

// Events contain no modification times and storage classes.
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
