import { eventTriggerPermissions } from '../../core/eventTrigger/eventTriggerPermissions';
import type { Permission } from '../../core/operation';
import { triggerPermissions } from '../../core/pollTrigger/triggerPermissions';

/** A trigger of this package and its permissions. */
export interface Trigger {
	/** The name of the node, which workflows save. */
	id: string;
	/** Its label in the editor. */
	name: string;
	permissions: Permission[];
}

export const eventTriggerId = 'awsS3EventTrigger';

/** The triggers of this package. They are separate nodes, so they are in no list of operations. */
export const triggers: Trigger[] = [
	{ id: eventTriggerId, name: 'Amazon S3 Event Trigger', permissions: eventTriggerPermissions },
	{ id: 'awsS3Trigger', name: 'Amazon S3 Trigger', permissions: triggerPermissions },
];

/** The triggers as options, for fields that select what a policy allows. */
export const triggerChoices = triggers.map(({ id, name }) => ({ name, value: id }));
