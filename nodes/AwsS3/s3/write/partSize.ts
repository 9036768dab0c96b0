const MiB = 1024 ** 2;

/** Smaller objects go in one request, which is faster and cannot leave parts behind. */
const minPartSize = 8 * MiB;

/** Most parts that S3 accepts in one upload. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const maxParts = 10_000;

/** The part size doubles after this many parts if the length is unknown: 10,000 parts make 8 TiB. */
const partsPerSize = 1000;

/**
 * The size of a part in bytes, by its number, which starts at 1. With a known length, all parts have the same size: 8 MiB,
 * or more for objects above 78 GiB.
 */
export const partSizeFor = (number: number, length?: number) =>
	length === undefined
		? minPartSize * 2 ** Math.floor((number - 1) / partsPerSize)
		: Math.max(minPartSize, Math.ceil(length / maxParts / MiB) * MiB);
