import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from './client';

/** A body as Node's streams give it; the SDK has other kinds for browsers. */
type Body = Extract<GetObjectCommandOutput['Body'], { pipe: unknown }>;

const isStream = (body: GetObjectCommandOutput['Body']): body is Body => body !== undefined && 'pipe' in body;

/** An object that is being read: what S3 tells of it, and its bytes as they come. */
export type Download = Omit<GetObjectCommandOutput, 'Body' | '$metadata'> & { body: Body };

/**
 * Starts to read an object, or a part of it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const download = async (s3: S3, input: GetObjectCommandInput): Promise<Download> => {
	const { Body, $metadata: _unused, ...head } = await s3.send(new GetObjectCommand(input));
	if (!isStream(Body)) throw new Error('S3 answered without a body');
	return { ...head, body: Body };
};
