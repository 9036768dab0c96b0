import { Readable } from 'node:stream';
import type { MemoryBudget } from '../../s3/flow/memoryBudget';
import type { Repeatable } from '../../s3/write/conditionalUpload';

const MiB = 1024 ** 2;

/** A part up to this size is held in memory while it travels, so that it can be sent again. */
const heldAtMost = 16 * MiB;

const whole = async (content: AsyncIterable<Uint8Array>) => {
	const chunks: Uint8Array[] = [];
	let size = 0;
	for await (const chunk of content) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > heldAtMost)
			throw new Error(
				`The source does not say how long it is, and is longer than the ${heldAtMost / MiB} MiB that fit`,
			);
	}
	return Buffer.concat(chunks);
};

/** Runs `send` with the content as the body of one request: from memory where it is short, else as a stream. */
export const withBody = async <T>(
	{ open, length }: Pick<Repeatable, 'open' | 'length'>,
	budget: MemoryBudget,
	send: (body: { Body: Buffer | Readable; ContentLength: number }) => Promise<T>,
): Promise<T> => {
	if (length !== undefined && length > heldAtMost)
		return await send({ Body: Readable.from(await open(), { objectMode: false }), ContentLength: length });
	const release = await budget.take(length ?? heldAtMost);
	try {
		const Body = await whole(await open());
		return await send({ Body, ContentLength: Body.length });
	} finally {
		release();
	}
};
