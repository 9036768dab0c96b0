import { toJson } from '../../nodes/AwsS3/core/io/output';

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
		{ Owner: { ID: '1', DisplayName: 'n' }, Grants: [{ Grantee: { URI: 'u', Type: 'Group' } }] },
		{ owner: { id: '1', displayName: 'n' }, grants: [{ grantee: { uri: 'u', type: 'Group' } }] },
	],
])('%j', (answer, expected) => {
	expect(toJson(answer)).toEqual(expected);
});
