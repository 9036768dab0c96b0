import type { Readable } from 'node:stream';
import { abortScope } from '../client/client';
import type { MemoryBudget } from '../flow/memoryBudget';
import { isFar, rangeSizeFor, rate, readAhead } from './readAhead';
import type { Extent } from './resumableRead';
import { resumableRead } from './resumableRead';

const MiB = 1024 ** 2;

/** How much one connection delivers before it is judged. */
const trial = 8 * MiB;

/** How many more answers to time: the first one may have waited for a new connection, or for the processor. */
const probes = 4;

/** A connection with this number of bytes a second needs no help: the computer is the limit then. */
const fast = 150 * MiB;

/** Times answers of single bytes, until one shows that S3 is near. Returns what ends it. */
const probe = (extent: Extent) => {
	const { s3, stop } = abortScope(extent.s3);
	const timeAnswers = async () => {
		for (let count = 0; count < probes && !extent.roundTrips.isNear(); count++)
			for await (const _byte of resumableRead({ ...extent, s3, length: 1 }));
	};
	// What is wrong with the object or the connection, the download itself will meet.
	timeAnswers().catch(() => undefined);
	return stop;
};

/**
 * The bytes of an extent: those of `stream`, and where S3 is far away, that one connection turns out to be slow and much is
 * left, the rest over several of them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
export async function* parallelRanges(
	extent: Extent,
	{ stream, budget }: { stream: Readable; budget?: MemoryBudget },
): AsyncGenerator<Buffer> {
	const { start, length = 0 } = extent;
	const end = start + length;
	const since = performance.now();
	let at = start;
	const isSlow = () => at - start >= trial && rate(at - start, since) < fast;
	let rest: ReturnType<typeof readAhead> | undefined;
	const stopProbe = budget && length > 2 * trial ? probe(extent) : undefined;
	try {
		for await (const chunk of resumableRead(extent, stream)) {
			// This connection continues up to where the others have begun.
			const room = (rest?.start ?? Infinity) - at;
			yield chunk.length > room ? chunk.subarray(0, room) : chunk;
			at += chunk.length;
			if (rest && at >= rest.start) break;
			const rangeSize = rangeSizeFor(extent);
			const left = end - at - rangeSize;
			if (!rest && budget && isFar(extent) && left > 2 * rangeSize && isSlow())
				rest = readAhead({ ...extent, start: at + rangeSize, length: left }, budget, rate(at - start, since));
		}
		if (rest) yield* rest.bytes();
	} finally {
		stopProbe?.();
		rest?.close();
	}
}
