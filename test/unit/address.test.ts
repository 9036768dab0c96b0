import { bucketNameFault, copiedObject, copySource, keyFault, parseAddress } from '../../nodes/AwsS3/s3/address';
import { processorTime } from '../support/processorTime';

test.each([
	['s3://bucket/a b/ü.txt', { bucket: 'bucket', key: 'a b/ü.txt' }],
	['s3://bucket', { bucket: 'bucket' }],
	['s3://bucket/', { bucket: 'bucket', key: '' }],
	['s3://bucket/a%20b?x#y', { bucket: 'bucket', key: 'a%20b?x#y' }],
	['arn:aws:s3:::bucket', { bucket: 'bucket' }],
	['arn:aws-cn:s3:::bucket/a/b', { bucket: 'bucket', key: 'a/b' }],
	[
		'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine',
		{ bucket: 'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine' },
	],
	[
		'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine/object/a/b',
		{ bucket: 'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine', key: 'a/b' },
	],
	['https://bucket.s3.eu-west-1.amazonaws.com/a%20b/%C3%BC', { bucket: 'bucket', key: 'a b/ü' }],
	['https://my.dotted.bucket.s3.amazonaws.com/k', { bucket: 'my.dotted.bucket', key: 'k' }],
	['https://bucket.s3-us-west-2.amazonaws.com/k?versionId=1', { bucket: 'bucket', key: 'k' }],
	['https://bucket.s3.dualstack.us-west-2.amazonaws.com/k', { bucket: 'bucket', key: 'k' }],
	['https://bucket.s3.cn-north-1.amazonaws.com.cn/k', { bucket: 'bucket', key: 'k' }],
	['https://bucket.s3.eusc-de-east-1.amazonaws.eu/k', { bucket: 'bucket', key: 'k' }],
	['https://s3.eu-west-1.amazonaws.com/bucket/a/../b', { bucket: 'bucket', key: 'a/../b' }],
	['https://s3-bucket.s3.s3-accelerate.amazonaws.com/k', { bucket: 's3-bucket.s3', key: 'k' }],
	['https://a.vpce-1a-2b.s3.us-east-1.vpce.amazonaws.com/k', { bucket: 'a.vpce-1a-2b', key: 'k' }],
	['https://sqs.eu-west-1.amazonaws.com/bucket/k', { bucket: 'bucket', key: 'k' }],
	['https://bucket.s3.under_score.amazonaws.com/other/k', { bucket: 'other', key: 'k' }],
	['https://bucket.s3.eu-west-1.amazonaws.com', { bucket: 'bucket' }],
	['http://minio:9000/bucket/k', { bucket: 'bucket', key: 'k' }],
	['https://bucket.minio.example.com/k', { bucket: 'bucket', key: 'k' }],
	['HTTPS://minio:9000/bucket', { bucket: 'bucket' }],
	['http://minio:9000/bucket/', { bucket: 'bucket', key: '' }],
	['https://bucket.s3.amazonaws.com/', { bucket: 'bucket' }],
	['https://bucket.s3.amazonaws.com/http://host/k', { bucket: 'bucket', key: 'http://host/k' }],
	['https://bucket.s3.amazonaws.com/k?a\nb', { bucket: 'bucket', key: 'k' }],
	['https://bucket.s3.amazonaws.com/100%', { bucket: 'bucket', key: '100%' }],
	['s3://bucket/two\nlines', { bucket: 'bucket', key: 'two\nlines' }],
	['arn:aws:s3:::bucket/two\nlines', { bucket: 'bucket', key: 'two\nlines' }],
	[
		'arn:aws:s3-outposts:eu-west-1:1:outpost:op-1:accesspoint:mine',
		{ bucket: 'arn:aws:s3-outposts:eu-west-1:1:outpost:op-1:accesspoint:mine' },
	],
	['arn:aws:s3-outposts:eu-west-1:1:accesspoint:mine', undefined],
	['https://s3.eu-west-1.amazonaws.com/', undefined],
	['https://', undefined],
	['s3://', undefined],
	['see s3://bucket/key', undefined],
	['see arn:aws:s3:::bucket', undefined],
	['see https://minio:9000/bucket', undefined],
	['see arn:aws:s3:eu-west-1:1:accesspoint/mine', undefined],
	['arn:aws:s3:eu-west-1:1:accesspoint/mine/other', undefined],
	['bucket/key', undefined],
	['arn:aws:sqs:eu-west-1:1:queue', undefined],
])('%s', (text, expected) => {
	expect(parseAddress(text, 'https://minio.example.com')).toEqual(expected);
});

