import { entryOfRow, manifestAt, manifestOf } from '../../nodes/AwsS3/operations/transfer/source/inventoryReport';

const at = { bucket: 'reports', key: 'daily/manifest.json' };

/** As in the AWS documentation. */
const manifest = {
	sourceBucket: 'source-bucket',
	destinationBucket: 'arn:aws:s3:::report-bucket',
	version: '2016-11-30',
	creationTimestamp: '1514944800000',
	fileFormat: 'CSV',
	fileSchema: 'Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass',
	files: [{ key: 'data/1.csv.gz', size: 2147483647, MD5checksum: 'F11166069F1990ABEB9C97ACE9CDFABC' }],
};

test('a manifest as S3 writes it', () => {
	expect(manifestOf(JSON.stringify(manifest), at)).toEqual({
		bucket: 'report-bucket',
		sourceBucket: 'source-bucket',
		columns: [
			...['Bucket', 'Key', 'VersionId', 'IsLatest', 'IsDeleteMarker'],
			...['Size', 'LastModifiedDate', 'ETag', 'StorageClass'],
		],
		files: [{ key: 'data/1.csv.gz', md5: 'F11166069F1990ABEB9C97ACE9CDFABC' }],
		made: new Date('2018-01-03T02:00:00Z'),
	});
});

test.each<[string, unknown, RegExp]>([
	['text', 'not JSON', /is not the manifest/],
	['another document', '{"files":"a"}', /is not the manifest/],
	['ORC', JSON.stringify({ ...manifest, fileFormat: 'ORC' }), /unsupported format ORC/],
	['no ETags', JSON.stringify({ ...manifest, fileSchema: 'Key, Size, LastModifiedDate' }), /has no ETag$/],
	['no schema', JSON.stringify({ ...manifest, fileSchema: undefined }), /has no Key, Size, LastModifiedDate, ETag/],
])('%s is refused', (_, text, message) => {
	expect(() => manifestOf(String(text), at)).toThrow(message);
});

const row = {
	Key: 'from/a+b%2Bc%3F%C3%BC.txt',
	Size: '12',
	LastModifiedDate: '2026-01-31T12:00:00.000Z',
	ETag: 'abc-2',
	StorageClass: 'GLACIER',
};

test('a row: its key is decoded, and comes below the prefix', () => {
	expect(entryOfRow(row, 'from/')).toEqual({
		...{ key: 'a b+c?ü.txt', size: 12, lastModified: new Date('2026-01-31T12:00:00Z') },
		...{ etag: '"abc-2"', storageClass: 'GLACIER' },
	});
});

test.each([
	['an older version', { ...row, IsLatest: 'false' }],
	['a delete marker', { ...row, IsLatest: 'true', IsDeleteMarker: 'TRUE' }],
	['what is not below the prefix', { ...row, Key: 'from' }],
])('%s is left out', (_, given) => {
	expect(entryOfRow(given, 'from/')).toBeUndefined();
});

test.each<[string, unknown]>([
	['a/manifest.json', { bucket: 'source', key: 'a/manifest.json' }],
	['s3://other/a/b.json', { bucket: 'other', key: 'a/b.json' }],
	['arn:aws:s3:::other/a', { bucket: 'other', key: 'a' }],
])('the manifest %s', (given, expected) => {
	expect(manifestAt(given, 'source', 'Manifest')).toEqual(expected);
});

test.each(['s3://bucket', ''])('no manifest: %j', (given) => {
	expect(() => manifestAt(given, 'source', 'Manifest')).toThrow(/^'Manifest' is not the address of an object/);
});
