import type { ObjectAt } from '../address';
import type { Members } from '../answers/members';
import { isMembers, textOf } from '../answers/members';
import { s3Failure } from '../failure';
import { download } from './download';
import type { S3 } from '../client/client';

/** The refusal of a file that is not as this node writes it. `what` completes "The object 'key' ...". */
export const fileFault = (at: ObjectAt, what: string) =>
	s3Failure({ code: 'JobFileUnreadable', message: `The object '${at.key}' ${what}`, ...at });

/** The value if it is a number of something: whole and not negative. */
export const countOf = (value: unknown) =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;

/** The time of an ISO date; undefined if it is none. */
export const dateOf = (value: unknown) => {
	const date = new Date(textOf(value) ?? '');
	return Number.isNaN(date.getTime()) ? undefined : date;
};

/** Parses a JSON object. Throws with the name of the file if it is none. */
export const parsed = (at: ObjectAt, text: string): Members => {
	try {
		const value: unknown = JSON.parse(text);
		if (isMembers(value)) return value;
	} catch {
		// The same as another value.
	}
	throw fileFault(at, 'contains a line that is not a JSON object, so it is truncated or not written by this node');
};

/** Longer lines than any key and its ETags take, in characters. */
const longestLine = 64 * 1024;

/**
 * Reads an object of JSON Lines that this node has written, and yields each line as text. Throws if the object has another ETag
 * than asked for, and for a line that this node never writes.
 */
export async function* linesOf(
	{ s3, bucket }: { s3: S3; bucket: string },
	key: string,
	etag?: string,
): AsyncGenerator<string> {
	const decoder = new TextDecoder();
	const { body } = await download(s3, { Bucket: bucket, Key: key, IfMatch: etag });
	let rest = '';
	for await (const bytes of body) {
		const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		if (rest.length > longestLine)
			throw fileFault({ bucket, key }, 'contains a line that is longer than any that this node writes');
		yield* lines;
	}
	rest += decoder.decode();
	if (rest !== '') yield rest;
}
