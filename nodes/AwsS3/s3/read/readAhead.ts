import { clearInterval, setInterval } from 'node:timers';
import type { MemoryBudget } from '../flow/memoryBudget';
import type { IncomingRange } from './incomingRange';
import { incomingRange } from './incomingRange';
import type { Extent } from './resumableRead';
import { resumableRead } from './resumableRead';
import { farDistance } from './roundTrips';

const MiB = 1024 ** 2;

/** Whether several connections can be faster than one. */
export const isFar = ({ roundTrips }: Extent): boolean => roundTrips.distance() >= farDistance;

/**
 * The size of the ranges that other connections bring. The farther away S3 is, the longer each waits for its first byte, and
 * the more of them have to share the same memory.
 */
export const rangeSizeFor = ({ roundTrips }: Extent): number => (roundTrips.distance() < 50 ? 4 : 1) * MiB;

/** The maximum number of open ranges; usually the budget is used up earlier. */
const rangesAtOnce = 32;

/** The bytes that one connection reads if no memory is free for more, before the next check. */
const alone = 32 * MiB;

/** How many bytes several connections have to prove themselves, and how much faster they have to be. */
const proof = 32 * MiB;
const worthIt = 1.2;

/** The reader may keep the bytes, so they are copied from the memory of a range, in pieces of this size. */
const pieceSize = 256 * 1024;

/**
 * A range is late when it takes this many times as long as others before it, and at least this many milliseconds. Then
 * it is asked for again: S3 advises to do so, and hardly ever is the second answer slow as well.
 */
const lateAfter = { times: 4, atLeast: 1000, comparedWith: 16, checkedEach: 200 };

/** Bytes a second since a time. */
export const rate = (bytes: number, since: number): number => bytes / ((performance.now() - since) / 1000);

const median = (numbers: number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/**
 * Reads an extent in ranges over several connections at the same time, and returns the bytes in order. Holds the bytes
 * ahead of the reader in spare memory of the budget; without spare memory, one connection continues. It continues alone
 * permanently if several are not faster than one was, in bytes a second, or if S3 is near. Ranges reuse the memory of
 * earlier ones: V8 frees memory that is held so long only by scanning n8n's whole heap.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-guidelines.html
 */
export const readAhead = (extent: Extent & { length: number }, budget: MemoryBudget, rateOfOne: number) => {
	const { start, length } = extent;
	const end = start + length;
	const ahead: Array<{ from: number; range: IncomingRange; room: Buffer; release: () => void }> = [];
	const took: number[] = [];
	let next = start;
	const nextRange = (size: number) => {
		const range = { ...extent, start: next, length: Math.min(size, end - next) };
		next += range.length;
		return range;
	};
	// Until then, the one connection reads as much as a range.
	let received = rangeSizeFor(extent);
	const since = performance.now();
	const isWorthIt = () => isFar(extent) && (received < proof || rate(received, since) > worthIt * rateOfOne);
	/** How much of the first range its reader has. */
	let given = 0;
	const drop = () => {
		for (const { range, release } of ahead.splice(0)) {
			range.stop();
			release();
		}
	};
	/** Its reader may be waiting for the memory that others need, and not read before they have it. */
	const giveBack = () => {
		next = (ahead[0]?.from ?? next) + given;
		given = 0;
		drop();
	};
	const fill = (used?: Buffer) => {
		let free = used;
		while (isWorthIt() && ahead.length < rangesAtOnce && next < end) {
			const size = rangeSizeFor(extent);
			const release = budget.spare(size, giveBack);
			if (!release) return;
			const room = free?.length === size ? free : Buffer.allocUnsafeSlow(size);
			free = undefined;
			const from = next;
			const range = incomingRange(room, nextRange(size));
			range.bytes.then(
				() => took.push(performance.now() - range.since),
				() => undefined,
			);
			ahead.push({ from, range, room, release });
		}
	};
	const watch = setInterval(() => {
		const usual = median(took.slice(-lateAfter.comparedWith));
		const [first] = ahead;
		if (!first || usual === undefined) return;
		const late = Math.max(lateAfter.times * usual, lateAfter.atLeast);
		// The others wait for it; where all are slow, only it is asked for twice.
		if (performance.now() - first.range.since > late) first.range.askAgain();
	}, lateAfter.checkedEach).unref();
	async function* bytes() {
		for (;;) {
			const [first] = ahead;
			if (!first) {
				if (next >= end) return;
				yield* resumableRead(nextRange(isWorthIt() ? alone : Infinity));
				fill();
				continue;
			}
			const isKept = () => ahead[0] === first;
			const range = await first.range.bytes.catch((error) => {
				if (isKept()) throw error;
			});
			if (!range || !isKept()) continue;
			while (isKept() && given < range.length) {
				const piece = Buffer.from(range.subarray(given, given + pieceSize));
				given += piece.length;
				yield piece;
			}
			if (!isKept()) continue;
			received += range.length;
			given = 0;
			ahead.shift();
			first.release();
			fill(first.room);
		}
	}
	const close = () => {
		clearInterval(watch);
		drop();
	};
	fill();
	return { start, bytes, close };
};
