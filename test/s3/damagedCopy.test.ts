import { createHash, randomBytes } from 'node:crypto';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { capabilitiesOf } from '../../nodes/AwsS3/s3/capabilities';
import type { Tamper } from '../support/proxy';
import { startProxy } from '../support/proxy';
import { credentials, makeBucket, one, refusal, sdk, server } from '../support/s3';

const MiB = 1024 ** 2;
const original = randomBytes(4 * MiB);
const flip: Tamper = { at: MiB, how: 'flip' };
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const contentOf = async (Bucket: string, Key: string) => {
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket, Key }));
	return (await Body?.transformToByteArray()) ?? Buffer.from('nothing');
};

/** Whether the server itself compares what it gets with the MD5; known once it has answered. */
const compares = () => capabilitiesOf({ endpoint: credentials.endpoint }).contentMd5 === 'yes';

/** Copies an object through n8n in one request, over one that is there; its first reads are damaged on their way. */
const copied = async (faults: Tamper[]) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'original', Body: original }));
	await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'copy', Body: 'before' }));
	const left: Tamper[] = [];
	const isRead = ({ method, url = '' }: { method?: string; url?: string }) =>
		method === 'GET' && url.includes('original') && !url.includes('tagging');
	const proxy = await startProxy(server.endpoint, (request) => (isRead(request) && left.shift()) || 'pass');
	const copy = async (destinationKey: string) =>
		await one(
			'object.copy',
			{
				...{ destination: 'destinationConnection', sourceBucket: bucket, sourceKey: 'original' },
				...{ destinationBucket, destinationKey },
			},
			{ connection: { endpoint: proxy.url }, destination: credentials },
		);
	// It tells the node which server this is.
	await copy('first');
	left.push(...faults);
	const before = proxy.requests.filter(isRead).length;
	return {
		result: copy('copy'),
		reads: () => proxy.requests.filter(isRead).length - before,
		content: async () => await contentOf(destinationBucket, 'copy'),
	};
};

test('a copy whose original is damaged once on its way is made again, or refused', async () => {
	const { result, reads, content } = await copied([flip]);
	if (compares()) expect(await result).toMatchObject({ copied: true, key: 'copy' });
	else expect((await refusal(result)).message).toContain('was corrupted in transit from S3');
	expect(sha256(await content())).toBe(sha256(compares() ? original : Buffer.from('before')));
	expect(reads()).toBe(compares() ? 2 : 1);
});

test('a copy whose original is damaged each time is refused, and the object before it stays', async () => {
	const { result, reads, content } = await copied([flip, flip, flip]);
	expect((await refusal(result)).message).toContain('was corrupted in transit from S3');
	expect(Buffer.from(await content()).toString()).toBe('before');
	expect(reads()).toBe(compares() ? 2 : 1);
});
