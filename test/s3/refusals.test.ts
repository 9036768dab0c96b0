import { catalogue } from '../../nodes/AwsS3/core/errors/catalogue';
import { runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { credentials, refusal, s3, server } from '../support/s3';

/** Error codes of S3 and STS with their HTTP status, which a proxy in front of the server returns. */
const answers: Record<string, number> = {
	AccessControlListNotSupported: 400,
	AccessDenied: 403,
	AccountProblem: 403,
	AllAccessDisabled: 403,
	AuthorizationHeaderMalformed: 400,
	BadDigest: 400,
	BucketAlreadyExists: 409,
	BucketAlreadyOwnedByYou: 409,
	BucketNotEmpty: 409,
	ConditionalRequestConflict: 409,
	EntityTooLarge: 400,
	EntityTooSmall: 400,
	ExpiredToken: 400,
	IllegalLocationConstraintException: 400,
	InternalError: 500,
	InvalidAccessKeyId: 403,
	InvalidArgument: 400,
	InvalidBucketName: 400,
	InvalidBucketState: 409,
	InvalidDigest: 400,
	InvalidLocationConstraint: 400,
	InvalidObjectState: 403,
	InvalidPart: 400,
	InvalidRange: 416,
	InvalidRequest: 400,
	InvalidStorageClass: 400,
	InvalidTag: 400,
	InvalidToken: 400,
	'KMS.DisabledException': 400,
	'KMS.KMSInvalidStateException': 400,
	'KMS.NotFoundException': 400,
	KeyTooLongError: 400,
	MalformedPolicy: 400,
	MalformedXML: 400,
	MethodNotAllowed: 405,
	NoSuchBucket: 404,
	NoSuchKey: 404,
	NoSuchUpload: 404,
	NoSuchVersion: 404,
	NotImplemented: 501,
	NotSignedUp: 403,
	ObjectLockConfigurationNotFoundError: 404,
	OperationAborted: 409,
	PermanentRedirect: 301,
	PreconditionFailed: 412,
	QuotaExceeded: 403,
	RequestTimeTooSkewed: 403,
	RequestTimeout: 400,
	RestoreAlreadyInProgress: 409,
	ServiceUnavailable: 503,
	SignatureDoesNotMatch: 403,
	SlowDown: 503,
	TooManyBuckets: 400,
	XAmzContentSHA256Mismatch: 400,
};

const download = { bucket: 'a-bucket', key: 'folder/a key.txt' };

const withProxy = async <T>(decide: Parameters<typeof startProxy>[1], work: (url: string) => Promise<T>) => {
	const between = await startProxy(server.endpoint, decide);
	return await work(between.url);
};

test.each(Object.entries(answers))('%s', async (code, status) => {
	expect(Object.keys(catalogue)).toContain(code);
	const said = await withProxy(
		() => refused(status, code, 'Words of S3.'),
		async (endpoint) => {
			const connection = { endpoint };
			const { message, description } = await refusal(s3('object.download', download, { connection }));
			return {
				message: message.replaceAll(endpoint, 'SERVICE'),
				description: description.replaceAll(endpoint, 'SERVICE'),
			};
		},
	);
	expect(said.message).not.toContain('S3 refused the request');
	expect(said.description).toMatch(/\S{3}/);
	expect(said).toMatchSnapshot();
});

test.each([
	[
		'no policy',
		'User: arn:aws:iam::1:user/n is not authorized to perform: s3:GetObject on resource: "x" because no identity-based policy allows the s3:GetObject action',
		'Add to the policy of the connection\'s user: {"Effect":"Allow","Action":["s3:GetObject"],"Resource":["arn:aws:s3:::a-bucket/folder/a key.txt"]}',
	],
	[
		'an explicit deny',
		'User: x is not authorized to perform: s3:GetObject on resource: "x" with an explicit deny in a resource-based policy',
		'It is in the resource-based policy.',
	],
	[
		'Block Public Access',
		'User: x is not authorized to perform: s3:PutObjectAcl because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.',
		"Choose another 'ACL'",
	],
	['the KMS key', 'User: x is not authorized to perform: kms:Decrypt on resource: key', 'The KMS key refuses'],
	['a lock', 'Access Denied because object protected by object lock.', 'protected by Object Lock'],
])('explains a denial by %s', async (_, words, help) => {
	const { message, description } = await withProxy(
		() => refused(403, 'AccessDenied', words.replaceAll('"', '&quot;')),
		async (endpoint) => await refusal(s3('object.download', download, { connection: { endpoint } })),
	);
	expect(message).toBe("Access to object 'folder/a key.txt' in bucket 'a-bucket' was denied");
	expect(description).toContain(help);
	expect(description).toContain(words);
});

describe('the network', () => {
	const said = async (endpoint: string) =>
		await refusal(
			runNode({
				parameters: { resource: 'object', operation: 'get', ...download },
				credentials: { ...credentials, endpoint },
			}),
		);

	test('refuses the connection', async () => {
		expect(await said('http://127.0.0.1:1')).toEqual({
			message: 'http://127.0.0.1:1 cannot be reached',
			description: expect.stringContaining("'Service URL'"),
		});
	});

	test('does not know the host', async () => {
		expect(await said('http://no-such-host.invalid')).toMatchObject({
			message: 'http://no-such-host.invalid cannot be reached',
		});
	});

	test('resets the connection', async () => {
		await withProxy(
			() => 'reset',
			async (endpoint) => {
				expect(await said(endpoint)).toMatchObject({ message: `The connection to ${endpoint} broke off` });
			},
		);
	});
});
