import type { INodeExecutionData } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { connect } from '../../s3/client/client';
import { MalformedEvent, eventsOrFault } from '../../s3/events/parseEvents';
import type { Message } from '../../s3/events/sqs';
import { connectToQueue } from '../../s3/events/sqs';
import { eventSelector, itemOf } from './selectEvents';
import type { QueueSettings, Selection } from './settings';

const eventsOf = ({ body }: Message) => {
	const events = eventsOrFault(body);
	return events instanceof MalformedEvent ? [] : events;
};

/** Seconds after which messages that the test has only looked at are shown again. */
const soon = 5;

/**
 * The items of the first message in the queue that would start the workflow. Waits for one until the user stops. Leaves all
 * messages in the queue, because they are work for the active workflow.
 */
export const firstInQueue = async (
	connection: Connection,
	selection: Selection,
	{ queue }: QueueSettings,
	signal: AbortSignal | undefined,
): Promise<INodeExecutionData[]> => {
	const select = eventSelector(selection, connect(connection, { signal }));
	const client = await connectToQueue(connection, queue, signal);
	try {
		for (;;) {
			const messages = await client.receive(10);
			const found = await Promise.all(messages.map(async (message) => await select(eventsOf(message))));
			for (const message of messages) await client.hide(message, found.some((one) => one.length > 0) ? 0 : soon);
			const first = found.find((events) => events.length > 0);
			if (first) return first.map(itemOf);
		}
	} finally {
		client.close();
	}
};
