import { isOtherName } from '../bucketKinds';
import { isAws, namespaceOf } from '../capabilities';
import type { S3 } from '../client/client';
import { statusOf } from '../failure';
import { isAlike } from '../copy/oneObject';
import type { Side } from './sides';
import { pagesOf } from './sides';
import { overlaps } from '../keyPrefix';

/** Whether two connections reach the same buckets. */
export const isOneService = (
	{ connection: one }: Pick<S3, 'connection'>,
	{ connection: other }: Pick<S3, 'connection'>,
) => namespaceOf(one) === namespaceOf(other);

/** Whether both sides are in one bucket, and one is inside of the other: a run would copy its own copies. */
export const isInside = (from: Side, to: Side) =>
	from.bucket === to.bucket && isOneService(from.s3, to.s3) && overlaps(from.prefix, to.prefix);

/** The key of the first object of a side; undefined if it has none. */
const firstKeyOf = async (side: Side): Promise<string | undefined> => {
	for await (const [first] of pagesOf(side)) if (first) return side.prefix + first.key;
	return undefined;
};

/**
 * Whether the first object of the source is the same one at the other side, each looked at by its own keys. False for an empty
 * source, and where one of the sides may not be looked at.
 */
const isAlikeAtBoth = async (from: Side, to: Side): Promise<boolean> => {
	const key = await firstKeyOf(from);
	if (key === undefined) return false;
	const look = isAlike(from.s3, { bucket: from.bucket, key }, { bucket: to.bucket, key }, to.s3);
	return await look.catch((error) => {
		if (statusOf(error) === 403) return false;
		throw error;
	});
};

/**
 * Whether two addresses, such as a name and an IP address, lead to one bucket, and one side is inside of the other. Only where both
 * sides name the same bucket it looks, at the first object of the source. False where one of the sides may not be looked at.
 */
export const isInsideByOtherAddress = async (from: Side, to: Side): Promise<boolean> => {
	if (from.bucket !== to.bucket || isOneService(from.s3, to.s3) || !overlaps(from.prefix, to.prefix)) return false;
	return await isAlikeAtBoth(from, to);
};

/**
 * Whether two credentials that name the same bucket reach one: on Amazon S3 by the name alone. Some other servers have buckets of one
 * name for several users, so the first object of the source tells.
 */
export const isSameBucket = async (from: Side, to: Side): Promise<boolean> => {
	if (from.bucket !== to.bucket || !isOneService(from.s3, to.s3)) return false;
	return isAws(from.s3.connection) || (await isAlikeAtBoth(from, to));
};

/**
 * Whether an access point leads to the bucket of the other side, and one side is inside of the other. Only where that may be so it
 * looks, at the first object of the source. False where one of the sides may not be looked at.
 */
export const isInsideByAccessPoint = async (from: Side, to: Side): Promise<boolean> => {
	if (!isOneService(from.s3, to.s3) || !overlaps(from.prefix, to.prefix)) return false;
	if (!isOtherName(from.bucket) && !isOtherName(to.bucket)) return false;
	return from.bucket !== to.bucket && (await isAlikeAtBoth(from, to));
};
