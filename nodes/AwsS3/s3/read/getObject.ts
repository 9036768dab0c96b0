import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';

/** A body as Node's streams give it; the SDK has other kinds for browsers. */
type Body = Extract<GetObjectCommandOutput['Body'], { pipe: unknown }>;

const isStream = (body: GetObjectCommandOutput['Body']): body is Body => body !== undefined && 'pipe' in body;

/** Asks for the content of an object once: what S3 tells of it, the stream of one connection, and how far away S3 is. */
export const open = async (s3: S3, input: GetObjectCommandInput) => {
	const command = new GetObjectCommand(input);
	let latency = 0;
	command.middlewareStack.add(
		(next) => async (args) => {
			const sent = performance.now();
			return await next(args).finally(() => (latency = performance.now() - sent));
		},
		// Next to the network: keys, signature and earlier attempts are not the way to S3.
		{ step: 'deserialize', priority: 'low', name: 'latency' },
	);
	const { Body, ...head } = await s3.send(command);
	if (!isStream(Body)) throw new Error('S3 answered without a body');
	return { head, stream: Body, latency };
};
