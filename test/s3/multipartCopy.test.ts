import { randomBytes } from 'node:crypto';
import {
	GetObjectCommand,
	GetObjectTaggingCommand,
	HeadObjectCommand,
	ListMultipartUploadsCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { copyInParts } from '../../nodes/AwsS3/s3/copy/multipartCopy';
import { lacks } from '../support/lacks';
import { credentials, makeBucket, sdk } from '../support/s3';

const MiB = 1024 ** 2;

test('a multipart copy keeps content, metadata and tags', async () => {
	const bucket = await makeBucket();
	const Body = randomBytes(12 * MiB);
	await sdk.send(
		new PutObjectCommand({
			Bucket: bucket,
			Key: 'from #1',
			Body,
			ContentType: 'text/x',
			Metadata: { a: 'b' },
			Tagging: 't=1&u=%20',
		}),
	);
	const copied = await copyInParts(
		connect(credentials),
		{ source: { bucket, key: 'from #1' }, input: { Bucket: bucket, Key: 'to' } },
		5 * MiB,
	);
	expect(copied).toMatchObject({ size: 12 * MiB, parts: 3 });
	const { Body: got } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'to' }));
	expect(Buffer.from((await got?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
	expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'to' }))).toMatchObject({
		ContentType: 'text/x',
		Metadata: { a: 'b' },
	});
	expect((await sdk.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'to' }))).TagSet).toEqual(
		lacks.tagsOfMultipart
			? undefined
			: [
					{ Key: 't', Value: '1' },
					{ Key: 'u', Value: ' ' },
				],
	);
});

test.each(['CRC32', 'SHA256'] as const)(
	'a multipart copy with a checksum of its own: %s',
	async (ChecksumAlgorithm) => {
		const bucket = await makeBucket();
		const Body = randomBytes(6 * MiB);
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'from', Body }));
		const input = { Bucket: bucket, Key: 'to', ChecksumAlgorithm };
		const copied = await copyInParts(connect(credentials), { source: { bucket, key: 'from' }, input }, 5 * MiB);
		expect(copied).toMatchObject({ size: 6 * MiB, parts: 2 });
		const { Body: got } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'to' }));
		expect(Buffer.from((await got?.transformToByteArray()) ?? []).equals(Body)).toBe(true);
	},
);

test('a failed multipart copy leaves no parts', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'from', Body: randomBytes(12 * MiB) }));
	// S3 rejects parts below 5 MiB, but only on completion.
	const copying = copyInParts(
		connect(credentials),
		{ source: { bucket, key: 'from' }, input: { Bucket: bucket, Key: 'to' } },
		4 * MiB,
	);
	await expect(copying).rejects.toMatchObject({ code: 'EntityTooSmall' });
	expect((await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
});
