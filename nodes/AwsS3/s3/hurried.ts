import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Budget } from './budget';
import type { Extent } from './unbroken';
import { unbroken } from './unbroken';

const MiB = 1024 ** 2;

/** How much one connection delivers before it is judged. */
const trial = 8 * MiB;

/** A connection that delivers so many bytes a second while it is waited for needs no help: the computer is the limit then. */
const fast = 200 * MiB;

/** The size of the ranges that other connections bring, and how many are under way at most; before that, the budget is used up. */
const rangeSize = 4 * MiB;
const rangesAtOnce = 32;

interface Ahead {
	bytes: Promise<Buffer>;
	release: () => void;
}

/**
 * Brings an extent in ranges over several connections at the same time, from now on; gives the bytes in order. What is ahead
 * of its reader is held in memory that the budget has to spare; where it has none, one connection goes on.
 */
const inRanges = (extent: Extent, budget: Budget) => {
	const { s3, start, length = 0 } = extent;
	const end = start + length;
	const stop = new AbortController();
	const others = s3.endedBy(AbortSignal.any([stop.signal, ...(s3.signal ? [s3.signal] : [])]));
	const ahead: Ahead[] = [];
	let next = start;
	const nextRange = (size: number) => {
		const range = { ...extent, start: next, length: Math.min(size, end - next) };
		next += size;
		return range;
	};
	const fill = () => {
		while (ahead.length < rangesAtOnce && next < end) {
			const release = budget.spare(rangeSize);
			if (!release) return;
			const bytes = buffer(unbroken({ ...nextRange(rangeSize), s3: others }));
			// Whoever comes to this range hears of its failure; nobody has to yet.
			bytes.catch(() => undefined);
			ahead.push({ bytes, release });
		}
	};
	async function* bytes() {
		for (; ahead.length > 0 || next < end; fill()) {
			const [first] = ahead;
			if (!first) {
				yield* unbroken(nextRange(8 * rangeSize));
				continue;
			}
			yield await first.bytes;
			ahead.shift();
			first.release();
		}
	}
	const close = () => {
		stop.abort();
		for (const { release } of ahead) release();
	};
	fill();
	return { start, bytes, close };
};

/**
 * The bytes of an extent: those of `stream`, and where one connection turns out to be slow and much is left, the rest over
 * several of them. How fast one is depends on how far away S3 is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
export async function* hurried(extent: Extent, stream: Readable, budget?: Budget): AsyncGenerator<Buffer> {
	const { start, length = 0 } = extent;
	const end = start + length;
	let at = start;
	let waited = 0;
	const isSlow = () => at - start >= trial && (at - start) / (waited / 1000) < fast;
	let rest: ReturnType<typeof inRanges> | undefined;
	try {
		let since = performance.now();
		for await (const chunk of unbroken(extent, stream)) {
			// The time that its reader takes is not the connection's.
			waited += performance.now() - since;
			// This connection goes on until where the others have begun.
			const room = (rest?.start ?? Infinity) - at;
			yield chunk.length > room ? chunk.subarray(0, room) : chunk;
			at += chunk.length;
			if (rest && at >= rest.start) break;
			const left = end - at - rangeSize;
			if (!rest && budget && left > 2 * rangeSize && isSlow())
				rest = inRanges({ ...extent, start: at + rangeSize, length: left }, budget);
			since = performance.now();
		}
		if (rest) yield* rest.bytes();
	} finally {
		rest?.close();
	}
}
