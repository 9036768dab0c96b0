import { isOtherName } from '../bucketKinds';
import { isAws } from '../capabilities';
import { serviceUrlOf } from '../connection';
import type { S3 } from '../client/client';
import { codeOf } from '../failure';
import { throwIfOneObject } from '../copy/oneObject';
import { partitionOf } from '../partition';
import type { Side } from './sides';
import { pagesOf } from './sides';

/** Whether two connections reach the same buckets. */
export const isOneService = (
	{ connection: one }: Pick<S3, 'connection'>,
	{ connection: other }: Pick<S3, 'connection'>,
) =>
	isAws(one) && isAws(other)
		? partitionOf(one.region) === partitionOf(other.region)
		: serviceUrlOf(one) === serviceUrlOf(other);

/** Whether one of two prefixes contains the keys of the other. */
export const overlaps = (one: string, other: string) => one.startsWith(other) || other.startsWith(one);

/** Whether both sides are in one bucket, and one is inside of the other: a run would copy its own copies. */
export const isInside = (from: Side, to: Side) =>
	from.bucket === to.bucket && isOneService(from.s3, to.s3) && overlaps(from.prefix, to.prefix);

/**
 * Whether an access point leads to the bucket of the other side, and one side is inside of the other. Only where that may be so it
 * looks, at the first object of the source.
 */
export const isInsideByAccessPoint = async (from: Side, to: Side): Promise<boolean> => {
	if (!isOneService(from.s3, to.s3) || !overlaps(from.prefix, to.prefix)) return false;
	if (!isOtherName(from.bucket) && !isOtherName(to.bucket)) return false;
	for await (const [first] of pagesOf(from)) {
		if (!first) continue;
		const key = from.prefix + first.key;
		return await throwIfOneObject(to.s3, { bucket: from.bucket, key }, { bucket: to.bucket, key }).then(
			() => false,
			(error) => {
				if (codeOf(error) !== 'SameObject') throw error;
				return true;
			},
		);
	}
	return false;
};
