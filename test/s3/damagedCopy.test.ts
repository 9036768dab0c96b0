import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { comparesMd5 } from '../../nodes/AwsS3/s3/capabilities';
import type { Decision, Spoil, Tamper } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { credentials, kind, makeBucket, one, refusal, sdk, server } from '../support/s3';

const MiB = 1024 ** 2;
const original = randomBytes(4 * MiB);
const flip: Tamper = { at: MiB, how: 'flip' };
const flipped: Spoil = { flipRequestAt: MiB };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const contentOf = async (Bucket: string, Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
	return (await Body?.transformToByteArray()) ?? Buffer.from('nothing');
};

/** The servers that compare what they get with its MD5, by themselves. */
const compares = /^(ceph|minio)$/.test(kind);

/** The servers that store whatever arrives. */
const storesAnything = /^(moto|fauxqs)$/.test(kind);

/** Copies an object through n8n in one request, over one that is there. The bodies of reads or writes are damaged on their way. */
const copied = async ({ reads = [], writes = [] }: { reads?: Decision[]; writes?: Decision[] }) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'original', Body: original }));
	await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'copy', Body: 'before' }));
	const isRead = ({ method, url = '' }: { method?: string; url?: string }) =>
		method === 'GET' && url.includes('original') && !url.includes('tagging');
	const isWrite = ({ method, url = '' }: { method?: string; url?: string }) => method === 'PUT' && url.includes('copy');
	const source = await startProxy(server.endpoint, (request) => (isRead(request) && reads.shift()) || 'pass');
	const target = await startProxy(server.endpoint, (request) => (isWrite(request) && writes.shift()) || 'pass');
	const copy = async (sourceKey: string, destinationKey: string) =>
		await one(
			'object.copy',
			{
				...{ destination: 'destinationConnection', sourceBucket: bucket, sourceKey },
				...{ destinationBucket, destinationKey },
			},
			{ connection: { endpoint: source.url }, destination: { ...credentials, endpoint: target.url } },
		);
	// It tells the node which server this is.
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'first', Body: 'x' }));
	await copy('first', 'first');
	expect(comparesMd5({ endpoint: target.url })).toBe(compares);
	return {
		result: copy('original', 'copy'),
		timesRead: () => source.requests.filter(isRead).length,
		content: async () => await contentOf(destinationBucket, 'copy'),
	};
};

test.each<[string, { reads?: Decision[]; writes?: Decision[] }]>([
	['whose original is damaged once on its way', { reads: [flip] }],
	['that is damaged once on its way to the destination', { writes: [flipped] }],
])('a copy %s is made again', async (_, damages) => {
	const { result, timesRead, content } = await copied(damages);
	expect(await result).toMatchObject({ copied: true, key: 'copy' });
	expect(sha256(await content())).toBe(sha256(original));
	expect(timesRead()).toBe(2);
});

test('a copy whose original is damaged each time is refused, and the object before it stays', async () => {
	const { result, timesRead, content } = await copied({ reads: [flip, flip, flip] });
	expect((await refusal(result)).message).toContain('was corrupted in transit from S3');
	expect(Buffer.from(await content()).toString()).toBe('before');
	expect(timesRead()).toBe(2);
});

test('a copy that is damaged each time on its way to the destination is refused', async () => {
	const { result, content } = await copied({ writes: [flipped, flipped, flipped] });
	const { message } = await refusal(result);
	expect(message).toContain('was corrupted in transit to S3');
	// A server that compares nothing has lost the object before it, and the message says so.
	if (storesAnything) expect(message).toContain('and the service stored it like that');
	else expect(Buffer.from(await content()).toString()).toBe('before');
});
