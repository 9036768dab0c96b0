import { randomBytes } from 'node:crypto';
import { GetObjectTaggingCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { capabilitiesOf } from '../../nodes/AwsS3/s3/capabilities';
import { jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { allow, credentials, makeBucket, makeUser, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const MiB = 1024 ** 2;

const put = async (Bucket: string, Key: string, Body: string | Buffer, more: object = {}) =>
	await sdk.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));

/** What the requests of a run are, by method and kind, with how many there were. */
const counted = (lines: string[]) => {
	const counts: Record<string, number> = {};
	for (const line of lines) {
		const kind = /list-type/.test(line) ? 'list' : /\?tagging/.test(line) ? 'tags' : (line.split(' ')[0] ?? '');
		counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return counts;
};

const keys = Array.from({ length: 40 }, (_, number) => `k${String(number).padStart(2, '0')}`);

describe('between connections', () => {
	/** Two addresses of one server are two services to the node. */
	const setUp = async () => {
		const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
		const run = async (connection: object = {}) => {
			const [source, target] = [await startProxy(server.endpoint), await startProxy(server.endpoint)];
			const settings = {
				connection: { ...connection, endpoint: source.url },
				destination: { ...credentials, endpoint: target.url },
			};
			const sides = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
			const [summary] = jsonOf(await s3('transfer.run', { destination: 'destinationConnection', ...sides }, settings));
			// What the node has learnt of the server by then.
			const tellsTags = capabilitiesOf({ endpoint: source.url }).tagCount === 'yes';
			return { summary, read: counted(source.taken()), written: counted(target.taken()), tellsTags };
		};
		return { bucket, destinationBucket, run };
	};

	test('an object takes one request to read it, and one to write it', async () => {
		const { bucket, destinationBucket, run } = await setUp();
		const more = { Metadata: { m: 'n' }, ContentType: 'text/x' };
		for (const key of keys) await put(bucket, `from/${key}`, key, more);
		const { summary, read, written, tellsTags } = await run();
		const count = keys.length;
		expect(summary).toMatchObject({ done: true, copied: count });
		expect(read).toEqual({ list: 1, GET: count, ...(!tellsTags && { tags: count }) });
		expect(written).toMatchObject({ PUT: count });
		expect(await sdk.send(new HeadObjectCommand({ Bucket: destinationBucket, Key: 'to/k07' }))).toMatchObject(more);
	});

	test('tags take another request, and only of objects that have some where the server tells that', async () => {
		const { bucket, destinationBucket, run } = await setUp();
		await put(bucket, 'from/plain', 'plain');
		await put(bucket, 'from/tagged', 'tagged', { Tagging: 'k=v' });
		const { summary, read, tellsTags } = await run();
		expect(summary).toMatchObject({ done: true, copied: 2 });
		expect(read.tags).toBe(tellsTags ? 1 : 2);
		const at = { Bucket: destinationBucket, Key: 'to/tagged' };
		expect((await sdk.send(new GetObjectTaggingCommand(at))).TagSet).toEqual([{ Key: 'k', Value: 'v' }]);
	});

	test('an object of 8 MiB without parts goes in one request, and keeps its ETag', async () => {
		const { bucket, destinationBucket, run } = await setUp();
		const { ETag } = await put(bucket, 'from/big', randomBytes(8 * MiB));
		const { summary, read, written } = await run();
		expect(summary).toMatchObject({ done: true, copied: 1 });
		expect(read.GET).toBe(1);
		expect(written).toMatchObject({ PUT: 1 });
		expect(written.POST).toBeUndefined();
		expect((await sdk.send(new HeadObjectCommand({ Bucket: destinationBucket, Key: 'to/big' }))).ETag).toBe(ETag);
	});

	test('tags that may not be read are a failure, and are not lost', async () => {
		const { bucket, destinationBucket, run } = await setUp();
		await put(bucket, 'from/plain', 'plain');
		await put(bucket, 'from/tagged', 'tagged', { Tagging: 'k=v' });
		const reader = await makeUser();
		const all = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`];
		await allow(bucket, reader.name, [
			{ Action: ['s3:ListBucket', 's3:GetObject'], Resource: all },
			{ Action: ['s3:GetObjectTagging'], Resource: [`arn:aws:s3:::${bucket}/from/plain`] },
		]);
		const { accessKeyId, secretAccessKey } = reader;
		const { summary } = await run({ accessKeyId, secretAccessKey });
		expect(summary).toMatchObject({ done: false, copied: 1, failed: 1 });
		expect(await contentsOf(destinationBucket)).not.toHaveProperty(['to/tagged']);
	});
});
