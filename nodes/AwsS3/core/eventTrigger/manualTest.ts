import type { INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { connect } from '../../s3/client/client';
import { abortable } from '../../s3/flow/abortable';
import { MalformedEvent, eventsOrFault } from '../../s3/events/parseEvents';
import type { Message } from '../../s3/events/sqs';
import { connectToQueue, giveBack } from '../../s3/events/sqs';
import { eventSelector, itemOf } from './selectEvents';
import type { QueueSettings, Selection } from './checkedParams';

const eventsOf = ({ body }: Message) => {
	const events = eventsOrFault(body);
	return events instanceof MalformedEvent ? [] : events;
};

/** Seconds until messages that the test has read become visible again. */
const soon = 5;

/**
 * The items of the first message in the queue that would start the workflow. Waits for one until the user stops.
 * Leaves all messages in the queue for the active workflow.
 */
export const firstInQueue = async (
	connection: Connection,
	selection: Selection,
	{ queue }: QueueSettings,
	signal: AbortSignal | undefined,
): Promise<INodeExecutionData[]> => {
	const select = eventSelector(selection, connect(connection, { signal }));
	// Not with the signal: SQS would deliver messages to an aborted request, and hide them from the active workflow.
	const client = await abortable(connectToQueue(connection, queue), signal, (late) => late.close());
	let receiving: Promise<Message[]> = Promise.resolve([]);
	try {
		for (;;) {
			signal?.throwIfAborted();
			receiving = client.receive(10);
			const messages = await abortable(receiving, signal, () => undefined);
			const selecting = messages.map(async (message) => await select(eventsOf(message)));
			const found = await Promise.all(selecting).catch(async (error: unknown) => {
				if (!signal?.aborted) await giveBack(client, messages);
				throw error;
			});
			for (const message of messages) await client.hide(message, found.some((one) => one.length > 0) ? 0 : soon);
			const first = found.find((events) => events.length > 0);
			if (first) return first.map(itemOf);
		}
	} finally {
		void receiving
			.then(async (last) => {
				if (signal?.aborted) await giveBack(client, last);
			})
			.catch(() => undefined)
			.finally(() => client.close());
	}
};
