import { createHash } from 'node:crypto';
import type { HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { digestOf, hasContent, hasMd5Etag, isCopyOf, withSourceEtag } from '../../nodes/AwsS3/s3/contentIdentity';
import { inPieces } from '../support/pieces';

type Head = Partial<HeadObjectCommandOutput>;

const head = (more: Head): HeadObjectCommandOutput => ({ ContentLength: 5, ...more, $metadata: {} });
const content = Buffer.from('hello');
const sha256 = createHash('sha256').update(content).digest();
const md5 = createHash('md5').update(content).digest();
const etag = `"${md5.toString('hex')}"`;
const ofParts = '"0123456789abcdef0123456789abcdef-2"';

test('content has its digests, however it is cut', async () => {
	const digest = { size: 5, sha256, md5 };
	expect(await digestOf([content])).toEqual(digest);
	expect(await digestOf(inPieces(content.subarray(0, 2), Buffer.alloc(0), content.subarray(2)))).toEqual(digest);
});

test.each<[string, Head, boolean]>([
	['an upload in one request', { ETag: etag }, true],
	['encrypted with keys of S3', { ETag: etag, ServerSideEncryption: 'AES256' }, true],
	['encrypted with KMS', { ETag: etag, ServerSideEncryption: 'aws:kms' }, false],
	['encrypted twice', { ETag: etag, ServerSideEncryption: 'aws:kms:dsse' }, false],
	["encrypted with a customer's key", { ETag: etag, SSECustomerAlgorithm: 'AES256' }, false],
	['an upload in parts', { ETag: ofParts }, false],
	['an ETag that is longer', { ETag: `"${'0'.repeat(33)}"` }, false],
	['no ETag', {}, false],
])('an MD5 as ETag: %s', (_, more, expected) => {
	expect(hasMd5Etag(head(more))).toBe(expected);
});

test.each<[string, Head, boolean]>([
	['its ETag', { ETag: etag }, true],
	['its ETag, but another size', { ETag: etag, ContentLength: 6 }, false],
	['another ETag', { ETag: `"${'0'.repeat(32)}"` }, false],
	['an ETag that tells nothing', { ETag: etag, ServerSideEncryption: 'aws:kms' }, false],
	['its SHA-256 as a checksum', { ETag: ofParts, ChecksumSHA256: sha256.toString('base64') }, true],
	['another checksum', { ETag: ofParts, ChecksumSHA256: 'x' }, false],
	['its SHA-256 in the metadata', { ETag: ofParts, Metadata: { sha256: sha256.toString('hex') } }, true],
	['another one in the metadata', { ETag: ofParts, Metadata: { sha256: 'x' } }, false],
	['other metadata', { ETag: ofParts, Metadata: {} }, false],
	['nothing', {}, false],
])('an object has the content by %s', (_, more, expected) => {
	expect(hasContent(head(more), { size: 5, sha256, md5 })).toBe(expected);
});

test.each<[string, Head, Head, boolean]>([
	['the same ETag', { ETag: etag }, { ETag: etag }, true],
	['the same ETag, but another size', { ETag: etag }, { ETag: etag, ContentLength: 6 }, false],
	['other ETags', { ETag: etag }, { ETag: `"${'0'.repeat(32)}"` }, false],
	['the same ETag of parts', { ETag: ofParts }, { ETag: ofParts }, false],
	['an ETag that tells nothing of the copy', { ETag: etag }, { ETag: etag, ServerSideEncryption: 'aws:kms' }, false],
	['an ETag that tells nothing of the original', { ETag: etag, SSECustomerAlgorithm: 'AES256' }, { ETag: etag }, false],
	['the same digest', { ETag: ofParts, Metadata: { sha256: 'a' } }, { Metadata: { sha256: 'a' } }, true],
	['other digests', { ETag: ofParts, Metadata: { sha256: 'a' } }, { Metadata: { sha256: 'b' } }, false],
	['no digests', { ETag: ofParts, Metadata: {} }, { Metadata: {} }, false],
	['no metadata', { ETag: ofParts }, {}, false],
	[
		'the ETag of the original in the copy',
		{ ETag: ofParts },
		{ Metadata: withSourceEtag({}, head({ ETag: ofParts })) },
		true,
	],
	['the ETag of another original', { ETag: ofParts }, { Metadata: withSourceEtag({}, head({ ETag: etag })) }, false],
	['the same SHA-256', { ETag: ofParts, ChecksumSHA256: 'a' }, { ChecksumSHA256: 'a' }, true],
	['the same SHA-1', { ETag: ofParts, ChecksumSHA1: 'a' }, { ChecksumSHA1: 'a' }, true],
	['the same CRC-64', { ETag: ofParts, ChecksumCRC64NVME: 'a' }, { ChecksumCRC64NVME: 'a' }, true],
	['a CRC-32, which is too short to tell', { ETag: ofParts, ChecksumCRC32: 'a' }, { ChecksumCRC32: 'a' }, false],
	['other checksums', { ETag: ofParts, ChecksumSHA256: 'a' }, { ChecksumSHA256: 'b' }, false],
	['one of several checksums', { ETag: ofParts, ChecksumSHA256: 'a', ChecksumSHA1: 'b' }, { ChecksumSHA1: 'b' }, true],
	[
		'a checksum of parts and one of the whole',
		{ ETag: ofParts, ChecksumSHA256: 'a', ChecksumType: 'COMPOSITE' },
		{ ChecksumSHA256: 'a', ChecksumType: 'FULL_OBJECT' },
		false,
	],
])('a copy by %s', (_, original, copy, expected) => {
	expect(isCopyOf(head(original), head(copy))).toBe(expected);
});

test('the ETag of the original is added to the metadata of a copy', () => {
	expect(withSourceEtag({ a: '1' }, head({ ETag: '"x"' }))).toEqual({ a: '1', 'source-etag': 'x' });
	expect(withSourceEtag(undefined, head({}))).toEqual({ 'source-etag': '' });
});
