import type {
	IExecuteFunctions,
	INodeExecutionData,
	ITriggerFunctions,
	ITriggerResponse,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, INode } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { chosenCredential } from '../connection/credentialTypes';
import { withQueues } from '../connection/machine';
import { explain, toNodeError } from '../errors/explain';
import { filterOf } from '../filters/filters';
import { permissionsOf } from '../pollTrigger/triggerPermissions';
import { firstInQueue } from './manualTest';
import { startQueueDelivery } from './queueDelivery';
import type { TriggerParameters } from '../fields/parameters';
import { readSettings } from './checkedParams';
import { notFound, receiveByWebhook } from './webhookDelivery';

interface Functions extends TriggerParameters {
	getNode(): INode;
	getCredentials(type: string): Promise<object>;
}

/** Reads the credential each time, because a user may have changed it. Returns the same object for the same data. */
const connections = (n8n: Functions) => {
	let last: { data: string; connection: Connection } | undefined;
	return async (): Promise<Connection> => {
		const chosen = chosenCredential(n8n.getNode().parameters.credentialType);
		const data: ICredentialDataDecryptedObject = { ...(await n8n.getCredentials(chosen.name)) };
		const text = JSON.stringify(data);
		if (last?.data !== text) last = { data: text, connection: withQueues(chosen.connectionOf(data)) };
		return last.connection;
	};
};

/** Does the work with the connection and settings of a node; explains errors. */
export const withSettings = async <T>(
	n8n: Functions,
	work: (use: {
		connection: Connection;
		connectionOf: () => Promise<Connection>;
		settings: ReturnType<typeof readSettings>;
	}) => Promise<T>,
): Promise<T> => {
	let connection: Connection | undefined;
	try {
		const connectionOf = connections(n8n);
		connection = await connectionOf();
		return await work({ connection, connectionOf, settings: readSettings(n8n, connection) });
	} catch (error) {
		throw toNodeError(n8n.getNode(), explain(error, { connection, permissions: permissionsOf(error) }), 0);
	}
};

/** Activates the trigger: starts reading the queue, or leaves the work to the webhook. */
export const activate = async (n8n: ITriggerFunctions): Promise<ITriggerResponse> =>
	await withSettings(n8n, async ({ connection, connectionOf, settings: { selection, delivery } }) => {
		// What is wrong with the filters would otherwise show only with the first event.
		filterOf(selection.filters);
		if (delivery.kind !== 'sqs') return {};
		const selectionNow = () => readSettings(n8n, connection).selection;
		return await startQueueDelivery(n8n, connectionOf, selectionNow, delivery);
	});

/** Handles a call of the webhook. */
export const receiveCall = async (n8n: IWebhookFunctions): Promise<IWebhookResponseData> =>
	await withSettings(n8n, async ({ connection, settings: { selection, delivery } }) => {
		// A node that uses a queue has a webhook only to hear of its activation.
		if (delivery.kind !== 'webhook') return notFound(n8n);
		return await receiveByWebhook(n8n, connection, selection, delivery.sender);
	});

/**
 * Runs the node itself: passes on the events that started it. A test in the editor without events takes them from the
 * queue.
 */
export const execute = async (n8n: IExecuteFunctions): Promise<INodeExecutionData[][]> => {
	const items = n8n.getInputData();
	const hasEvents = items.some(({ json }) => typeof json.eventName === 'string');
	if (n8n.getMode() !== 'manual' || hasEvents) return [items];
	const parameters: Functions = {
		getNode: () => n8n.getNode(),
		getTimezone: () => n8n.getTimezone(),
		getNodeParameter: (name, fallback) => n8n.getNodeParameter(name, 0, fallback),
		getCredentials: async (type) => await n8n.getCredentials(type),
	};
	return await withSettings(parameters, async ({ connection, settings: { selection, delivery } }) =>
		delivery.kind === 'sqs'
			? [await firstInQueue(connection, selection, delivery, n8n.getExecutionCancelSignal())]
			: [items],
	);
};
