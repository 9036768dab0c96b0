import { badInput } from '../../core/errors/badInput';
import { eventChoices, isSent } from '../../core/eventTrigger/eventChoices';
import { refusedTarget } from '../../core/eventTrigger/refusedTarget';
import { field } from '../../core/field';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import type { NotificationChange } from '../../s3/notification/changeNotification';
import { adding, changeNotification, removing, removingBridge } from '../../s3/notification/changeNotification';
import type { Target } from '../../s3/notification/entries';
import { s3Events } from '../../s3/events/eventNames';
import { receivingPolicy, sendingPolicy } from '../../s3/notification/targetPolicy';
import { getNotification } from '../../s3/notification/notificationRequests';

const change = field({
	displayName: 'Change',
	name: 'change',
	type: 'options',
	options: [
		{ name: 'Add or Replace Entry', value: 'set', description: 'Keeps all other entries' },
		{ name: 'Remove Entry', value: 'remove', description: 'Removes only the entry with this ID' },
	],
	default: 'set',
});

const target = field({
	displayName: 'Send To',
	name: 'sendTo',
	type: 'options',
	options: [
		{
			name: 'EventBridge',
			value: 'eventBridge',
			description: 'Sends all events of the bucket; EventBridge rules select them',
		},
		{ name: 'SNS Topic', value: 'topic', description: 'Or a Ceph topic' },
		{ name: 'SQS Queue', value: 'queue', description: 'Or a MinIO target' },
	],
	default: 'queue',
});

const ofTarget = { sendTo: ['queue', 'topic'] };

const targetArn = field({
	displayName: 'Queue or Topic ARN',
	name: 'targetArn',
	type: 'string',
	required: true,
	displayOptions: { show: { change: ['set'], ...ofTarget } },
	default: '',
	placeholder: 'e.g. arn:aws:sqs:eu-central-1:111122223333:my-queue',
	description: "Must be in the bucket's region, with a policy that allows S3 to send to it",
});

const events = field({
	displayName: 'Events',
	name: 'events',
	type: 'multiOptions',
	displayOptions: { show: { change: ['set'], ...ofTarget } },
	options: eventChoices.filter(({ value }) => isSent(value)),
	default: ['created'],
	description: "The events to send. For malware scan results, select 'Tags Changed'.",
});

const entryPrefix = field({
	...prefix,
	displayOptions: { show: { change: ['set'], ...ofTarget } },
	description:
		"Only objects whose keys start with this. Leave empty to use the credential's prefix, or for all objects.",
});

const entryId = field({
	displayName: 'Entry ID',
	name: 'entryId',
	type: 'string',
	displayOptions: { show: ofTarget },
	default: '',
	placeholder: 'e.g. n8n-invoices',
	description:
		"Name of this entry in the bucket's notifications. Replaces an entry with the same ID. Leave empty for 'n8n'.",
});

const suffix = field({
	displayName: 'Key Suffix',
	name: 'suffix',
	type: 'string',
	default: '',
	placeholder: 'e.g. .csv',
	description: 'Only objects whose keys end with this text',
});

const targetIn = (kind: 'queue' | 'topic' | 'eventBridge', text = ''): Target => {
	if (kind === 'eventBridge') return { kind };
	const arn = text.trim();
	const service = kind === 'queue' ? 'sqs' : 'sns';
	if (new RegExp(`^arn:[\\w-]+:${service}:[\\w-]*:[\\w-]*:[\\w.-]+$`).test(arn)) return { kind, arn };
	throw badInput(
		`'Queue or Topic ARN' is not the ARN of a ${kind}: '${text}'`,
		`Copy it from the console, such as arn:aws:${service}:eu-central-1:111122223333:my-${kind}.`,
	);
};

export default operation({
	resource: 'bucketSetting',
	operation: 'setNotification',
	name: 'Set Notification',
	action: 'Set a notification of a bucket',
	description: 'Send S3 events to a queue, a topic or EventBridge, and keep existing notifications',
	fields: [
		bucket,
		change,
		target,
		targetArn,
		events,
		entryPrefix,
		entryId,
		options(dryRun, expectedBucketOwner, suffix),
	],
	permissions: [
		{ action: 's3:GetBucketNotification', on: 'bucket' },
		{ action: 's3:PutBucketNotification', on: 'bucket' },
	],
	effect: 'write',
	async execute({ s3, params }) {
		const { bucket: Bucket, change: kind, sendTo: to, events: names = [], prefix: begin } = params;
		const id = params.entryId || 'n8n';
		const { dryRun: isDryRun = false, expectedBucketOwner: account, suffix: end } = params.options;
		const isSet = kind === 'set';
		const chosen = isSet ? targetIn(to, params.targetArn) : undefined;
		const sent = names.filter(isSent).flatMap((name) => s3Events[name]);
		if (isSet && to !== 'eventBridge' && sent.length === 0)
			throw badInput("'Events' is empty", 'Select the events to send.');
		const removal = to === 'eventBridge' ? removingBridge : removing((one) => one === id);
		const change: NotificationChange = chosen
			? adding(s3.connection, { id, target: chosen, events: sent, prefix: begin, suffix: end })
			: removal;
		const { region } = s3.connection;
		const policy =
			chosen && chosen.kind !== 'eventBridge'
				? sendingPolicy({ target: chosen.arn, kind: chosen.kind, bucket: Bucket, region, account })
				: undefined;
		const plan = async () => ({ configuration: change.appliedTo(await getNotification(s3, Bucket)), isChanged: false });
		const explained = (error: unknown) => {
			if (!policy || to === 'eventBridge') throw error;
			return refusedTarget(to, policy)(error);
		};
		const work = isDryRun ? plan() : changeNotification(s3, Bucket, change);
		const { configuration, isChanged } = await work.catch(explained);
		return {
			...{ updated: isChanged, ...(isDryRun && { dryRun: true }), bucket: Bucket, configuration },
			...(policy && { targetPolicy: policy }),
			...(chosen?.kind === 'queue' && { triggerPolicy: receivingPolicy(chosen.arn) }),
		};
	},
});
