import { hostSuffixes } from './partition';

/** Where something is in S3. */
export interface Address {
	bucket: string;
	/** Absent where only a bucket is named. */
	key?: string;
}

/** An object, or one version of it. */
export interface ObjectAt {
	bucket: string;
	key: string;
	versionId?: string;
}

const awsHost = new RegExp(
	`^(?:(?<bucket>.+)\\.)?s3(?:[.-][a-z0-9-]+)*\\.(?:${hostSuffixes.map((suffix) => suffix.replaceAll('.', '\\.')).join('|')})$`,
);

const decoded = (text: string) => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

const inPath = (path: string): Address | undefined => {
	const [bucket, ...rest] = path.split('/');
	if (!bucket) return undefined;
	return { bucket: decoded(bucket), ...(rest.length > 0 && { key: decoded(rest.join('/')) }) };
};

const inUrl = (text: string, endpoint?: string): Address | undefined => {
	if (!URL.canParse(text)) return undefined;
	// `URL` resolves `..` in a path, which is a legal part of a key, so the path is cut from the text itself.
	const { host, hostname } = new URL(text);
	const path = text.replace(/^https?:\/\/[^/?#]*\/?/i, '').replace(/[?#].*$/s, '');
	const own = endpoint && URL.canParse(endpoint) ? new URL(endpoint).host : undefined;
	const bucket =
		own && host.endsWith(`.${own}`) ? host.slice(0, -own.length - 1) : awsHost.exec(hostname)?.groups?.bucket;
	return bucket === undefined ? inPath(path) : { bucket, ...(path !== '' && { key: decoded(path) }) };
};

/**
 * Reads `s3://bucket/key`, an ARN, or an `https://` address in path style or virtual-hosted style, with the
 * connection's own service URL known. Gives undefined for anything else.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export const parseAddress = (text: string, endpoint?: string): Address | undefined => {
	if (/^https?:\/\//i.test(text)) return inUrl(text, endpoint);
	const plain = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? /^arn:[a-z-]+:s3:::([^/]+)(?:\/(.*))?$/s.exec(text);
	if (plain?.[1]) return { bucket: plain[1], ...(plain[2] !== undefined && { key: plain[2] }) };
	// An access point is used in place of a bucket, under its whole ARN.
	const accessPoint = /^(arn:[a-z-]+:s3[a-z-]*:[^:]*:\d*:accesspoint[/:][^/]+)(?:\/object\/(.*))?$/s.exec(text);
	if (accessPoint?.[1]) return { bucket: accessPoint[1], ...(accessPoint[2] !== undefined && { key: accessPoint[2] }) };
	return undefined;
};

/**
 * Says what S3 would refuse in a bucket's name, or nothing. Old buckets may have names that no new one may have,
 * so only `forNew` applies all rules.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const bucketNameFault = (name: string, forNew = false): string | undefined => {
	if (name === '') return 'is empty';
	if (name.startsWith('arn:'))
		return parseAddress(name) ? undefined : 'is an ARN of something else than a bucket or access point';
	if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'has characters other than letters, digits, dots and hyphens';
	if (name.length < 3) return 'is shorter than 3 characters';
	if (!forNew) return name.length > 255 ? 'is longer than 255 characters' : undefined;
	if (name.length > 63) return 'is longer than 63 characters';
	if (/[A-Z_]/.test(name)) return 'has upper-case letters or underscores';
	if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'does not begin and end with a letter or digit';
	if (name.includes('..')) return 'has two dots in a row';
	if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'looks like an IP address';
	if (/^(xn--|sthree-|amzn-s3-demo-)/.test(name)) return 'begins with a prefix that AWS keeps for itself';
	if (/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)) return 'ends with a suffix that AWS keeps for itself';
	return undefined;
};

/** S3's limit on the length of a key, in bytes of UTF-8. */
export const maxKeyBytes = 1024;

/**
 * Says what S3 would refuse in a key, or nothing.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const keyFault = (key: string): string | undefined => {
	if (key === '') return 'is empty';
	const bytes = Buffer.byteLength(key);
	if (bytes > maxKeyBytes) return `is ${bytes} bytes long, more than the ${maxKeyBytes} that S3 allows`;
	if (/\p{Surrogate}/u.test(key)) return 'has half of a character pair, which cannot be written in UTF-8';
	return undefined;
};

/** The value of `x-amz-copy-source`: S3 wants it percent-encoded, and the SDK does not do it. */
export const copySource = ({ bucket, key, versionId }: ObjectAt) => {
	const encode = (text: string) => text.split('/').map(encodeURIComponent).join('/');
	const at = bucket.startsWith('arn:') ? `${bucket}/object` : bucket;
	return `${encode(at)}/${encode(key)}${versionId ? `?versionId=${encodeURIComponent(versionId)}` : ''}`;
};
