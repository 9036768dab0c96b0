import type { GetObjectCommandInput } from '@aws-sdk/client-s3';
import type { S3 } from '../client/client';
import type { Download } from './download';
import { download } from './download';
import { isS3Failure, statusOf } from '../failure';
import { rangesOfObjects } from './getObject';

const KiB = 1024;
const MiB = 1024 ** 2;

/** Enough for a hundred rows of most tables. */
const first = 256 * KiB;
const largest = 8 * MiB;

const sizeIn = ({ ContentRange = '' }: Download) => Number(/\/(\d+)$/.exec(ContentRange)?.[1] ?? 0);

/** An empty object has no range at all, and some servers know none. */
const orWhole = (s3: S3, input: GetObjectCommandInput) => async (error: unknown) => {
	if (statusOf(error) === 416 || (isS3Failure(error) && error.lacks === rangesOfObjects))
		return await download(s3, input);
	throw error;
};

async function* bodies(s3: S3, input: GetObjectCommandInput, opened: Download): AsyncGenerator<Buffer> {
	yield* opened.body;
	const size = sizeIn(opened);
	let length = first;
	for (let at = first; at < size; at += length) {
		length = Math.min(2 * length, largest);
		const Range = `bytes=${at}-${Math.min(at + length, size) - 1}`;
		yield* (await download(s3, { ...input, Range, IfMatch: opened.ETag })).body;
	}
}

/**
 * Starts to read an object of which probably only the beginning is needed: in growing ranges, because data that the
 * server has begun to send is already on its way. The object must not change during the read.
 */
export const progressiveRead = async (s3: S3, input: GetObjectCommandInput) => {
	const opened = await download(s3, { ...input, Range: `bytes=0-${first - 1}` }).catch(orWhole(s3, input));
	return { ContentEncoding: opened.ContentEncoding, body: bodies(s3, input, opened) };
};
