import { isOtherName } from '../bucketKinds';
import { namespaceOf } from '../capabilities';
import type { S3 } from '../client/client';
import { codeOf, statusOf } from '../failure';
import { isAlike, throwIfOneObject } from '../copy/oneObject';
import type { Side } from './sides';
import { pagesOf } from './sides';

/** Whether two connections reach the same buckets. */
export const isOneService = (
	{ connection: one }: Pick<S3, 'connection'>,
	{ connection: other }: Pick<S3, 'connection'>,
) => namespaceOf(one) === namespaceOf(other);

/** Whether one of two prefixes contains the keys of the other. */
export const overlaps = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);

/** Whether both sides are in one bucket, and one is inside of the other: a run would copy its own copies. */
export const isInside = (from: Side, to: Side) =>
	from.bucket === to.bucket && isOneService(from.s3, to.s3) && overlaps(from.prefix, to.prefix);

/** The key of the first object of a side; undefined if it has none. */
const firstKeyOf = async (side: Side): Promise<string | undefined> => {
	for await (const [first] of pagesOf(side)) if (first) return side.prefix + first.key;
	return undefined;
};

/**
 * Whether two addresses, such as a name and an IP address, lead to one bucket, and one side is inside of the other. Only where both
 * sides name the same bucket it looks, at the first object of the source. False where one of the sides may not be looked at.
 */
export const isInsideByOtherAddress = async (from: Side, to: Side): Promise<boolean> => {
	if (from.bucket !== to.bucket || isOneService(from.s3, to.s3) || !overlaps(from.prefix, to.prefix)) return false;
	const key = await firstKeyOf(from);
	if (key === undefined) return false;
	const at = { bucket: from.bucket, key };
	return await isAlike(from.s3, at, at, to.s3).catch((error) => {
		if (statusOf(error) === 403) return false;
		throw error;
	});
};

/**
 * Whether an access point leads to the bucket of the other side, and one side is inside of the other. Only where that may be so it
 * looks, at the first object of the source. False where one of the sides may not be looked at.
 */
export const isInsideByAccessPoint = async (from: Side, to: Side): Promise<boolean> => {
	if (!isOneService(from.s3, to.s3) || !overlaps(from.prefix, to.prefix)) return false;
	if (!isOtherName(from.bucket) && !isOtherName(to.bucket)) return false;
	const key = await firstKeyOf(from);
	if (key === undefined) return false;
	return await throwIfOneObject(to.s3, { bucket: from.bucket, key }, { bucket: to.bucket, key }).then(
		() => false,
		(error) => {
			if (codeOf(error) === 'SameObject') return true;
			// The keys of the destination may not read the source of another account.
			if (statusOf(error) === 403) return false;
			throw error;
		},
	);
};
