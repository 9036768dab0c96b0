import type { PutObjectCommandOutput } from '@aws-sdk/client-s3';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { statusOf } from '../failure';
import { testObjectNames } from '../ownFiles';

/** A new key of an object for a test, below a prefix. */
export const testKey = (prefix: string, kind: keyof typeof testObjectNames) =>
	`${prefix}${testObjectNames[kind]}${randomBytes(8).toString('hex')}`;

/** An answer to a write, and whether only new objects may be written. */
type TestWritten = PutObjectCommandOutput & { isNewOnly: boolean };

/**
 * Writes an object for a test. Where this is denied, tries again with the condition that the object is new, because a
 * policy can allow only that. Throws the first refusal if that is refused as well.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
export const putTestObject = async (
	send: (command: PutObjectCommand) => Promise<PutObjectCommandOutput>,
	{ Bucket, Key, text }: { Bucket: string; Key: string; text: string },
): Promise<TestWritten> => {
	const input = { Bucket, Key, Body: text, ContentLength: Buffer.byteLength(text) };
	return await send(new PutObjectCommand(input)).then(
		(answer) => ({ ...answer, isNewOnly: false }),
		async (error) => {
			if (statusOf(error) !== 403) throw error;
			const answer = await send(new PutObjectCommand({ ...input, IfNoneMatch: '*' })).catch(() => undefined);
			if (!answer) throw error;
			return { ...answer, isNewOnly: true };
		},
	);
};
