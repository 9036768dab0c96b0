import type { Event, NotificationConfiguration } from '@aws-sdk/client-s3';

/** Where S3 sends the events of a bucket. */
export type Target = { kind: 'queue' | 'topic'; arn: string } | { kind: 'eventBridge' };

/** An entry of ours in the notification configuration of a bucket. */
export interface NotificationEntry {
	/** Tells our entries from all others. */
	id: string;
	target: Target;
	/** Names of S3, such as `s3:ObjectCreated:*`. EventBridge gets all events. */
	events: readonly Event[];
	prefix?: string;
	suffix?: string;
}

type Lists = Pick<
	NotificationConfiguration,
	'QueueConfigurations' | 'TopicConfigurations' | 'LambdaFunctionConfigurations'
>;

const encodedText = (text: string) => encodeURIComponent(text).replaceAll('%20', '+').replaceAll('%2F', '/');

/**
 * An entry for Amazon S3, which compares its filters with keys as they are in events.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
 */
export const encoded = ({ prefix = '', suffix = '', ...entry }: NotificationEntry): NotificationEntry => ({
	...entry,
	...{ prefix: encodedText(prefix), suffix: encodedText(suffix) },
});

const rulesOf = ({ prefix, suffix }: NotificationEntry) => {
	const rules = [
		...(prefix ? [{ Name: 'prefix' as const, Value: prefix }] : []),
		...(suffix ? [{ Name: 'suffix' as const, Value: suffix }] : []),
	];
	return rules.length > 0 ? { Filter: { Key: { FilterRules: rules } } } : {};
};

/** The lists without those that are empty, which S3 leaves out as well. */
export const shortened = (lists: Lists): Lists =>
	Object.fromEntries(Object.entries(lists).filter(([, entries]) => entries !== undefined && entries.length > 0));

/** Tells our entries from all others, by their ids. */
export type IsOurs = (id: string) => boolean;

/** A configuration without our entries. Everything else in it stays. */
export const withoutEntries = (configuration: NotificationConfiguration, isOurs: IsOurs): NotificationConfiguration => {
	const { QueueConfigurations = [], TopicConfigurations = [], ...rest } = configuration;
	const isOther = ({ Id = '' }: { Id?: string }) => !isOurs(Id);
	return {
		...rest,
		...shortened({
			QueueConfigurations: QueueConfigurations.filter(isOther),
			TopicConfigurations: TopicConfigurations.filter(isOther),
		}),
	};
};

/** A configuration with our entry in place of our earlier ones. Everything else in it stays. */
export const withEntry = (
	configuration: NotificationConfiguration,
	entry: NotificationEntry,
	isOurs: IsOurs = (id) => id === entry.id,
): NotificationConfiguration => {
	const { id, target, events } = entry;
	if (target.kind === 'eventBridge') return { ...configuration, EventBridgeConfiguration: {} };
	const { QueueConfigurations = [], TopicConfigurations = [], ...rest } = withoutEntries(configuration, isOurs);
	const ours = { Id: id, Events: [...events], ...rulesOf(entry) };
	return {
		...rest,
		...shortened({
			QueueConfigurations:
				target.kind === 'queue' ? [...QueueConfigurations, { ...ours, QueueArn: target.arn }] : QueueConfigurations,
			TopicConfigurations:
				target.kind === 'topic' ? [...TopicConfigurations, { ...ours, TopicArn: target.arn }] : TopicConfigurations,
		}),
	};
};

type Filtered = { Filter?: { Key?: { FilterRules?: Array<{ Name?: string; Value?: string }> } } };

/** The filters of an entry, which servers write in several ways. */
const filtersOf = ({ Filter }: Filtered) =>
	(Filter?.Key?.FilterRules ?? [])
		.filter(({ Value }) => Value)
		.map(({ Name = '', Value = '' }) => `${Name.toLowerCase()} ${Value}`)
		.sort()
		.join('\n');

/** Whether a configuration has an entry with our id and our filters. */
export const hasEntry = (configuration: NotificationConfiguration, entry: NotificationEntry): boolean => {
	const { QueueConfigurations = [], TopicConfigurations = [], EventBridgeConfiguration } = configuration;
	if (entry.target.kind === 'eventBridge') return EventBridgeConfiguration !== undefined;
	return [...QueueConfigurations, ...TopicConfigurations].some(
		(one) => one.Id === entry.id && filtersOf(one) === filtersOf(rulesOf(entry)),
	);
};

/** The ids of the entries that send to queues and topics. */
export const idsIn = ({ QueueConfigurations = [], TopicConfigurations = [] }: NotificationConfiguration): string[] =>
	[...QueueConfigurations, ...TopicConfigurations].flatMap(({ Id = '' }) => (Id === '' ? [] : [Id]));
