import type { Event, NotificationConfiguration } from '@aws-sdk/client-s3';

/** Where S3 sends the events of a bucket. */
export type Target = { kind: 'queue' | 'topic'; arn: string } | { kind: 'eventBridge' };

/** An entry of ours in the notification configuration of a bucket. */
export interface Entry {
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

const rulesOf = ({ prefix, suffix }: Entry) => {
	const rules = [
		...(prefix ? [{ Name: 'prefix' as const, Value: prefix }] : []),
		...(suffix ? [{ Name: 'suffix' as const, Value: suffix }] : []),
	];
	return rules.length > 0 ? { Filter: { Key: { FilterRules: rules } } } : {};
};

const withoutId = <E extends { Id?: string }>(entries: E[] | undefined, id: string) =>
	(entries ?? []).filter(({ Id }) => Id !== id);

/** The lists without those that are empty, which S3 leaves out as well. */
const shortened = (lists: Lists): Lists =>
	Object.fromEntries(Object.entries(lists).filter(([, entries]) => entries !== undefined && entries.length > 0));

/** A configuration without our entry. Everything else in it stays. */
export const withoutEntry = (configuration: NotificationConfiguration, id: string): NotificationConfiguration => {
	const { QueueConfigurations, TopicConfigurations, ...rest } = configuration;
	return {
		...rest,
		...shortened({
			QueueConfigurations: withoutId(QueueConfigurations, id),
			TopicConfigurations: withoutId(TopicConfigurations, id),
		}),
	};
};

/** A configuration with our entry, in the place of the one of the same id. Everything else in it stays. */
export const withEntry = (configuration: NotificationConfiguration, entry: Entry): NotificationConfiguration => {
	const { id, target, events } = entry;
	if (target.kind === 'eventBridge') return { ...configuration, EventBridgeConfiguration: {} };
	const { QueueConfigurations = [], TopicConfigurations = [], ...rest } = withoutEntry(configuration, id);
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
