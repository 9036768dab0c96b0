import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from './client';

/** A body as Node's streams give it; the SDK has other kinds for browsers. */
type Body = Extract<GetObjectCommandOutput['Body'], { pipe: unknown }>;

const isStream = (body: GetObjectCommandOutput['Body']): body is Body => body !== undefined && 'pipe' in body;

/** Asks for the content of an object once: what S3 tells of it, and the stream of one connection. */
export const open = async (s3: S3, input: GetObjectCommandInput) => {
	const { Body, ...head } = await s3.send(new GetObjectCommand(input));
	if (!isStream(Body)) throw new Error('S3 answered without a body');
	return { head, stream: Body };
};
