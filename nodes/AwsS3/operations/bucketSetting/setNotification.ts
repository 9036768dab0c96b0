import { badInput } from '../../core/errors/badInput';
import { eventChoices, isSent } from '../../core/eventTrigger/eventChoices';
import { field } from '../../core/field';
import { bucket, prefix } from '../../core/fields/locators';
import { dryRun, expectedBucketOwner, options } from '../../core/fields/options';
import { operation } from '../../core/operation';
import type { Entry, Target } from '../../s3/events/notification';
import { withEntry, withoutEntry } from '../../s3/events/notification';
import { s3Events } from '../../s3/events/eventNames';
import { receivingPolicy, sendingPolicy } from '../../s3/events/targetPolicy';
import { codeOf, isS3Failure } from '../../s3/failure';
import { getNotification, putNotification } from '../../s3/settings/notificationSetting';

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

/** S3's error if it cannot send to a queue or topic: it tries this when you set the notification. */
const mayNotSend = (error: unknown) =>
	codeOf(error) === 'InvalidArgument' && isS3Failure(error) && /destination/i.test(error.message);

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
		const before = await getNotification(s3, Bucket);
		const { EventBridgeConfiguration: _bridge, ...withoutBridge } = before;
		const without = to === 'eventBridge' ? withoutBridge : withoutEntry(before, id);
		const entry: Entry | undefined = chosen && { id, target: chosen, events: sent, prefix: begin, suffix: end };
		const configuration = entry ? withEntry(before, entry) : without;
		const { region } = s3.connection;
		const policy =
			chosen && chosen.kind !== 'eventBridge'
				? sendingPolicy({ target: chosen.arn, kind: chosen.kind, bucket: Bucket, region, account })
				: undefined;
		if (!isDryRun)
			await putNotification(s3, Bucket, configuration).catch((error) => {
				if (!policy || !mayNotSend(error)) throw error;
				throw badInput(
					`S3 has no permission to send events to the ${to}, so nothing was changed`,
					`Set this as the access policy of the ${to}, or add its statement to the existing policy, then run this again: ${JSON.stringify(policy)}`,
				);
			});
		return {
			...(isDryRun ? { updated: false, dryRun: true } : { updated: true }),
			...{ bucket: Bucket, configuration },
			...(policy && { targetPolicy: policy }),
			...(chosen?.kind === 'queue' && { triggerPolicy: receivingPolicy(chosen.arn) }),
		};
	},
});
