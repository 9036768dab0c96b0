import type { IHookFunctions } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { withSettings } from './eventTrigger';
import { isStillSet, removeNotification, setNotification } from './ownNotification';
import type { NotificationSettings, Selection } from './checkedParams';
import { filterOf } from '../filters/filters';

type Work<T> = (
	n8n: IHookFunctions,
	connection: Connection,
	settings: NotificationSettings,
	selection: Selection,
) => Promise<T>;

/**
 * Does something about the notification that the node sets itself; nothing where it sets none. A test in the editor has no active
 * workflow, and must not touch the notification of the one that is active.
 */
const ifOwn = async <T>(n8n: IHookFunctions, otherwise: T, work: Work<T>): Promise<T> => {
	if (!n8n.getWorkflow().active) return otherwise;
	return await withSettings(n8n, async ({ connection, settings: { notification, selection } }) =>
		notification ? await work(n8n, connection, notification, selection) : otherwise,
	);
};

/**
 * What n8n calls when it activates and deactivates the workflow, and not when it stops. The sender of a webhook is told the address
 * by its owner.
 */
export const hooks = {
	async checkExists(this: IHookFunctions) {
		return await ifOwn(this, true, isStillSet);
	},
	async create(this: IHookFunctions) {
		await ifOwn(this, undefined, async (n8n, connection, settings, { filters }) => {
			// Before the change in S3, which would stay where the trigger cannot start.
			filterOf(filters);
			await setNotification(n8n, connection, settings);
		});
		return true;
	},
	async delete(this: IHookFunctions) {
		await ifOwn(this, undefined, async (n8n, connection, settings) => {
			if (!settings.isKept) await removeNotification(n8n, connection, settings);
		}).catch(({ message }) => this.logger.warn(`Amazon S3 Event Trigger left its notification as it is: ${message}`));
		return true;
	},
};
