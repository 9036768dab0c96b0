import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listPages } from '../../nodes/AwsS3/s3/list/list';
import { startProxy } from '../support/proxy';
import { credentials, makeBucket, sdk, server } from '../support/s3';
import { until } from '../support/until';

const pad = (index: number) => String(index).padStart(2, '0');

/** What RGW makes a page token of: the last key of the page, with what XML has to escape. */
const odd = ['a&b', 'a<b', 'a b', 'a+b', 'a%20b', 'aüb', 'a😀b', 'a"b', "a'b"];
const keys = [...Array.from({ length: 31 }, (_, index) => `k/${pad(index)}`), ...odd].sort((one, other) =>
	Buffer.compare(Buffer.from(one), Buffer.from(other)),
);

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	for (const Key of keys) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }));
});

type Work = (page: number, asked: () => number) => Promise<unknown>;

/** Lists through something that counts, and works on each page; `enough` pages are taken. */
const counted = async (MaxKeys: number, work: Work, enough = Infinity) => {
	let asked = 0;
	const proxy = await startProxy(server.endpoint, ({ url = '' }: IncomingMessage) => {
		if (url.includes('list-type=2')) asked++;
		return 'pass';
	});
	const found: string[] = [];
	const askedByThen: number[] = [];
	const s3 = connect({ ...credentials, endpoint: proxy.url });
	for await (const { objects } of listPages(s3, { Bucket: bucket, MaxKeys })) {
		found.push(...objects.map(({ Key }) => Key));
		await work(askedByThen.length, () => asked);
		askedByThen.push(asked);
		if (askedByThen.length === enough) break;
	}
	return { found, askedByThen, asked };
};

test.each([1, 3, 10, 40, 1000])('with %i keys on a page each key is there once and in order', async (size) => {
	const { found, asked } = await counted(size, async () => undefined);
	expect(found).toEqual(keys);
	// None is asked for twice, also where the token is not known before the page is read, because XML escapes it.
	expect(asked).toBe(Math.ceil(keys.length / size));
});

/** How many requests there are when each page of ten has been worked on. */
const expected = [1, 3, 4, 4];
const work: Work = async (page, asked) => {
	await until(() => asked() >= (expected[page] ?? 0));
	// One more would come in this time.
	await sleep(150);
};

test('from the second page on, the next one is asked for while one is worked on', async () => {
	expect((await counted(10, work)).askedByThen).toEqual(expected);
});

test.each([
	[1, 1],
	[2, 3],
])('who stops at page %i has asked for %i', async (enough, asked) => {
	expect(await counted(10, work, enough)).toMatchObject({
		asked,
		found: keys.slice(0, 10 * enough),
	});
});
