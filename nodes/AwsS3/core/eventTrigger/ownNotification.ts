import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers';
import type { IHookFunctions } from 'n8n-workflow';
import { connect } from '../../s3/client/client';
import type { Connection } from '../../s3/connection';
import { arnOfQueue } from '../../s3/events/sqs';
import { adding, changeNotification, removing } from '../../s3/notification/changeNotification';
import { idsIn } from '../../s3/notification/entries';
import { sendingPolicy } from '../../s3/notification/targetPolicy';
import { getNotification } from '../../s3/notification/notificationRequests';
import { refusedTarget } from './refusedTarget';
import type { NotificationSettings } from './checkedParams';

/**
 * Milliseconds after which an entry is removed. n8n also deactivates a workflow when it activates a new version, and
 * the trigger cannot tell the difference: the new version replaces the entry within this time, so no event is lost.
 */
export const removalDelay = 20_000;

/** The beginning of the IDs of this node's entries in this workflow; each ID is unique. */
const beginning = (n8n: IHookFunctions) => `n8n-${n8n.getWorkflow().id ?? ''}-${n8n.getNode().id}-`;

/** Whether n8n starts or a main takes over: the workflow was active before, and no user is watching. */
const isRestart = (n8n: IHookFunctions) => /^(init|leadershipChange)$/.test(n8n.getActivationMode());

const targetOf = async (connection: Connection, { target }: NotificationSettings) =>
	'arn' in target ? target : { kind: 'queue' as const, arn: await arnOfQueue(connection, target.queue) };

const ownIds = async (n8n: IHookFunctions, connection: Connection, { bucket }: NotificationSettings) =>
	idsIn(await getNotification(connect(connection), bucket)).filter((id) => id.startsWith(beginning(n8n)));

const warn = (n8n: IHookFunctions, what: string, error: unknown) =>
	n8n.logger.warn(`Amazon S3 Event Trigger ${what}: ${error instanceof Error ? error.message : String(error)}`);

/**
 * Whether a restart of n8n has to set nothing, because the notification is there. Where it cannot be looked for, it counts as
 * there.
 */
export const isStillSet = async (n8n: IHookFunctions, connection: Connection, settings: NotificationSettings) => {
	if (!isRestart(n8n)) return false;
	try {
		return (await ownIds(n8n, connection, settings)).length > 0;
	} catch (error) {
		warn(n8n, 'could not look for its notification', error);
		return true;
	}
};

const setEntry = async (n8n: IHookFunctions, connection: Connection, settings: NotificationSettings) => {
	const { bucket, events, prefix, suffix } = settings;
	const target = await targetOf(connection, settings);
	const id = `${beginning(n8n)}${randomBytes(4).toString('hex')}`;
	const change = adding(connection, { id, target, events, prefix, suffix }, (one) => one.startsWith(beginning(n8n)));
	const { region } = connection;
	await changeNotification(connect(connection), bucket, change).catch(
		refusedTarget(target.kind, sendingPolicy({ target: target.arn, kind: target.kind, bucket, region })),
	);
};

/** Sets the entry of this node in place of earlier ones. If that fails, a restart continues. */
export const setNotification = async (n8n: IHookFunctions, connection: Connection, settings: NotificationSettings) =>
	await setEntry(n8n, connection, settings).catch((error: unknown) => {
		if (!isRestart(n8n)) throw error;
		warn(n8n, 'could not set its notification', error);
	});

/**
 * Removes the entries that this node has now, and none that it gets later, after a while. What cannot be removed stays:
 * S3 then sends events that nothing receives, until the workflow is activated again.
 */
export const removeNotification = async (
	n8n: IHookFunctions,
	connection: Connection,
	settings: NotificationSettings,
): Promise<void> => {
	try {
		const ids = await ownIds(n8n, connection, settings);
		if (ids.length === 0) return;
		const remove = async () => {
			await changeNotification(
				connect(connection),
				settings.bucket,
				removing((id) => ids.includes(id)),
			).catch((error) => warn(n8n, `could not remove its notification ${ids.join()}`, error));
		};
		// The end of n8n ends this as well: an entry too many loses nothing.
		setTimeout(() => void remove(), removalDelay).unref();
	} catch (error) {
		warn(n8n, 'could not look for its notification', error);
	}
};
