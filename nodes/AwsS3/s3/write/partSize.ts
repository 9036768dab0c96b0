const MiB = 1024 ** 2;

/** Objects above this size go in parts; smaller ones in one request, which is quicker and cannot leave parts behind. */
const least = 8 * MiB;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const maxParts = 10_000;

/** After so many parts of an object of unknown length, the next ones are twice as large: 10,000 of them make 8 TiB. */
const untilDoubled = 1000;

/**
 * The size in bytes of a part, by its number from 1 on: all of one size where the length is known, 8 MiB, or more for an
 * object of more than 78 GiB.
 */
export const partSizeFor = (number: number, length?: number) =>
	length === undefined
		? least * 2 ** Math.floor((number - 1) / untilDoubled)
		: Math.max(least, Math.ceil(length / maxParts / MiB) * MiB);
