import type { NotificationConfiguration } from '@aws-sdk/client-s3';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { isAws } from '../capabilities';
import type { S3 } from '../client/client';
import type { Connection } from '../connection';
import { fingerprint } from '../connection';
import { s3Failure } from '../failure';
import { alone } from '../flow/keyLock';
import { deleteNotification, deletesNotifications, getNotification, putNotification } from './notificationRequests';
import type { NotificationEntry, IsOurs } from './entries';
import { encoded, hasEntry, idsIn, shortened, withEntry, withoutEntries } from './entries';

/** A change of what a bucket sends events to. */
export interface NotificationChange {
	/** What it makes of a configuration. */
	appliedTo(configuration: NotificationConfiguration): NotificationConfiguration;
	/** Whether a configuration has it. Servers write the same entry in several ways. */
	isIn(configuration: NotificationConfiguration): boolean;
}

/** The change that adds our entry and replaces our earlier ones. */
export const adding = (connection: Connection, entry: NotificationEntry, isOurs?: IsOurs): NotificationChange => {
	const ours = isAws(connection) ? encoded(entry) : entry;
	return {
		appliedTo: (configuration) => withEntry(configuration, ours, isOurs),
		isIn: (configuration) => hasEntry(configuration, ours),
	};
};

/** The change that removes our entries. */
export const removing = (isOurs: IsOurs): NotificationChange => ({
	appliedTo: (configuration) => withoutEntries(configuration, isOurs),
	isIn: (configuration) => !idsIn(configuration).some(isOurs),
});

/** The change that ends sending to EventBridge. */
export const removingBridge: NotificationChange = {
	appliedTo: ({ EventBridgeConfiguration: _bridge, ...rest }) => rest,
	isIn: ({ EventBridgeConfiguration }) => EventBridgeConfiguration === undefined,
};

/** Milliseconds between looks: S3 may show the old configuration for a moment. */
const pauses = [0, 250, 1000, 3000];

/** How often a change is made again that another writer has undone. */
const maxTries = 3;

/** Whether a bucket has a change, as far as it shows within a few seconds. */
const hasIt = async (s3: S3, bucket: string, change: NotificationChange) => {
	for (const pause of pauses) {
		await sleep(pause, undefined, { signal: s3.signal });
		if (change.isIn(await getNotification(s3, bucket))) return true;
	}
	return false;
};

/** The entries that a configuration has and another one has not. */
const newIn = (after: NotificationConfiguration, before: NotificationConfiguration): NotificationConfiguration => {
	const isNew = (olds: object[] | undefined) => (one: object) => !olds?.some((old) => isDeepStrictEqual(old, one));
	return shortened({
		QueueConfigurations: after.QueueConfigurations?.filter(isNew(before.QueueConfigurations)),
		TopicConfigurations: after.TopicConfigurations?.filter(isNew(before.TopicConfigurations)),
	});
};

/**
 * Writes a change to a server that adds entries to the existing ones. Entries of others are not sent: those of Ceph may
 * have filters that S3 does not have, and would lose them. A server that replaces existing entries gets all.
 */
const writePieces = async (
	s3: S3,
	bucket: string,
	before: NotificationConfiguration,
	after: NotificationConfiguration,
) => {
	const added = newIn(after, before);
	const gone = idsIn(before).filter((id) => !idsIn(after).includes(id));
	if (idsIn(added).length > 0) {
		await putNotification(s3, bucket, added);
		const now = idsIn(await getNotification(s3, bucket));
		if (!idsIn(after).every((id) => now.includes(id))) await putNotification(s3, bucket, after);
	}
	for (const id of gone) await deleteNotification(s3, bucket, id);
};

/**
 * Makes a change beside all entries of others. S3 has no condition for this request, so two writers at a time may undo each
 * other: writers of this n8n wait for each other, and the change is looked at afterwards and made again if it is gone. Returns the
 * configuration, and whether there was anything to change. Throws if it is gone each time.
 */
export const changeNotification = async (
	s3: S3,
	bucket: string,
	change: NotificationChange,
): Promise<{ configuration: NotificationConfiguration; isChanged: boolean }> =>
	await alone(`notification ${fingerprint(s3.connection)} ${bucket}`, s3.signal, async () => {
		let isChanged = false;
		for (let tries = 0; tries < maxTries; tries++) {
			const before = await getNotification(s3, bucket);
			const configuration = change.appliedTo(before);
			if (isDeepStrictEqual(before, configuration)) return { configuration, isChanged };
			if (deletesNotifications(s3)) await writePieces(s3, bucket, before, configuration);
			else await putNotification(s3, bucket, configuration);
			isChanged = true;
			if (await hasIt(s3, bucket, change)) return { configuration, isChanged };
		}
		throw s3Failure({
			...{ code: 'NotificationUndone', connection: s3.connection, bucket },
			message: 'The server has taken the change of the notifications, and does not show it',
		});
	});
