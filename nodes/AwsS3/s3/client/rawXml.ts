import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Command } from './client';
import { collect } from '../flow/collect';

/** Whether a response has a body that the SDK has not read yet. */
const hasStream = (response: unknown): response is { body: AsyncIterable<Uint8Array> | Uint8Array } =>
	typeof response === 'object' &&
	response !== null &&
	'body' in response &&
	typeof response.body === 'object' &&
	response.body !== null &&
	Symbol.asyncIterator in response.body;

/**
 * Calls `show` with the raw XML of each response to a command before the SDK parses it, because parsing blocks the event
 * loop and drops details. Requests that `show` starts go out before the parsing.
 */
export const onRawXml = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(
	command: Command<I, O>,
	show: (xml: string) => void,
) =>
	command.middlewareStack.add(
		(next) => async (args) => {
			const result = await next(args);
			if (!hasStream(result.response) || result.response.body instanceof Uint8Array) return result;
			const body = await collect(result.response.body);
			show(body.toString());
			await nextTurn();
			result.response.body = body;
			return result;
		},
		// A lower priority than the SDK's parser makes it see the response first.
		{ step: 'deserialize', priority: 'low', name: 'onRawXml' },
	);
