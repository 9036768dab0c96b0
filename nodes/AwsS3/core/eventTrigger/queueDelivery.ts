import { clearTimeout, setTimeout } from 'node:timers';
import type { IRun, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import type { Connection } from '../../s3/connection';
import { connect } from '../../s3/client/client';
import { messageHandler } from '../../s3/events/handleMessages';
import { startQueueLoop } from '../../s3/events/queueLoop';
import { seenEvents } from '../../s3/events/seenEvents';
import { connectToQueue } from '../../s3/events/sqs';
import { explain, toNodeError } from '../errors/explain';
import { badInput } from '../errors/badInput';
import { permissionsOf } from '../trigger/triggerPermissions';
import { eventSelector, itemOf } from './selectEvents';
import type { QueueSettings, Selection } from './settings';

/** Milliseconds after which nobody waits for an execution: SQS hides a message for no longer. */
const longestExecution = 12 * 3_600_000;

const isSuccess = ({ status }: IRun) => status === 'success' || status === 'waiting';

/** Starts an execution with items. Resolves when it has ended: whether it succeeded. */
const runExecution = async (n8n: ITriggerFunctions, items: ReturnType<typeof itemOf>[]): Promise<boolean> => {
	const done = n8n.helpers.createDeferredPromise<IRun>();
	n8n.emit([items], undefined, done);
	let timer: ReturnType<typeof setTimeout> | undefined;
	const tooLong = new Promise<boolean>((resolve) => {
		timer = setTimeout(() => resolve(false), longestExecution).unref();
	});
	const ended = done.promise.then(isSuccess, () => false);
	return await Promise.race([ended, tooLong]).finally(() => clearTimeout(timer));
};

/**
 * Tells the user of a fault with which the trigger goes on: as a failed execution, which also runs the error workflow. n8n 1 can
 * only stop the trigger for it, and starts it again itself, later each time. n8n 2 would give that up after some attempts.
 */
const report = (n8n: ITriggerFunctions, error: Parameters<ITriggerFunctions['saveFailedExecution']>[0]) => {
	const { saveFailedExecution }: Partial<ITriggerFunctions> = n8n;
	if (saveFailedExecution) saveFailedExecution(error);
	else n8n.emitError(error);
};

/**
 * Takes events out of a queue until the workflow is deactivated. Throws if the first request fails while somebody activates the
 * workflow.
 */
export const startQueueDelivery = async (
	n8n: ITriggerFunctions,
	connectionOf: () => Promise<Connection>,
	selection: Selection,
	{ queue, maxExecutions, messagesPerExecution, removeWhen, maxTries }: QueueSettings,
): Promise<ITriggerResponse> => {
	const node = n8n.getNode();
	const stop = new AbortController();
	const explained = (error: unknown, connection?: Connection) =>
		toNodeError(node, explain(error, { connection, permissions: permissionsOf(error) }), 0);
	const first = await connectionOf();
	let connection = first;
	let select = eventSelector(selection, connect(connection));
	const handle = messageHandler(
		{
			...{ removeWhen, maxTries },
			select: async (events) => await select(events),
			run: async (events) => await runExecution(n8n, events.map(itemOf)),
			onPoison: ({ id, tries }, { message }) =>
				report(
					n8n,
					explained(
						badInput(
							`A message in the queue could not be handled: ${message}`,
							`It was received ${tries} times and is left in the queue, which moves it to its dead-letter queue if it has one. Its ID is ${id}.`,
						),
					),
				),
		},
		seenEvents(),
	);
	const start = async () =>
		await startQueueLoop({
			...{ handle, maxExecutions, messagesPerExecution, signal: stop.signal },
			// After a start of n8n nobody looks, and n8n itself gives up soon.
			failsAtStart: !/^(init|leadershipChange)$/.test(n8n.getActivationMode()),
			connect: async () => {
				const current = await connectionOf();
				if (current !== connection) select = eventSelector(selection, connect(current));
				connection = current;
				// Not with the signal: SQS would give messages to a request that nobody waits for, and hide them.
				return await connectToQueue(connection, queue);
			},
			onFault: (error) => report(n8n, explained(error, connection)),
		});
	await start().catch((error) => {
		stop.abort();
		throw explained(error, connection);
	});
	return { closeFunction: async () => stop.abort() };
};
