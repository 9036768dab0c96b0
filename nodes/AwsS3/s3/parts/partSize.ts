import type { MemoryBudget } from '../flow/memoryBudget';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;

/** Smaller objects go in one request, which is faster and cannot leave parts behind. */
const minPartSize = 8 * MiB;

/** Limits of S3. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const maxParts = 10_000;
export const maxPartSize = 5 * GiB;

/** In bytes: 48.8 TiB. */
export const maxObjectSize = maxParts * maxPartSize;

/** The part size doubles after this many parts if the length is unknown: 10,000 parts make 7.8 TiB. */
const partsPerSize = 1000;

/**
 * The size of a part in bytes, by its number, which starts at 1. With a length, or the most that the length can be, all parts
 * have the same size: 8 MiB, or more for objects above 78 GiB.
 */
export const partSizeFor = (number: number, length?: number) => {
	const size =
		length === undefined
			? minPartSize * 2 ** Math.floor((number - 1) / partsPerSize)
			: Math.max(minPartSize, Math.ceil(length / maxParts / MiB) * MiB);
	return Math.min(size, maxPartSize);
};

/** S3 copies the parts, so large ones use no memory here. */
const minCopyPartSize = 0.5 * GiB;

/** The size of each part of a copy inside S3 in bytes, by the size of the object: 0.5 GiB, or more above 4.88 TiB. */
export const copyPartSizeFor = (size: number) => Math.max(minCopyPartSize, Math.ceil(size / maxParts / MiB) * MiB);

/** Node.js cannot hash 2 GiB or more at once. */
const maxInMemory = GiB;

/** Whether a part may be held in memory. Half of the budget always leaves room for another one. */
export const fitsInMemory = (size: number, budget: MemoryBudget) => size <= Math.min(budget.bytes / 2, maxInMemory);
