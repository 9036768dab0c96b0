import { accessPointAt, inArn } from './bucketKinds';
import { hostSuffixes } from './partition';

/** A bucket, or an object in it. */
export interface Address {
	bucket: string;
	/** Absent if the address names only a bucket. */
	key?: string;
}

/** An object, or one of its versions. */
export interface ObjectAt {
	bucket: string;
	key: string;
	versionId?: string;
}

/** The current object under a key, never a version: a write, or a deletion without a version, changes what is current. */
export interface CurrentObject extends ObjectAt {
	versionId?: undefined;
}

/**
 * The bucket in a host of Amazon S3, such as `bucket.s3.eu-west-1.amazonaws.com`: all that comes before the last label
 * that names S3. Undefined for other hosts and without a bucket. Compares labels, because a regular expression that
 * tries each of them takes too long for a long host.
 */
const bucketOfHost = (host: string): string | undefined => {
	const suffix = hostSuffixes.find((one) => host.endsWith(`.${one}`));
	if (suffix === undefined) return undefined;
	const labels = host.slice(0, -suffix.length - 1).split('.');
	const service = labels.findLastIndex((label) => /^s3(-[a-z0-9-]+)?$/.test(label));
	const isS3 = service > 0 && labels.slice(service).every((label) => /^[a-z0-9-]+$/.test(label));
	return isS3 ? labels.slice(0, service).join('.') : undefined;
};

/** Text with its percent-encoding decoded; as it is where the encoding is not valid. */
export const decodeOrKeep = (text: string) => {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
};

const addressInPath = (path: string): Address | undefined => {
	const [bucket, ...rest] = path.split('/');
	if (!bucket) return undefined;
	return { bucket: decodeOrKeep(bucket), ...(rest.length > 0 && { key: decodeOrKeep(rest.join('/')) }) };
};

const addressInUrl = (text: string, endpoint?: string): Address | undefined => {
	if (!URL.canParse(text)) return undefined;
	// A key may contain `..`, which `URL` resolves, so take the path from the text itself.
	const { host, hostname } = new URL(text);
	const path = text.replace(/^https?:\/\/[^/?#]*\/?/i, '').replace(/[?#].*$/s, '');
	const serviceHost = endpoint && URL.canParse(endpoint) ? new URL(endpoint).host : undefined;
	const bucket =
		serviceHost && host.endsWith(`.${serviceHost}`)
			? host.slice(0, -serviceHost.length - 1)
			: (accessPointAt(hostname) ?? bucketOfHost(hostname));
	return bucket === undefined ? addressInPath(path) : { bucket, ...(path !== '' && { key: decodeOrKeep(path) }) };
};

/**
 * Parses `s3://bucket/key`, an ARN, or a path-style or virtual-hosted-style URL. Pass the connection's service URL as
 * `endpoint` to recognize its buckets as well. Returns undefined for anything else.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export const parseAddress = (text: string, endpoint?: string): Address | undefined => {
	if (/^https?:\/\//i.test(text)) return addressInUrl(text, endpoint);
	const plain = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(text) ?? /^arn:[a-z-]+:s3:::([^/]+)(?:\/(.*))?$/s.exec(text);
	if (plain?.[1]) return { bucket: plain[1], ...(plain[2] !== undefined && { key: plain[2] }) };
	// The ARN of an access point takes the place of a bucket name.
	return inArn(text);
};

/**
 * Describes why S3 rejects a bucket name; undefined if it is valid. Only `forNew` applies all rules, because old buckets
 * may have names that are no longer allowed.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export const bucketNameFault = (name: string, forNew = false): string | undefined => {
	if (name === '') return 'is empty';
	if (name.startsWith('arn:')) return parseAddress(name) ? undefined : 'is not the ARN of a bucket or access point';
	if (!/^[A-Za-z0-9._-]+$/.test(name)) return 'has characters other than letters, digits, dots and hyphens';
	if (name.length < 3) return 'is shorter than 3 characters';
	if (!forNew) return name.length > 255 ? 'is longer than 255 characters' : undefined;
	if (name.length > 63) return 'is longer than 63 characters';
	if (/[A-Z_]/.test(name)) return 'has upper-case letters or underscores';
	if (!/^[a-z0-9].*[a-z0-9]$/.test(name)) return 'does not begin and end with a letter or digit';
	if (name.includes('..')) return 'has two dots in a row';
	if (/^\d+\.\d+\.\d+\.\d+$/.test(name)) return 'looks like an IP address';
	if (/^(xn--|sthree-|amzn-s3-demo-)/.test(name)) return 'starts with a reserved prefix';
	if (/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)) return 'ends with a reserved suffix';
	return undefined;
};

/** Longest key that S3 accepts, in bytes of UTF-8. */
export const maxKeyBytes = 1024;

/**
 * Describes why S3 rejects a key; undefined if it is valid.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 */
export const keyFault = (key: string): string | undefined => {
	if (key === '') return 'is empty';
	const bytes = Buffer.byteLength(key);
	if (bytes > maxKeyBytes) return `is ${bytes} bytes long, more than the ${maxKeyBytes} that S3 allows`;
	if (/\p{Surrogate}/u.test(key)) return 'contains an invalid character (half of a surrogate pair)';
	return undefined;
};

/**
 * Builds the value of `x-amz-copy-source`, percent-encoded, which the SDK leaves to the caller.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export const copySource = ({ bucket, key, versionId }: ObjectAt) => {
	const encode = (text: string) => text.split('/').map(encodeURIComponent).join('/');
	const container = bucket.startsWith('arn:') ? `${bucket}/object` : bucket;
	return `${encode(container)}/${encode(key)}${versionId ? `?versionId=${encodeURIComponent(versionId)}` : ''}`;
};

/** The object that `copySource` has encoded. */
export const copiedObject = (text: string): ObjectAt => {
	const [path = '', versionId] = text.split('?versionId=');
	const { bucket = '', key = '' } = (path.startsWith('arn%3A') ? inArn(decodeOrKeep(path)) : addressInPath(path)) ?? {};
	return { bucket, key, ...(versionId !== undefined && { versionId: decodeOrKeep(versionId) }) };
};
