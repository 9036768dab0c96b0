import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/client-s3';
import { setImmediate as turn } from 'node:timers/promises';
import type { Command } from './client';
import { collect } from '../flow/collect';

/** The answer of a server, before the SDK reads it. */
const hasStream = (response: unknown): response is { body: AsyncIterable<Uint8Array> | Uint8Array } =>
	typeof response === 'object' &&
	response !== null &&
	'body' in response &&
	typeof response.body === 'object' &&
	response.body !== null &&
	Symbol.asyncIterator in response.body;

/**
 * Shows the XML of each answer to a command as S3 sent it, before the SDK reads it, which blocks and loses some of it. What
 * is set off by that goes on its way first.
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
			await turn();
			result.response.body = body;
			return result;
		},
		// Behind the SDK's own reader, so that it is before it on the way back.
		{ step: 'deserialize', priority: 'low', name: 'onRawXml' },
	);
