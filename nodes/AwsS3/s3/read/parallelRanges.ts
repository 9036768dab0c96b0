import type { Readable } from 'node:stream';
import type { MemoryBudget } from '../flow/memoryBudget';
import { filled } from '../flow/collect';
import { abortScope } from '../client/abortScope';
import type { Extent } from './resumableRead';
import { resumableRead } from './resumableRead';

const MiB = 1024 ** 2;

/** How much one connection delivers before it is judged. */
const trial = 8 * MiB;

/** A connection that delivers so many bytes a second needs no help: the computer is the limit then. */
const fast = 150 * MiB;

/** In milliseconds: what answers sooner is near, and its connection no bottleneck. */
const far = 15;

/** How many bytes several connections have to prove themselves, and how much faster they have to be. */
const proof = 32 * MiB;
const worthIt = 1.2;

/**
 * The size of the ranges that other connections bring. The farther away S3 is, the longer each waits for its first byte, and
 * the more of them have to share the same memory.
 */
const rangeSizeAt = (latency: number) => (latency < 50 ? 4 : 1) * MiB;

/** How many are under way at most; before that, the budget is used up. */
const rangesAtOnce = 32;

/** What one connection brings where there is no memory for more, before it is looked for again. */
const alone = 32 * MiB;

/** Whoever takes the bytes may keep them, so they are copied out of the memory of a range, in pieces of this size. */
const pieceSize = 256 * 1024;

/** Bytes a second since a time. */
const rate = (bytes: number, since: number) => bytes / ((performance.now() - since) / 1000);

interface Ahead {
	bytes: Promise<Buffer>;
	room: Buffer;
	release: () => void;
}

/**
 * Brings an extent in ranges over several connections at the same time, from now on; gives the bytes in order. What is ahead
 * of its reader is held in memory that the budget has to spare; where it has none, one connection goes on. So it does for
 * good where several are not faster than the one was, in bytes a second. The memory of a range serves for the next one:
 * V8 only frees what is held for so long by looking through n8n's whole heap.
 */
const inRanges = (extent: Extent, rangeSize: number, budget: MemoryBudget, rateOfOne: number) => {
	const { s3, start, length = 0 } = extent;
	const end = start + length;
	const { s3: others, stop } = abortScope(s3);
	const ahead: Ahead[] = [];
	let next = start;
	const nextRange = (size: number) => {
		const range = { ...extent, start: next, length: Math.min(size, end - next) };
		next += size;
		return range;
	};
	const fill = (used?: Buffer) => {
		let free = used;
		while (ahead.length < rangesAtOnce && next < end) {
			const release = budget.spare(rangeSize);
			if (!release) return;
			const range = nextRange(rangeSize);
			const room = free ?? Buffer.allocUnsafeSlow(rangeSize);
			free = undefined;
			const bytes = filled(room.subarray(0, range.length), resumableRead({ ...range, s3: others }));
			// Whoever comes to this range hears of its failure; nobody has to yet.
			bytes.catch(() => undefined);
			ahead.push({ bytes, room, release });
		}
	};
	// The one connection brings as much as a range meanwhile.
	let received = rangeSize;
	const since = performance.now();
	const isWorthIt = () => received < proof || rate(received, since) > worthIt * rateOfOne;
	async function* bytes() {
		while (ahead.length > 0 || next < end) {
			const [first] = ahead;
			if (!first) {
				yield* resumableRead(nextRange(isWorthIt() ? alone : Infinity));
				continue;
			}
			const range = await first.bytes;
			for (let at = 0; at < range.length; at += pieceSize) yield Buffer.from(range.subarray(at, at + pieceSize));
			received += range.length;
			ahead.shift();
			first.release();
			if (isWorthIt()) fill(first.room);
		}
	}
	const close = () => {
		stop();
		for (const { release } of ahead) release();
	};
	fill();
	return { start, bytes, close };
};

/**
 * The bytes of an extent: those of `stream`, and where one connection turns out to be slow and much is left, the rest over
 * several of them. How fast one is depends on how far away S3 is: `latency` is how long the request and its answer were on
 * their way, in milliseconds.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
export async function* parallelRanges(
	extent: Extent,
	{ stream, latency, budget }: { stream: Readable; latency: number; budget?: MemoryBudget },
): AsyncGenerator<Buffer> {
	const { start, length = 0 } = extent;
	const end = start + length;
	const since = performance.now();
	const rangeSize = rangeSizeAt(latency);
	let at = start;
	const isSlow = () => at - start >= trial && rate(at - start, since) < fast;
	let rest: ReturnType<typeof inRanges> | undefined;
	try {
		for await (const chunk of resumableRead(extent, stream)) {
			// This connection goes on until where the others have begun.
			const room = (rest?.start ?? Infinity) - at;
			yield chunk.length > room ? chunk.subarray(0, room) : chunk;
			at += chunk.length;
			if (rest && at >= rest.start) break;
			const left = end - at - rangeSize;
			if (!rest && budget && latency >= far && left > 2 * rangeSize && isSlow())
				rest = inRanges({ ...extent, start: at + rangeSize, length: left }, rangeSize, budget, rate(at - start, since));
		}
		if (rest) yield* rest.bytes();
	} finally {
		rest?.close();
	}
}
