import { denial } from '../../nodes/AwsS3/core/errors/accessDenied';
import objectCopy from '../../nodes/AwsS3/operations/object/copy';
import objectDownload from '../../nodes/AwsS3/operations/object/download';
import objectGet from '../../nodes/AwsS3/operations/object/get';
import objectUpload from '../../nodes/AwsS3/operations/object/upload';
import transferRun from '../../nodes/AwsS3/operations/transfer/run';

const words =
	'User: arn:aws:iam::1:user/n is not authorized to perform: s3:PutObject on resource: "x" with an explicit deny in an identity-based policy';

test('a write that a policy denies explicitly may be one over an existing object', () => {
	const advice = "set 'If Exists' to 'Fail' or 'Skip'";
	expect(denial({ words, permissions: objectUpload.permissions })).toContain(advice);
	expect(denial({ words, permissions: objectDownload.permissions })).not.toContain(advice);
});

test('what S3 leaves out instead of refusing is no reason for a denial', () => {
	const text = denial({ permissions: objectGet.permissions, bucket: 'b', key: 'k' });
	expect(text).toContain('s3:GetObject on arn:aws:s3:::b/k');
	expect(text).toContain('kms:Decrypt (for objects encrypted with KMS)');
	expect(text).not.toMatch(/LegalHold|Retention/);
});

test('a refused request names its permission, and those that S3 asks for only sometimes', () => {
	const at = { bucket: 'b', key: 'k', permissions: objectUpload.permissions };
	const text = denial({ ...at, operation: 'CompleteMultipartUpload' });
	expect(text).toMatch(/^This needs s3:PutObject on arn:aws:s3:::b\/k; also /);
	expect(text).toContain('s3:PutObjectTagging (with tags)');
	expect(text).toContain('"Action":["s3:PutObject"]');
	expect(denial({ ...at, operation: 'PutObjectTagging' })).toContain('"Action":["s3:PutObjectTagging"]');
});

test('what S3 itself names is what is needed', () => {
	const said = 'User: arn:aws:iam::1:user/n is not authorized to perform: s3:GetObjectTagging on resource: "x"';
	const { permissions } = objectCopy;
	const text = denial({ words: said, bucket: 'b', key: 'k', permissions, operation: 'CopyObject' });
	expect(text).toContain('"Action":["s3:GetObjectTagging"]');
});

test.each(['DeleteObject', 'DeleteObjects', 'HeadObject', 'ListObjectsV2'])(
	'a refused %s of a transfer does not name what only its writes need',
	(operation) => {
		const text = denial({ bucket: 'b', key: 'k', permissions: transferRun.permissions, operation });
		expect(text).toMatch(/^This needs s3:/);
		expect(text).not.toMatch(/Put|Acl|Annotation/);
	},
);
