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
import { permissionsOf } from '../pollTrigger/triggerPermissions';
import type { ReportedScans } from './selectEvents';
import { eventSelector, itemOf } from './selectEvents';
import type { QueueSettings, Selection } from './checkedParams';

/** Milliseconds after which to stop waiting for an execution: the longest time that SQS hides a message. */
const longestExecution = 12 * 3_600_000;

const isSuccess = ({ status }: IRun) => status === 'success' || status === 'waiting';

/** Starts an execution with items. Resolves at its end with whether it succeeded. */
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
 * Reports an error after which the trigger continues, as a failed execution, which also runs the error workflow. n8n
 * 1 can only stop the trigger, and restarts it with growing delays. n8n 2 would stop restarting after some attempts.
 */
const report = (n8n: ITriggerFunctions, error: Parameters<ITriggerFunctions['saveFailedExecution']>[0]) => {
	const { saveFailedExecution }: Partial<ITriggerFunctions> = n8n;
	if (saveFailedExecution) saveFailedExecution(error);
	else n8n.emitError(error);
};

/**
 * Reads events from a queue until the workflow is deactivated. Evaluates the selection for each message, because the values of
 * expressions change with time. Throws if the first request fails while a user activates the workflow.
 */
export const startQueueDelivery = async (
	n8n: ITriggerFunctions,
	connectionOf: () => Promise<Connection>,
	selectionNow: () => Selection,
	{ queue, maxExecutions, messagesPerExecution, removeWhen, maxTries }: QueueSettings,
): Promise<ITriggerResponse> => {
	const node = n8n.getNode();
	const stop = new AbortController();
	const explained = (error: unknown, connection?: Connection) =>
		toNodeError(node, explain(error, { connection, permissions: permissionsOf(error) }), 0);
	let connection = await connectionOf();
	const reportedScans: ReportedScans = new Map();
	const handle = messageHandler(
		{
			...{ removeWhen, maxTries },
			select: async (events) => await eventSelector(selectionNow(), connect(connection), reportedScans)(events),
			run: async (events) => await runExecution(n8n, events.map(itemOf)),
			onPoison: ({ id, tries }, { message }) =>
				report(
					n8n,
					explained(
						badInput(
							`Could not handle a message in the queue: ${message}`,
							`After ${tries} tries it stays in the queue, which moves it to its dead-letter queue if you set one up. Message ID: ${id}.`,
						),
					),
				),
		},
		seenEvents(),
	);
	const start = async () =>
		await startQueueLoop({
			...{ handle, maxExecutions, messagesPerExecution, signal: stop.signal },
			// After a restart of n8n, no user watches, and n8n itself gives up soon.
			failsAtStart: !/^(init|leadershipChange)$/.test(n8n.getActivationMode()),
			connect: async () => {
				connection = await connectionOf();
				// Without the signal: SQS would deliver messages to an aborted request, and hide them.
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
