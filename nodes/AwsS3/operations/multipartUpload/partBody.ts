import { Readable } from 'node:stream';
import { abortable } from '../../s3/flow/abortable';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import type { Repeatable } from '../../s3/write/conditionalUpload';

const MiB = 1024 ** 2;

/** In bytes. Parts up to this size are sent from memory, so that the SDK can retry them. */
const maxBuffered = 16 * MiB;

const readAll = async (content: AsyncIterable<Uint8Array>) => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of content) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > maxBuffered)
			throw new Error(
				`The source does not say how long it is, and is longer than the ${maxBuffered / MiB} MiB that fit`,
			);
	}
	return Buffer.concat(chunks);
};

/**
 * Calls `send` with the content as the body of one request: from memory up to 16 MiB, else as a stream. Throws if the
 * length is unknown and the content exceeds 16 MiB.
 */
export const withBody = async <T>(
	{ open, length }: Pick<Repeatable, 'open' | 'length'>,
	{ budget, signal }: { budget: MemoryBudget; signal: AbortSignal },
	send: (body: { Body: Buffer | Readable; ContentLength: number }) => Promise<T>,
): Promise<T> => {
	if (length !== undefined && length > maxBuffered) {
		const Body = Readable.from(await open(), { objectMode: false });
		return await send({ Body, ContentLength: length }).finally(() => Body.destroy());
	}
	const release = await budget.take(length ?? maxBuffered, signal);
	try {
		const Body = await abortable(readAll(await open()), signal, () => undefined);
		return await send({ Body, ContentLength: Body.length });
	} finally {
		release();
	}
};
