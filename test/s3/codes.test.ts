import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
	CompleteMultipartUploadCommand,
	CopyObjectCommand,
	CreateBucketCommand,
	CreateMultipartUploadCommand,
	DeleteBucketCommand,
	DeleteObjectCommand,
	GetObjectCommand,
	GetObjectLockConfigurationCommand,
	GetObjectRetentionCommand,
	ListObjectsV2Command,
	PutBucketLifecycleConfigurationCommand,
	PutBucketPolicyCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	PutObjectTaggingCommand,
	RestoreObjectCommand,
	UploadPartCommand,
} from '@aws-sdk/client-s3';
import { catalogue } from '../../nodes/AwsS3/core/errors/catalogue';
import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { codeOf } from '../../nodes/AwsS3/s3/failure';
import codes from '../support/codes.json';
import { startProxy } from '../support/proxy';
import { bucketName, credentials, kind, limitUser, makeBucket, makeUser, server, suspendUser } from '../support/s3';
import { newBucket } from '../support/tries';

/** In milliseconds: a server may wait for the rest of a body that never comes. */
const longest = 30_000;

const at = (more: object = {}): S3 => connect({ ...credentials, ...more }, { signal: AbortSignal.timeout(longest) });

let bucket: string;
let s3: S3;
beforeAll(async () => {
	bucket = await makeBucket();
});
beforeEach(async () => {
	s3 = at();
	await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'k', Body: 'x' }));
});

const putWith = async (more: object, via = s3) =>
	await via.send(new PutObjectCommand({ Bucket: bucket, Key: 'written', Body: 'x', ...more }));
const get = async (more: object = {}, via = s3) =>
	await via.send(new GetObjectCommand({ Bucket: bucket, Key: 'k', ...more }));
const create = async (Bucket: string, region?: unknown, via = s3) =>
	await via.send(
		new CreateBucketCommand({
			Bucket,
			...(region !== undefined && { CreateBucketConfiguration: { LocationConstraint: region as never } }),
		}),
	);

/** Completes an upload of so many parts of a byte each; without `sends`, they are named and never sent. */
const complete = async (count: number, sends: boolean) => {
	const to = { Bucket: bucket, Key: 'parts' };
	const { UploadId } = await s3.send(new CreateMultipartUploadCommand(to));
	const Parts: Array<{ PartNumber: number; ETag?: string }> = [];
	for (let PartNumber = 1; PartNumber <= count; PartNumber++) {
		const part = { ...to, UploadId, PartNumber, Body: 'x' };
		const { ETag } = sends ? await s3.send(new UploadPartCommand(part)) : { ETag: `"${'0'.repeat(32)}"` };
		Parts.push({ PartNumber, ETag });
	}
	await s3.send(new CompleteMultipartUploadCommand({ ...to, UploadId, MultipartUpload: { Parts } }));
};

const archived = async () => {
	await putWith({ Key: 'archived', StorageClass: 'GLACIER' });
	return { Bucket: bucket, Key: 'archived' };
};

