import type { Event } from '@aws-sdk/client-s3';
import type { Connection } from '../../s3/connection';
import type { RemoveWhen } from '../../s3/events/handleMessages';
import { badInput } from '../errors/badInput';
import type { AnyParams, Params } from '../field';
import type { TriggerParameters } from '../fields/parameters';
import { triggerParametersOf } from '../fields/parameters';
import { s3Events } from '../../s3/events/eventNames';
import type { Queue } from '../../s3/events/queue';
import { queueOf } from '../../s3/events/queue';
import type { Filters } from '../filters/filters';
import { isSent } from './eventChoices';
import { fields } from './fields';

type TriggerParams = Params<[...typeof fields]>;

/** Which events start the workflow, and what their items contain. */
export interface Selection {
	names: ReadonlySet<string>;
	prefix: string;
	bucket: string;
	filters: Filters;
	/** Whether to report a new object only after a clean malware scan. */
	onlyClean: boolean;
	join: ReadonlySet<string>;
}

/** Where n8n reads messages. */
export interface QueueSettings {
	queue: Queue;
	removeWhen: RemoveWhen;
	maxTries: number;
	maxExecutions: number;
	messagesPerExecution: number;
}

/** Who may call the webhook. */
export type Sender = { kind: 'sns'; topicArn: string } | { kind: 'token'; token: string };

/** The checked parameters of the trigger. */
export interface Settings {
	selection: Selection;
	delivery: ({ kind: 'sqs' } & QueueSettings) | { kind: 'webhook'; sender: Sender };
	/** Undefined if the user configures the notifications in another way. */
	notification?: NotificationSettings;
}

/** The notification that the node sets itself. */
export interface NotificationSettings {
	bucket: string;
	/** Where S3 sends to; the ARN of a queue may have to be asked for. */
	target: { queue: Queue } | { kind: 'queue' | 'topic'; arn: string };
	events: readonly Event[];
	prefix: string;
	suffix?: string;
	/** Whether it stays when the workflow is deactivated. */
	isKept: boolean;
}

const queueIn = (text: string, connection: Connection) => {
	const queue = queueOf(text.trim(), connection);
	if (queue) return queue;
	throw badInput(
		`'Queue' is not a queue of this credential: '${text}'`,
		"Enter its name, its ARN such as arn:aws:sqs:eu-central-1:111122223333:my-queue, or its URL. For a queue outside AWS, set 'SQS Endpoint' in the credential. In 'Amazon S3 API', turn on 'Advanced' to see it.",
	);
};

const senderOf = ({ sender, topicArn = '', token = '' }: TriggerParams): Sender => {
	if (sender === 'token') return { kind: 'token', token };
	if (!/^arn:[\w-]+:sns:[a-z0-9-]+:\d{12}:[\w.-]+$/.test(topicArn.trim()))
		throw badInput(
			`'Topic ARN' is not the ARN of a topic: '${topicArn}'`,
			"Copy it from the topic's page in the SNS console, such as arn:aws:sns:eu-central-1:111122223333:my-topic.",
		);
	return { kind: 'sns', topicArn: topicArn.trim() };
};

/** Where S3 sends to so that the webhook is called. */
const targetOf = (params: TriggerParams): NotificationSettings['target'] => {
	const { notificationTarget = '' } = params.options;
	const sender = senderOf(params);
	if (sender.kind === 'sns') return { kind: 'topic', arn: sender.topicArn };
	const arn = notificationTarget.trim();
	const [, service] = /^arn:[\w-]+:(sqs|sns):[\w-]*:[\w-]*:[\w.-]+(?::[\w.-]+)?$/.exec(arn) ?? [];
	if (service !== undefined) return { kind: service === 'sns' ? 'topic' : 'queue', arn };
	throw badInput(
		arn === ''
			? "'Set Notification' needs the option 'Webhook Target ARN'"
			: `'Webhook Target ARN' is not the ARN of a target: '${notificationTarget}'`,
		"Add 'Webhook Target ARN' in 'Options': the ARN of MinIO's webhook target, such as arn:minio:sqs::N8N:webhook, or of the Ceph topic, such as arn:aws:sns:default::my-topic. Or remove 'Set Notification'.",
	);
};

const bucketIn = (name: string, { bucket }: Connection) => {
	const chosen = name || bucket;
	if (chosen) return chosen;
	throw badInput(
		"'Set Notification' requires a bucket",
		"Add 'Bucket Name' in 'Options', or enter a bucket in the credential.",
	);
};

/** The events that S3 must send. Results of malware scans arrive as changed tags. */
const sentFor = (names: readonly string[], onlyClean: boolean): Event[] => {
	const looksAtScan = onlyClean || names.some((name) => !isSent(name));
	const sent = new Set([...names, ...(looksAtScan ? ['tagsChanged'] : [])]);
	return [...sent].filter(isSent).flatMap((name) => s3Events[name]);
};

// A method, so that the reader's checks narrow the field types.
const converter: { settings(params: AnyParams, connection: Connection): Settings } = {
	settings(params: TriggerParams, connection: Connection) {
		const { delivery, events, prefix, options, queue = '' } = params;
		if (events.length === 0) throw badInput("'Events' is empty", 'Select the events that start the workflow.');
		const { join = [], onlyBucket = '', onlyClean = false } = options;
		const { removeWhen = 'ended', maxTries = 3, maxExecutions = 10, messagesPerExecution = 1 } = options;
		const { glob, regex, suffix, maxSize, minSize } = options;
		const selection: Selection = {
			names: new Set(events),
			...{ prefix, bucket: onlyBucket, onlyClean, join: new Set(join) },
			filters: { glob, regex, suffix, maxSize, minSize },
		};
		const notification: NotificationSettings | undefined = options.setNotification && {
			bucket: bucketIn(onlyBucket, connection),
			target: delivery === 'sqs' ? { queue: queueIn(queue, connection) } : targetOf(params),
			...{ events: sentFor(events, onlyClean), prefix, suffix, isKept: options.setNotification === 'keep' },
		};
		const limits = { removeWhen, maxTries, maxExecutions, messagesPerExecution };
		return delivery === 'sqs'
			? { selection, notification, delivery: { kind: 'sqs', queue: queueIn(queue, connection), ...limits } }
			: { selection, notification, delivery: { kind: 'webhook', sender: senderOf(params) } };
	},
};

/** Reads and checks the parameters of the trigger. Throws for an invalid one, before any request. */
export const readSettings = (n8n: TriggerParameters, connection: Connection): Settings =>
	converter.settings(triggerParametersOf(n8n, [...fields], connection), connection);
