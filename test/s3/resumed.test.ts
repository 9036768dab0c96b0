import { createHash, randomBytes } from 'node:crypto';
import {
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListMultipartUploadsCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { keepBinary } from '../support/n8n';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

const MiB = 1024 ** 2;

const file = async (bytes: Buffer) => [{ json: {}, binary: { data: await keepBinary(bytes) } }];

const pairs = (name: string, value: string) => ({ values: [{ name, value }] });

/** The first attempt at an upload, of which one part has arrived. */
const interrupted = async (bucket: string, bytes: Buffer, options: object = {}) => {
	const at = { bucket, key: 'a.bin' };
	const { uploadId } = await one('multipartUpload.create', { ...at, options });
	const items = await file(bytes.subarray(0, 8 * MiB));
	await s3('multipartUpload.uploadPart', { ...at, uploadId, partNumber: 1 }, { items });
};

const head = async (Bucket: string) => await sdk.send(new HeadObjectCommand({ Bucket, Key: 'a.bin' }));

const tagsOf = async (Bucket: string) =>
	(await sdk.send(new GetObjectTaggingCommand({ Bucket, Key: 'a.bin' }))).TagSet ?? [];

const upload = async (bucket: string, bytes: Buffer, options: object = {}, more: object = {}) =>
	await s3(
		'object.upload',
		{ bucket, key: 'a.bin', ...more, options: { resume: true, ...options } },
		{ items: await file(bytes) },
	);

const bytes = randomBytes(9 * MiB);

test('a resumed upload gets the lock and the tags that are asked for now, and tells what stays as it was', async () => {
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
	await interrupted(bucket, bytes, { metadata: pairs('owner', 'before') });
	const lockUntil = new Date(Math.floor(Date.now() / 1000) * 1000 + 3_600_000).toISOString();
	const lock = { lockMode: 'GOVERNANCE', lockUntil, legalHold: true };
	const options = { ...lock, tags: pairs('a', 'b'), metadata: pairs('owner', 'now') };
	const output = await upload(bucket, bytes, options);
	expect(output[0]?.json).toMatchObject({ uploaded: true, resumedBytes: 8 * MiB });
	expect(output[0]?.json).not.toHaveProperty('isResumed');
	expect(await head(bucket)).toMatchObject({
		...{ ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: new Date(lockUntil) },
		...{ ObjectLockLegalHoldStatus: 'ON', Metadata: { owner: 'before' } },
	});
	expect(await tagsOf(bucket)).toEqual([{ Key: 'a', Value: 'b' }]);
	expect(output.hints).toEqual([
		expect.stringMatching(/^'a\.bin' keeps the metadata of the interrupted upload that it continued\. To change/),
	]);
});

test('a resumed upload that asks for the same is told nothing', async () => {
	const bucket = await makeBucket();
	const contentType = 'text/x-mine';
	await interrupted(bucket, bytes, { metadata: pairs('Owner', 'mé'), contentType });
	const output = await upload(bucket, bytes, { metadata: pairs('Owner', 'mé'), contentType });
	expect(output[0]?.json).toMatchObject({ uploaded: true, resumedBytes: 8 * MiB, contentType });
	expect(output.hints ?? []).toEqual([]);
});

test('a resumed upload without the encryption that is asked for now fails, is not locked, and succeeds again', async () => {
	const bucket = await makeBucket({ ObjectLockEnabledForBucket: true });
	await interrupted(bucket, bytes);
	const lockUntil = new Date(Date.now() + 3_600_000).toISOString();
	const kms = { serverSideEncryption: 'aws:kms', kmsKeyId: 'testkey-1' };
	const options = { ...kms, lockMode: 'GOVERNANCE', lockUntil };
	expect(await refusal(upload(bucket, bytes, options))).toMatchObject({
		message: "The upload of 'a.bin' continued an interrupted one that was started with other encryption",
		description: expect.stringContaining('upload it again'),
	});
	const stored = await head(bucket);
	expect(stored.ObjectLockMode).toBeUndefined();
	expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
	expect((await upload(bucket, bytes, kms))[0]?.json).toMatchObject({ uploaded: true });
	expect(await head(bucket)).toMatchObject({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'testkey-1' });
});

test("with 'Skip if Same', a resumed upload notes the digest of its content, not that of the first attempt", async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.bin', Body: 'x' }));
	const sha256 = '0'.repeat(64);
	await interrupted(bucket, bytes, { metadata: pairs('sha256', sha256) });
	const skipIfSame = { onConflict: 'skipIfSame' };
	expect((await upload(bucket, bytes, {}, skipIfSame))[0]?.json).toMatchObject({ uploaded: true });
	expect((await head(bucket)).Metadata?.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
	expect(await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).not.toHaveProperty('Uploads');
	expect((await upload(bucket, bytes, {}, skipIfSame))[0]?.json).toMatchObject({ uploaded: false, reason: 'same' });
});
