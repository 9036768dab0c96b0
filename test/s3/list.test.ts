import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listPages } from '../../nodes/AwsS3/s3/list/list';
import { startProxy } from '../support/proxy';
import { credentials, makeBucket, sdk, server } from '../support/s3';

const pad = (index: number) => String(index).padStart(2, '0');

/** RGW uses the last key of a page as page token, so these keys contain characters that XML escapes. */
const odd = ['a&b', 'a<b', 'a b', 'a+b', 'a%20b', 'aüb', 'a😀b', 'a"b', "a'b"];
const keys = [...Array.from({ length: 31 }, (_, index) => `k/${pad(index)}`), ...odd].sort((one, other) =>
	Buffer.compare(Buffer.from(one), Buffer.from(other)),
);

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
});

/** Lists through a proxy that counts requests, spends 150 ms on each page and stops after `maxPages`. */
const listCounted = async (MaxKeys: number, maxPages = Infinity) => {
	let requests = 0;
	const proxy = await startProxy(server.endpoint, ({ url = '' }: IncomingMessage) => {
		if (url.includes('list-type=2')) requests++;
		return 'pass';
	});
	const found: string[] = [];
	const requestsByPage: number[] = [];
	const s3 = connect({ ...credentials, endpoint: proxy.url });
	for await (const { objects } of listPages(s3, { Bucket: bucket, MaxKeys })) {
		found.push(...objects.map(({ Key }) => Key));
		await sleep(150);
		requestsByPage.push(requests);
		if (requestsByPage.length === maxPages) break;
	}
	return { found, requestsByPage, requests };
};

test.each([1, 3, 10, 40, 1000])('lists each key once and in order, with %i keys per page', async (size) => {
	const { found, requests } = await listCounted(size);
	expect(found).toEqual(keys);
	// It requests no page twice, even if the token is only known after parsing, because XML escapes it.
	expect(requests).toBe(Math.ceil(keys.length / size));
});

test('requests the next page ahead, from the second page on', async () => {
	expect((await listCounted(10)).requestsByPage).toEqual([1, 3, 4, 4]);
});

test.each([
	[1, 1],
	[2, 3],
])('a reader that stops at page %i has sent %i requests', async (maxPages, requests) => {
	expect(await listCounted(10, maxPages)).toMatchObject({ requests, found: keys.slice(0, 10 * maxPages) });
});
