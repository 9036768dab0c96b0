import { randomBytes } from 'node:crypto';
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { keepBinary, jsonOf } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { makeBucket, one, s3, sdk, server } from '../support/s3';
import { contentsOf } from '../support/transfers';

const MiB = 1024 ** 2;

const setUp = async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	const put = async (Key: string, Body: string) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const putThere = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body }));
	const verify = async (more: object = {}, settings: object = {}) =>
		jsonOf(await s3('transfer.verify', { ...parameters, returnAll: true, ...more }, settings));
	return { bucket, destinationBucket, parameters, put, putThere, verify };
};

const ways = ['size', 'etag', 'checksum', 'content'];

test.each(ways)(
	'by %s, finds what is missing, what is too many, and what differs; and nothing after a mirror',
	async (compare) => {
		const { put, putThere, parameters, destinationBucket, bucket, verify } = await setUp();
		for (const key of ['a', 'b', 'c', 'ü 😀', 'd/e']) await put(`from/${key}`, key);
		const mirror = { ...parameters, mode: 'mirror' };
		expect(await one('transfer.run', mirror)).toMatchObject({ done: true, copied: 5 });
		expect(await verify({ compare })).toEqual([
			expect.objectContaining({ verified: true, compared: 5, same: 5, different: 0, differences: {} }),
		]);
		await sdk.send(new DeleteObjectCommand({ Bucket: destinationBucket, Key: 'to/a' }));
		await putThere('to/b', 'longer');
		await putThere('to/c', 'X');
		await putThere('to/x', 'extra');
		const before = [await contentsOf(bucket), await contentsOf(destinationBucket)];
		const [sum, ...items] = await verify({ compare });
		const found = items.map(({ difference, key }) => `${String(key)} ${String(difference)}`).sort();
		const inC = compare === 'size' ? [] : [`to/c ${compare}`];
		expect(found).toEqual(['to/a missing', 'to/b size', ...inC, 'to/x extra']);
		expect(sum).toMatchObject({ verified: false, compared: 6, different: found.length, same: 6 - found.length });
		expect((await verify({ compare, options: { ignoreExtra: true } })).map(({ key }) => key)).not.toContain('to/x');
		expect(await verify({ compare, returnAll: false, limit: 1 })).toHaveLength(2);
		expect([await contentsOf(bucket), await contentsOf(destinationBucket)]).toEqual(before);
	},
);

test('reads the content of large files, whatever their ETags', async () => {
	const { bucket, destinationBucket, verify } = await setUp();
	const Body = randomBytes(9 * MiB);
	const big = await keepBinary(Body);
	await s3('object.upload', { bucket, key: 'from/big' }, { items: [{ json: {}, binary: { data: big } }] });
	// In one part, and so with another ETag.
	await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'to/big', Body }));
	expect((await verify({ compare: 'etag' }))[0]).toMatchObject({ verified: false, differences: { etag: 1 } });
	expect((await verify({ compare: 'content' }))[0]).toMatchObject({ verified: true, same: 1, bytes: 9 * MiB });
	expect((await verify({ compare: 'content', options: { suffix: '.txt' } }))[0]).toMatchObject({ compared: 0 });
});

test('what cannot be read is an item that says why', async () => {
	const { put, parameters, verify } = await setUp();
	for (const key of ['a', 'b']) await put(`from/${key}`, key);
	await one('transfer.run', parameters);
	const proxy = await startProxy(server.endpoint, ({ method, url }) =>
		method === 'GET' && url?.includes('/from/a') ? { status: 403 } : 'pass',
	);
	const [sum, item] = await verify({ compare: 'content' }, { connection: { endpoint: proxy.url } });
	expect(sum).toMatchObject({ verified: false, same: 1, failed: 1 });
	expect(item).toMatchObject({ difference: 'unknown', sourceKey: 'from/a', error: { code: expect.any(String) } });
});

test('reads nothing where the listings tell', async () => {
	const { put, parameters, verify } = await setUp();
	await put('from/a', 'a');
	await one('transfer.run', parameters);
	const proxy = await startProxy(server.endpoint);
	for (const compare of ['size', 'etag', 'checksum'])
		expect((await verify({ compare }, { connection: { endpoint: proxy.url } }))[0]).toMatchObject({ verified: true });
	expect(proxy.taken().filter((line) => !line.includes('list-type'))).toEqual([]);
});
