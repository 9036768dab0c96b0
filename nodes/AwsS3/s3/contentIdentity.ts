import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';

/** The headers of an object that S3 returns for HEAD or GET. */
export type ObjectHead = Omit<HeadObjectCommandOutput, '$metadata'>;

/** Size in bytes and hashes of content, to compare it by. */
interface Digest {
	size: number;
	sha256: Buffer;
	md5: Buffer;
}

/** Reads content to its end and returns its digest. */
export const digestOf = async (content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Digest> => {
	const sha256 = createHash('sha256');
	const md5 = createHash('md5');
	let size = 0;
	for await (const chunk of content) {
		size += chunk.length;
		sha256.update(chunk);
		md5.update(chunk);
	}
	return { size, sha256: sha256.digest(), md5: md5.digest() };
};

/** Metadata name for the SHA-256 of an object's content, because not every ETag is a digest. */
export const digestName = 'sha256';

/** Metadata name for the source's ETag in a copy, used if that ETag is no digest. */
const sourceEtagName = 'source-etag';

/** Adds the ETag of the original to the metadata of its copy. */
export const withSourceEtag = (metadata: Record<string, string> | undefined, original: ObjectHead) => ({
	...metadata,
	[sourceEtagName]: etagOf(original),
});

/** The ETag of the original that a copy notes in its metadata. */
export const notedSource = (metadata: Record<string, string> | undefined) => metadata?.[sourceEtagName];

/** The metadata without what `withSourceEtag` has added. */
export const withoutSourceEtag = (metadata: Record<string, string> | undefined) => {
	const { [sourceEtagName]: _etag, ...rest } = metadata ?? {};
	return rest;
};

/** An ETag without its quotes, which some servers leave out. */
export const bareEtag = (etag = '') => etag.replaceAll('"', '');

const etagOf = ({ ETag }: ObjectHead) => bareEtag(ETag);

/**
 * Whether the ETag is the MD5 of the content. It is not for multipart uploads, nor with KMS or customer-provided keys.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
 */
export const hasMd5Etag = (head: ObjectHead) =>
	/^[0-9a-f]{32}$/.test(etagOf(head)) && !head.ServerSideEncryption?.startsWith('aws:') && !head.SSECustomerAlgorithm;

/** Whether an object is known to have this content; false if S3 has nothing to compare. */
export const hasContent = (head: ObjectHead, { size, sha256, md5 }: Digest): boolean => {
	if (head.ContentLength !== size) return false;
	if (head.Metadata?.[digestName] === sha256.toString('hex')) return true;
	if (head.ChecksumSHA256 === sha256.toString('base64')) return true;
	return hasMd5Etag(head) && etagOf(head) === md5.toString('hex');
};

const checksums = ['ChecksumSHA256', 'ChecksumSHA1', 'ChecksumCRC64NVME'] as const;

/**
 * Whether two objects have the same content by what S3 computes itself: checksums and ETags. Unlike metadata, users
 * cannot set these, and they change with the content.
 */
export const hasSameContent = (one: ObjectHead, other: ObjectHead): boolean => {
	if (one.ContentLength !== other.ContentLength) return false;
	const isWhole = one.ChecksumType === other.ChecksumType;
	if (isWhole && checksums.some((name) => one[name] !== undefined && one[name] === other[name])) return true;
	return hasMd5Etag(one) && hasMd5Etag(other) && etagOf(one) === etagOf(other);
};

/** Whether an object is known to be a copy of the original, or to have the same content, also by its metadata. */
export const isCopyOf = (original: ObjectHead, copy: ObjectHead): boolean => {
	if (original.ContentLength !== copy.ContentLength) return false;
	const digest = original.Metadata?.[digestName];
	if (digest !== undefined && digest === copy.Metadata?.[digestName]) return true;
	return copy.Metadata?.[sourceEtagName] === etagOf(original) || hasSameContent(original, copy);
};
