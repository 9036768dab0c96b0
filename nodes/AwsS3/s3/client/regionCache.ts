import type { Connection } from '../connection';
import { fingerprint } from '../connection';
import { isS3Failure } from '../failure';

/** Which regions buckets were found in, so that each is looked for once and not for each item. */
const learnt = new Map<string, string>();
const maxLearnt = 1000;

const idOf = (connection: Connection, bucket: string) => `${fingerprint(connection)} ${bucket}`;

/** The region that requests for a bucket go to: the connection's, unless S3 has said otherwise before. */
export const regionFor = (connection: Connection, bucket: string | undefined) =>
	(bucket !== undefined && learnt.size > 0 && learnt.get(idOf(connection, bucket))) || connection.region;

/** Remembers where a bucket is. */
export const learnRegion = (connection: Connection, bucket: string, region: string) => {
	learnt.set(idOf(connection, bucket), region);
	const [oldest] = learnt.keys();
	if (learnt.size > maxLearnt && oldest) learnt.delete(oldest);
};

const redirects = ['PermanentRedirect', 'TemporaryRedirect', 'AuthorizationHeaderMalformed'];

/**
 * The region that S3 names in a refusal, if it is a refusal of the region and names another one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html
 */
export const regionInRefusal = (error: unknown, tried: string): string | undefined => {
	if (!isS3Failure(error)) return undefined;
	const { code = '', status, region } = error;
	// A HEAD request has no body to say so, only the status.
	const isRedirect = redirects.includes(code) || status === 301 || status === 307 || code === '400';
	return isRedirect && region && region !== tried && /^[a-z0-9-]+$/.test(region) ? region : undefined;
};