/** How to make a server answer with each code. */
const provocations: Record<string, () => Promise<unknown>> = {
	AccessDenied: async () => {
		const { name: _name, ...stranger } = await makeUser();
		await get({}, at(stranger));
	},
	AuthorizationHeaderMalformed: async () => await get({}, at({ region: 'eu-west-1', strictRegion: true })),
	BadDigest: async () => await putWith({ ContentMD5: createHash('md5').update('y').digest('base64') }),
	BucketAlreadyExists: async () => {
		const { name: _name, ...stranger } = await makeUser();
		await create(bucket, undefined, at(stranger));
	},
	BucketAlreadyOwnedByYou: async () => {
		// In its oldest region S3 says yes.
		await create(bucket);
		const elsewhere = at({ region: 'eu-west-1' });
		const name = bucketName();
		for (let times = 0; times < 2; times++) await create(name, 'eu-west-1', elsewhere);
	},
	BucketNotEmpty: async () => await s3.send(new DeleteBucketCommand({ Bucket: bucket })),
	EntityTooLarge: async () => {
		const size = 5 * 1024 ** 3 + 1;
		const Body = new Readable({ read: () => undefined });
		Body.push(Buffer.alloc(1024));
		await putWith({ Body, ContentLength: size }).finally(() => Body.destroy());
	},
	EntityTooSmall: async () => await complete(2, true),
	IllegalLocationConstraintException: async () => await create(bucketName(), 'us-west-2', at({ region: 'eu-west-1' })),
	InternalError: async () => await putWith({ Metadata: { a: 'b'.repeat(2500) } }),
	InvalidAccessKeyId: async () => await get({}, at({ accessKeyId: 'AKIANOBODYHASTHISKEY' })),
	InvalidArgument: async () => await s3.send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: -1 })),
	InvalidBucketName: async () => await create(`${bucketName()}..b`),
	InvalidBucketState: async () => {
		const locked = await makeBucket({ ObjectLockEnabledForBucket: true });
		const VersioningConfiguration = { Status: 'Suspended' as const };
		await s3.send(new PutBucketVersioningCommand({ Bucket: locked, VersioningConfiguration }));
	},
	InvalidDigest: async () => await putWith({ ContentMD5: 'none' }),
	InvalidLocationConstraint: async () => await create(bucketName(), 'nowhere-1'),
	InvalidObjectState: async () => await s3.send(new GetObjectCommand(await archived())),
	InvalidPart: async () => await complete(1, false),
	InvalidRange: async () => await get({ Range: 'bytes=10-20' }),
	InvalidRegion: async () => await create(bucketName(), 'nowhere-1'),
	InvalidRequest: async () =>
		await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: 'k', CopySource: `${bucket}/k` })),
	InvalidStorageClass: async () => await putWith({ StorageClass: 'NONE' }),
	InvalidTag: async () => {
		const Tagging = { TagSet: [{ Key: 'a'.repeat(129), Value: 'b' }] };
		await s3.send(new PutObjectTaggingCommand({ Bucket: bucket, Key: 'k', Tagging }));
	},
	InvalidTokenId: async () => await get({}, at({ sessionToken: 'none' })),
	'kms:KeyNotFound': async () => await putWith({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'none' }),
	KeyTooLongError: async () => await putWith({ Key: 'k'.repeat(1025) }),
	MalformedPolicy: async () => {
		const Policy = '{"Version":"2012-10-17","Statement":[{"Effect":"Maybe"}]}';
		await s3.send(new PutBucketPolicyCommand({ Bucket: await makeBucket(), Policy }));
	},
	MalformedXML: async () => {
		const LifecycleConfiguration = { Rules: [{ Status: 'None' as never, Filter: { Prefix: '' } }] };
		await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket: bucket, LifecycleConfiguration }));
	},
	MetadataTooLarge: async () => await putWith({ Metadata: { a: 'b'.repeat(2500) } }),
	MethodNotAllowed: async () => {
		const to = { Bucket: await newBucket([]), Key: 'deleted' };
		await s3.send(new PutObjectCommand({ ...to, Body: 'x' }));
		const { VersionId } = await s3.send(new DeleteObjectCommand(to));
		await s3.send(new GetObjectCommand({ ...to, VersionId }));
	},
	NoSuchBucket: async () => await s3.send(new ListObjectsV2Command({ Bucket: bucketName() })),
	NoSuchKey: async () => await get({ Key: 'missing' }),
	NoSuchObjectLockConfiguration: async () => {
		const to = { Bucket: await makeBucket({ ObjectLockEnabledForBucket: true }), Key: 'free' };
		await s3.send(new PutObjectCommand({ ...to, Body: 'x' }));
		await s3.send(new GetObjectRetentionCommand(to));
	},
	NoSuchUpload: async () => {
		const UploadId = '2~abcdefghijklmnopqrstuvwxyz012345';
		await s3.send(new UploadPartCommand({ Bucket: bucket, Key: 'k', UploadId, PartNumber: 1, Body: 'x' }));
	},
	NoSuchVersion: async () => {
		const to = { Bucket: await newBucket([]), Key: 'gone' };
		const { VersionId } = await s3.send(new PutObjectCommand({ ...to, Body: 'x' }));
		await s3.send(new DeleteObjectCommand({ ...to, VersionId }));
		await s3.send(new GetObjectCommand({ ...to, VersionId }));
	},
	NotImplemented: async () => {
		const RestoreRequest = { Days: 1 };
		await s3.send(new RestoreObjectCommand({ Bucket: bucket, Key: 'k', RestoreRequest }));
	},
	ObjectLockConfigurationNotFoundError: async () =>
		await s3.send(new GetObjectLockConfigurationCommand({ Bucket: bucket })),
	PreconditionFailed: async () => await get({ IfMatch: '"none"' }),
	QuotaExceeded: async () => {
		const { name, ...user } = await makeUser();
		await limitUser(name, 'objects', 1);
		const own = bucketName();
		await create(own, undefined, at(user));
		for (const Key of ['a', 'b', 'c']) await at(user).send(new PutObjectCommand({ Bucket: own, Key, Body: 'x' }));
	},
	SignatureDoesNotMatch: async () => await get({}, at({ secretAccessKey: 'none-none-none-none-none-none-none-none-' })),
	TooManyBuckets: async () => {
		const { name, ...user } = await makeUser();
		await limitUser(name, 'buckets', 1);
		for (let times = 0; times < 2; times++) await create(bucketName(), undefined, at(user));
	},
	UserSuspended: async () => {
		const { name, ...user } = await makeUser();
		await suspendUser(name);
		await get({}, at(user));
	},
	XAmzContentSHA256Mismatch: async () => {
		const flips = await startProxy(server.endpoint, () => ({ flipRequestAt: 0 }));
		await putWith({}, at({ endpoint: flips.url }));
	},
};

const servers = Object.entries(codes).map(([code, { servers: names }]): [string, string[]] => [code, names]);

test.each(servers.filter(([code]) => code in provocations))('%s', async (code, names) => {
	const failure: unknown = await provocations[code]?.().then(
		() => undefined,
		(error: unknown) => error,
	);
	const isGiven = codeOf(failure) === code;
	expect({ code, server: kind, isGiven }).toEqual({ code, server: kind, isGiven: names.includes(kind) });
});

test('each code that a server gives is provoked here, and explained', () => {
	const given = servers.filter(([, names]) => names.length > 0).map(([code]) => code);
	expect(given.sort()).toEqual(Object.keys(provocations).sort());
	expect(servers.map(([code]) => code).filter((code) => !(code in catalogue))).toEqual([]);
});
