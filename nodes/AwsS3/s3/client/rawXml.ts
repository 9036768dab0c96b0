import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command } from './client';

/** Whether a response has the body that `checkAnswer` has read. */
const hasBody = (response: unknown): response is { body: Buffer } =>
	typeof response === 'object' && response !== null && 'body' in response && Buffer.isBuffer(response.body);

/**
 * Calls `show` with the raw XML of each response to a command before the SDK parses it, because parsing blocks the event
 * loop and drops details. `show` may return what the SDK is to parse instead. Requests that it starts go out before the parsing.
 */
export const onRawXml = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	show: (xml: string) => string | undefined,
) =>
	command.middlewareStack.add(
		(next) => async (args) => {
			const result = await next(args);
			const { response } = result;
			if (!hasBody(response)) return result;
			const instead = show(response.body.toString());
			await nextTurn();
			if (instead !== undefined) response.body = Buffer.from(instead);
			return result;
		},
		// A lower priority than the SDK's parser makes it see the response first.
		{ step: 'deserialize', priority: 'low', name: 'onRawXml' },
	);
