import { copiedObject } from '../address';
import { requestFault } from '../bucketKinds';
import type { Connection } from '../connection';
import { s3Failure } from '../failure';
import { isOutside } from '../keyPrefix';

/** The buckets and keys in a request. Other requests have none of these members. */
interface Input {
	Bucket?: string;
	Key?: string;
	/** All keys that begin with it. */
	Prefix?: string;
	CopySource?: string;
	Delete?: { Objects?: Array<{ Key?: string }> };
}

/** Requests for all keys in a bucket, or for those that begin with their prefix. */
const listings = /^List(Objects|ObjectsV2|ObjectVersions|MultipartUploads)$/;

interface Options {
	/** Whether the request becomes a link or a form. */
	isLink?: boolean;
	/** Called with a key outside of the connection's prefix, or with a prefix that reaches beyond it. */
	onOutside?: (bucket: string, key: string) => void;
}

/**
 * Looks at a request before it is sent. Throws an `S3Failure` if what stands in place of its bucket does not support it, and
 * reports keys that the connection is not meant for.
 */
export const checkRequest = (
	connection: Connection,
	operation: string,
	input: object,
	{ isLink, onOutside }: Options = {},
) => {
	const { Bucket: bucket, Key, Prefix = '', CopySource, Delete }: Input = { ...input };
	const source = CopySource === undefined ? undefined : copiedObject(CopySource);
	const message = requestFault(connection, { operation, bucket, sourceBucket: source?.bucket, isLink });
	if (message) throw s3Failure({ code: 'UnsupportedByBucket', message, connection, operation, bucket, key: Key });
	if (!onOutside || connection.prefix === undefined || bucket === undefined) return;
	const keys = [
		...(Delete?.Objects ?? []).map((object) => object.Key),
		Key,
		listings.test(operation) ? Prefix : undefined,
	];
	const outside = keys.find((key) => key !== undefined && isOutside(connection, bucket, key));
	if (outside !== undefined) onOutside(bucket, outside);
	else if (source && isOutside(connection, source.bucket, source.key)) onOutside(source.bucket, source.key);
};
