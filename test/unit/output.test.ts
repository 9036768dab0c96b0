import { listedObject, plainEtag, toJson } from '../../nodes/AwsS3/core/io/output';

test.each([
	[{ ETag: '"abc"' }, { etag: 'abc' }],
	[{ LastModified: new Date(0) }, { lastModified: '1970-01-01T00:00:00.000Z' }],
	[{ VersionId: undefined, $metadata: {} }, {}],
	[
		{ SSEKMSKeyId: 'k', SSECustomerAlgorithm: 'AES256', ServerSideEncryption: 'aws:kms' },
		{ sseKmsKeyId: 'k', sseCustomerAlgorithm: 'AES256', serverSideEncryption: 'aws:kms' },
	],
	[
		{ ChecksumCRC32: 'a', ChecksumCRC32C: 'b', ChecksumCRC64NVME: 'c', ChecksumSHA256: 'd' },
		{ checksumCrc32: 'a', checksumCrc32C: 'b', checksumCrc64Nvme: 'c', checksumSha256: 'd' },
	],
	[{ Metadata: { MyName: 'x' } }, { metadata: { MyName: 'x' } }],
	[
		{ IsTruncated: false, KeyCount: 0, Prefix: '' },
		{ isTruncated: false, keyCount: 0, prefix: '' },
	],
	[{ Names: ['"a"', 1, undefined] }, { names: ['"a"', 1] }],
	[{ Days: [new Date(0)], Nothing: null, Body: () => 1 }, { days: ['1970-01-01T00:00:00.000Z'] }],
	[
		{ ETag: 5, MyETag: '"x"', ETags: '"y"' },
		{ etag: 5, myETag: '"x"', eTags: '"y"' },
	],
	[
		{ CopySSEKMSKeyId: 'k', CopySSEAlgorithm: 'a' },
		{ copySSEKMSKeyId: 'k', copySSEAlgorithm: 'a' },
	],
	[{ SSEKMSEncryptionContext: 'c' }, { sseKmsEncryptionContext: 'c' }],
	[
		{ MFADelete: 'x', ARN: 'a', OwnerID: 'o' },
		{ mfaDelete: 'x', arn: 'a', ownerID: 'o' },
	],
	[
		{ Owner: { ID: '1', DisplayName: 'n' }, Grants: [{ Grantee: { URI: 'u', Type: 'Group' } }] },
		{ owner: { id: '1', displayName: 'n' }, grants: [{ grantee: { uri: 'u', type: 'Group' } }] },
	],
])('%j', (answer, expected) => {
	expect(toJson(answer)).toEqual(expected);
});

test('the same name is written the same way again', () => {
	expect([toJson({ SSEKMSKeyId: 1 }), toJson({ SSEKMSKeyId: 2 })]).toEqual([{ sseKmsKeyId: 1 }, { sseKmsKeyId: 2 }]);
});

test.each([
	['"abc"', 'abc'],
	['abc', 'abc'],
	['"a', '"a'],
	['a"', 'a"'],
	['"a"b"', 'a"b'],
	['x"a"', 'x"a"'],
	['"a"x', '"a"x'],
	['"a\nb"', 'a\nb'],
])('the ETag %j is shown as %j', (etag, expected) => {
	expect(plainEtag(etag)).toBe(expected);
});

test('an object of a listing, simplified and whole', () => {
	const object = { Key: 'k', Size: 5, LastModified: new Date(0), ETag: '"abc"', StorageClass: 'STANDARD' as const };
	const simple = {
		...{ key: 'k', size: 5, lastModified: '1970-01-01T00:00:00.000Z', etag: 'abc', storageClass: 'STANDARD' },
	};
	const owned = { ...object, Owner: { ID: 'o' } };
	expect(listedObject(owned, true)).toEqual(simple);
	expect(listedObject(owned, false)).toEqual({ ...simple, owner: { id: 'o' } });
	expect(listedObject({ Key: 'k' }, true)).toEqual({ key: 'k' });
});
