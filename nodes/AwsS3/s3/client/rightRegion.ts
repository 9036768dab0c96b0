import type { Connection } from '../connection';
import { fingerprint } from '../connection';
import { isS3Failure } from '../failure';
import { forgetOldest } from '../flow/recentNames';

/** Regions of buckets in other regions, so that only the first request to each is redirected. */
const regions = new Map<string, string>();
const maxRegions = 1000;

const cacheKeyOf = (connection: Connection, bucket: string) => `${fingerprint(connection)} ${bucket}`;

/** The region for requests to a bucket: that of the connection, unless `learnRegion` has stored another one. */
export const regionFor = (connection: Connection, bucket: string | undefined) => {
	// Another credential with the same keys, which is not strict, may have stored it.
	if (connection.strictRegion || bucket === undefined || regions.size === 0) return connection.region;
	return regions.get(cacheKeyOf(connection, bucket)) ?? connection.region;
};

const learnRegion = (connection: Connection, bucket: string, region: string) => {
	regions.set(cacheKeyOf(connection, bucket), region);
	forgetOldest(regions, maxRegions);
};

const redirects = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];

/**
 * The region to which S3 redirects; undefined for other errors, or without another region.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
 */
export const regionInRefusal = (error: unknown, tried: string): string | undefined => {
	if (!isS3Failure(error)) return undefined;
	const { code = '', status, region } = error;
	// The response to a HEAD request has no body, only a status.
	const isRedirect = redirects.includes(code) || status === 301 || status === 307 || code === '400';
	return isRedirect && region && region !== tried && /^[a-z0-9-]+$/.test(region) ? region : undefined;
};

/** Whether S3 has answered for the bucket, in the region that has it, that an object is not there or not as it has to be. */
const isAnswerOfBucket = (error: unknown) =>
	isS3Failure(error) && (error.status === 404 || error.status === 412) && error.code !== 'NoSuchBucket';

/**
 * Sends a request in the region of its bucket: where S3 redirects it, once more there, and later ones at once. A bucket that is
 * created may have been in another region before.
 */
export const inRightRegion = async <T>(
	connection: Connection,
	{ bucket, operation }: { bucket?: string; operation: string },
	sendIn: (region: string) => Promise<T>,
): Promise<T> => {
	const region = operation === 'CreateBucket' ? connection.region : regionFor(connection, bucket);
	return await sendIn(region).catch(async (error: unknown) => {
		const correctRegion = connection.strictRegion ? undefined : regionInRefusal(error, region);
		if (!correctRegion || !bucket) throw error;
		const learn = () => learnRegion(connection, bucket, correctRegion);
		return await sendIn(correctRegion).then(
			(output) => {
				learn();
				return output;
			},
			(failure: unknown) => {
				if (isAnswerOfBucket(failure)) learn();
				throw failure;
			},
		);
	});
};
