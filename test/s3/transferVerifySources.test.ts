import { createHash } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf, keepBinary } from '../support/n8n';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

const setUp = async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const put = async (Key: string, Body: string) => await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
	const putThere = async (Key: string, Body: string) =>
		await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key, Body }));
	const parameters = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	const verify = async (more: object = {}, settings: object = {}) =>
		jsonOf(await s3('transfer.verify', { ...parameters, returnAll: true, ...more }, settings));
	return { put, putThere, parameters, verify };
};

const ways = ['size', 'etag', 'checksum', 'content'];

describe('mapped keys', () => {
	const options = {
		stripPrefix: 'Export/',
		lowerCase: true,
		flatten: '-',
		prepend: '2026/',
		replaceInKeys: { values: [{ pattern: ' ', text: '_' }] },
	};

	test.each(ways)('by %s: the destination has what the mapping makes, under the new keys', async (compare) => {
		const { put, putThere, parameters, verify } = await setUp();
		for (const key of ['Export/A b.txt', 'C/D', 'z']) await put(`from/${key}`, key);
		expect(await one('transfer.run', { ...parameters, options })).toMatchObject({ done: true, copied: 3 });
		const [all, ...none] = await verify({ compare, options });
		expect(all).toMatchObject({ verified: true, compared: 3, same: 3, sourceBucket: parameters.bucket });
		expect(none).toEqual([]);
		await putThere('to/2026/a_b.txt', 'changed content');
		await putThere('to/2026/x', 'extra');
		const [sum, ...items] = await verify({ compare, options });
		expect(sum).toMatchObject({ verified: false, differences: { size: 1, extra: 1 } });
		expect(items).toMatchObject([
			{ difference: 'size', sourceKey: 'from/Export/A b.txt', key: 'to/2026/a_b.txt' },
			{ difference: 'extra', key: 'to/2026/x' },
		]);
		await putThere('to/2026/a_b.txt', 'EXPORT/A b.txt');
		const differs = compare === 'size' ? {} : { [compare]: 1 };
		expect((await verify({ compare, options: { ...options, ignoreExtra: true } }))[0]).toMatchObject({
			differences: differs,
		});
		// Without the mapping nothing has its key.
		expect((await verify({ compare }))[0]).toMatchObject({ verified: false, same: 0 });
	});

	test('of originals that get one key, the one that a run copies is compared, and the others are counted', async () => {
		const { put, parameters, verify } = await setUp();
		for (const key of ['A', 'a', 'B']) await put(`from/${key}`, `content of ${key}`);
		const lower = { options: { lowerCase: true } };
		expect(await one('transfer.run', { ...parameters, ...lower })).toMatchObject({ reasons: { sameKey: 1 } });
		expect(await verify({ compare: 'content', ...lower })).toMatchObject([
			{ verified: true, compared: 2, same: 2, leftOut: { sameKey: 1 } },
		]);
	});

	test('filters by key see the originals, so they need to ignore what only the destination has', async () => {
		const { put, parameters, verify } = await setUp();
		for (const key of ['A.TXT', 'B.PDF']) await put(`from/${key}`, key);
		const filtered = { lowerCase: true, suffix: '.TXT' };
		expect(await one('transfer.run', { ...parameters, options: filtered })).toMatchObject({ copied: 1 });
		expect((await verify({ options: { ...filtered, ignoreExtra: true } }))[0]).toMatchObject({
			verified: true,
			same: 1,
		});
		const { message, description } = await refusal(verify({ options: filtered }));
		expect(message).toContain('Filters by key do not work with options that change keys');
		expect(description).toContain("'Ignore Extra Objects at Destination'");
	});
});

describe('items', () => {
	const md5 = (body: string) => createHash('md5').update(body).digest('hex');
	const itemOf = async (key: string, body: string, checksum = '') => ({
		json: { key, checksum },
		binary: { data: await keepBinary(Buffer.from(body), key) },
	});
	const ofItems = {
		source: 'items',
		keyOfItem: ({ json }: { json: Record<string, unknown> }) => json.key,
		itemChecksum: ({ json }: { json: Record<string, unknown> }) => json.checksum,
	};

	test('are compared with their objects by size, by the checksum that they come with, and by content', async () => {
		const { putThere, parameters, verify } = await setUp();
		const items = [await itemOf('A', 'one', md5('one')), await itemOf('b', 'two')];
		const run = await s3('transfer.run', { ...parameters, ...ofItems, options: { lowerCase: true } }, { items });
		expect(jsonOf(run)[0]).toMatchObject({ done: true, copied: 2 });
		const byWay = async (compare: string) =>
			await verify({ ...ofItems, compare, options: { lowerCase: true } }, { items });
		expect((await byWay('size'))[0]).toMatchObject({ verified: true, compared: 2, same: 2 });
		expect((await byWay('content'))[0]).toMatchObject({ verified: true, compared: 2, same: 2 });
		for (const compare of ['etag', 'checksum']) {
			const [sum, ...found] = await byWay(compare);
			expect(sum).toMatchObject({ verified: false, same: 1, differences: { notProven: 1 } });
			expect(sum).not.toHaveProperty('sourceBucket');
			expect(found).toMatchObject([{ difference: 'notProven', key: 'to/b', bucket: parameters.destinationBucket }]);
			expect(found[0]).not.toHaveProperty('sourceKey');
		}
		await putThere('to/a', 'ONE');
		await putThere('to/b', 'TWO');
		await putThere('to/c', 'extra');
		expect((await byWay('content'))[0]).toMatchObject({ differences: { content: 2, extra: 1 } });
		expect((await byWay('checksum'))[0]).toMatchObject({ differences: { checksum: 1, notProven: 1, extra: 1 } });
	});
});

test('a list of keys: what is listed and missing at the source is counted, and the rest compared', async () => {
	const { put, parameters, verify } = await setUp();
	for (const key of ['a', 'b', 'c']) await put(`from/${key}`, key);
	await one('transfer.run', parameters);
	const items = ['from/a', 'from/b', 'from/gone'].map((key) => ({ json: { key } }));
	const list = {
		...{ source: 'list', keysFrom: 'items', options: { ignoreExtra: true } },
		keyInList: ({ json }: { json: Record<string, unknown> }) => json.key,
	};
	expect(await verify(list, { items })).toMatchObject([{ verified: true, compared: 2, leftOut: { missing: 1 } }]);
});
