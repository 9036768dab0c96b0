import type { GetObjectCommandInput, GetObjectCommandOutput } from '@aws-sdk/client-s3';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { S3 } from './client';
import { responseOf } from './response';
import type { Verification } from './verified';
import { verificationOf } from './verified';

/** An object that is being read: what S3 tells of it, and its bytes as they come. */
export type Download = Omit<GetObjectCommandOutput, 'Body' | '$metadata'> & { body: Readable };

/** How often reading goes on where it broke off without a single byte more having arrived. */
const attempts = 5;

/** The first pause before it goes on, in milliseconds; it doubles each time. */
const firstPause = 200;

/** A server that sends nothing for so long, in milliseconds, will not send anything any more. */
const patience = 30_000;

/** A body as Node's streams give it; the SDK has other kinds for browsers. */
type Body = Extract<GetObjectCommandOutput['Body'], { pipe: unknown }>;

const isStream = (body: GetObjectCommandOutput['Body']): body is Body => body !== undefined && 'pipe' in body;

const open = async (s3: S3, input: GetObjectCommandInput) => {
	const { Body, ...head } = await s3.send(new GetObjectCommand(input));
	if (!isStream(Body)) throw new Error('S3 answered without a body');
	return { head, stream: Body };
};

/** The first byte and the number of bytes that an answer has, as far as it says so. */
const extentOf = ({
	ContentRange = '',
	ContentLength,
}: Pick<GetObjectCommandOutput, 'ContentRange' | 'ContentLength'>) => ({
	start: Number(/^bytes (\d+)-/.exec(ContentRange)?.[1] ?? 0),
	length: ContentLength,
});

const hasStalled = () => Object.assign(new Error('S3 has stopped sending'), { name: 'TimeoutError' });

/** The chunks of a stream; a server that stalls is an error. */
async function* chunksOf(stream: Body, patient: number): AsyncGenerator<Buffer> {
	const chunks = stream[Symbol.asyncIterator]();
	// Only while something is waited for: whoever reads slowly may take their time.
	const next = async () => {
		const arrived = new AbortController();
		const late = sleep(patient, undefined, { signal: arrived.signal, ref: false });
		late.then(
			() => stream.destroy(hasStalled()),
			() => undefined,
		);
		return await chunks.next().finally(() => arrived.abort());
	};
	try {
		for (;;) {
			const { value, done } = await next();
			if (done) return;
			yield value;
		}
	} finally {
		await chunks.return?.();
	}
}

/** The SDK compares checksums as well, among them some that cannot be computed here. */
const isMismatch = (error: unknown) => isNativeError(error) && /^Checksum mismatch/.test(error.message);

/** Whether what broke off is worth another try: not where S3 has said no, the bytes are wrong, or the user has stopped. */
const canGoOn = (error: unknown) => {
	if (!isNativeError(error) || error.name === 'AbortError' || isMismatch(error)) return false;
	const { status } = responseOf(error);
	return status === undefined || status >= 500;
};

interface Reading {
	s3: S3;
	input: GetObjectCommandInput;
	head: GetObjectCommandOutput;
	stream: Body;
	verification?: Verification;
	patient: number;
}

/**
 * The bytes of an object, whatever happens to the connection: where it breaks off, the rest is asked for, and only of the
 * same object. Throws if fewer bytes came than were announced, or others than S3 keeps.
 */
async function* unbroken({ s3, input, head, stream, verification, patient }: Reading): AsyncGenerator<Buffer> {
	const { start, length } = extentOf(head);
	let current: Body | undefined = stream;
	let received = 0;
	let left = attempts;
	for (;;) {
		try {
			if (!current) {
				const end = length === undefined ? '' : start + length - 1;
				const Range = `bytes=${start + received}-${end}`;
				current = (await open(s3, { ...input, Range, IfMatch: head.ETag, ChecksumMode: undefined })).stream;
			}
			for await (const chunk of chunksOf(current, patient)) {
				received += chunk.length;
				left = attempts;
				verification?.update(chunk);
				yield chunk;
			}
			if (length === undefined || received >= length) break;
			throw new Error(`Only ${received} of ${length} bytes arrived`);
		} catch (error) {
			if (length !== undefined && received >= length && !isMismatch(error)) break;
			await pauseBefore(--left, error, s3.signal);
			current = undefined;
		}
	}
	if (length !== undefined && received !== length) throw new Error(`${received} bytes arrived instead of ${length}`);
	if (verification && !verification.holds())
		throw Object.assign(new Error('The content does not have the checksum that S3 keeps'), {
			name: 'ChecksumMismatch',
		});
}

/** Waits before the next try; throws the reason of the last one where there is no next. */
const pauseBefore = async (left: number, error: unknown, signal?: AbortSignal) => {
	if (left <= 0 || !canGoOn(error)) throw error;
	await sleep(firstPause * 2 ** (attempts - left - 1), undefined, { signal });
};

/**
 * Starts to read an object, or a part of it. Whole objects are compared with what S3 keeps of them: a checksum, or an ETag
 * that is one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export const download = async (s3: S3, input: GetObjectCommandInput, patient = patience): Promise<Download> => {
	const { head, stream } = await open(s3, input);
	const { $metadata: _unused, ...known } = head;
	const verification = input.Range === undefined ? verificationOf(head) : undefined;
	const bytes = unbroken({ s3, input, head, stream, verification, patient });
	return { ...known, body: Readable.from(bytes, { objectMode: false }) };
};