test.each([
	['a name with many hyphens', `https://s3${'-a'.repeat(26)}.example.com/bucket/k`],
	['many names of S3', `https://${'s3.'.repeat(20_000)}_.amazonaws.com/bucket/k`],
])('a host takes no longer than its length: %s', async (_, url) => {
	expect(await processorTime(() => parseAddress(url))).toBeLessThan(500);
});

test.each([
	['good-name.1', undefined],
	['a'.repeat(63), undefined],
	['a'.repeat(64), 'is longer than 63 characters'],
	['ab', 'is shorter than 3 characters'],
	['Abc', 'has upper-case letters or underscores'],
	['a_b', 'has upper-case letters or underscores'],
	['-abc', 'does not begin and end with a letter or digit'],
	['abc.', 'does not begin and end with a letter or digit'],
	['a..b', 'has two dots in a row'],
	['192.168.1.1', 'looks like an IP address'],
	['10.20.30.40', 'looks like an IP address'],
	['v10.20.30.40', undefined],
	['10.20.30.40.v', undefined],
	['abc-xn--abc', undefined],
	['abc-s3alias-abc', undefined],
	['xn--abc', 'starts with a reserved prefix'],
	['abc-s3alias', 'ends with a reserved suffix'],
	['a b', 'has characters other than letters, digits, dots and hyphens'],
	['', 'is empty'],
])('a new bucket %p', (name, fault) => {
	expect(bucketNameFault(name, true)).toBe(fault);
});

test('old buckets may have names that new ones may not', () => {
	expect(bucketNameFault('My_Old_Bucket')).toBeUndefined();
	expect(bucketNameFault('arn:aws:s3:eu-west-1:111122223333:accesspoint/mine')).toBeUndefined();
	expect(bucketNameFault('arn:aws:sns:eu-west-1:111122223333:topic')).toBe(
		'is not the ARN of a bucket or access point',
	);
	expect(bucketNameFault('a'.repeat(255))).toBeUndefined();
	expect(bucketNameFault('a'.repeat(256))).toBe('is longer than 255 characters');
});

test('keys are measured in bytes', () => {
	expect(keyFault('ü'.repeat(512))).toBeUndefined();
	expect(keyFault('ü'.repeat(513))).toBe('is 1026 bytes long, more than the 1024 that S3 allows');
	expect(keyFault('')).toBe('is empty');
	expect(keyFault('a\ud83e')).toBe('contains an invalid character (half of a surrogate pair)');
	expect(keyFault('😀')).toBeUndefined();
});

test('the bucket of an address is found without an endpoint, or with one that is none', () => {
	const expected = { bucket: 'bucket', key: 'k' };
	for (const endpoint of [undefined, '', 'nonsense'])
		expect(parseAddress('https://bucket.s3.amazonaws.com/k', endpoint)).toEqual(expected);
});

test.each([
	['s3://bucket', ['bucket']],
	['arn:aws:s3:::bucket', ['bucket']],
	['https://minio:9000/bucket', ['bucket']],
	['arn:aws:s3:eu-west-1:1:accesspoint/mine', ['bucket']],
	['s3://bucket/', ['bucket', 'key']],
])('%s names %j', (text, names) => {
	expect(Object.keys(parseAddress(text) ?? {})).toEqual(names);
});

test.each([
	{ bucket: 'b', key: 'a #?+%/ü', versionId: 'v/1' },
	{ bucket: 'b', key: 'a?versionId=b' },
	{ bucket: 'arn:aws:s3:eu-west-1:1:accesspoint/mine', key: 'k%2F/object/l' },
])('the object that is copied is found again in %j', (object) => {
	expect(copiedObject(copySource(object))).toEqual(object);
});

test('a copy source is encoded, its slashes are not', () => {
	expect(copySource({ bucket: 'b', key: 'a #?+%/ü', versionId: 'v/1' })).toBe(
		'b/a%20%23%3F%2B%25/%C3%BC?versionId=v%2F1',
	);
	expect(copySource({ bucket: 'b', key: 'k' })).toBe('b/k');
	expect(copySource({ bucket: 'arn:aws:s3:eu-west-1:1:accesspoint/mine', key: 'k' })).toBe(
		'arn%3Aaws%3As3%3Aeu-west-1%3A1%3Aaccesspoint/mine/object/k',
	);
});
