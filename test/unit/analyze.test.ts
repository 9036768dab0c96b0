import { createServer } from 'node:http';
import type { IDataObject } from 'n8n-workflow';
import { listen } from '../support/listen';
import { jsonOf, runNode } from '../support/n8n';

/** A bucket that lists any number of keys, 1,000 a page, by a function; counts the pages that were asked for. */
const startBucket = async (keys: number, keyOf: (index: number) => string) => {
	let pages = 0;
	const server = createServer(({ url = '' }, response) => {
		pages++;
		const query = new URL(url, 'http://localhost').searchParams;
		const from = Number(query.get('continuation-token') ?? 0);
		const to = Math.min(from + 1000, keys);
		const contents = Array.from({ length: to - from }, (_, offset) => {
			const index = from + offset;
			return `<Contents><Key>${encodeURIComponent(keyOf(index))}</Key><Size>${index}</Size><LastModified>2026-01-01T00:00:00Z</LastModified></Contents>`;
		}).join('');
		const next = to < keys ? `<NextContinuationToken>${to}</NextContinuationToken>` : '';
		response.writeHead(200, { 'content-type': 'application/xml' });
		response.end(
			`<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${to < keys}</IsTruncated>${next}${contents}</ListBucketResult>`,
		);
	});
	return { endpoint: `http://${await listen(server)}`, pages: () => pages };
};

const analyze = async (endpoint: string, options: object = {}, more: object = {}) =>
	await runNode({
		parameters: { resource: 'transfer', operation: 'analyze', bucket: 'my-bucket', options, ...more },
		credentials: { region: 'us-east-1', accessKeyId: 'a', secretAccessKey: 'b', endpoint, forcePathStyle: true },
	});

const only = (items: IDataObject[]) => {
	expect(items).toHaveLength(1);
	return items[0] ?? {};
};

/** 100 in a folder. */
const plain = (index: number) =>
	`f${String(Math.floor(index / 100)).padStart(4, '0')}/${String(index % 100).padStart(2, '0')}.txt`;

test('it lists once for S3, and once where nothing collides', async () => {
	const bucket = await startBucket(5000, plain);
	expect(only(jsonOf(await analyze(bucket.endpoint)))).toMatchObject({ objects: 5000, hazards: [] });
	expect(bucket.pages()).toBe(5);
	expect(only(jsonOf(await analyze(bucket.endpoint, { target: 'windows' })))).toMatchObject({ hazards: [] });
	expect(bucket.pages()).toBe(10);
});

test('what collides is looked at a second time', async () => {
	const bucket = await startBucket(3000, (index) => (index === 0 ? 'F0007/07.TXT' : plain(index)));
	const { hazards } = only(jsonOf(await analyze(bucket.endpoint, { target: 'windows' })));
	expect(hazards).toMatchObject([
		{ id: 'caseCollision', count: 1, examples: [{ path: 'f0007/07.txt', other: 'F0007/07.TXT' }] },
		{ id: 'mergedFolders', count: 1, examples: [{ path: 'f0007/', other: 'F0007/' }] },
	]);
	expect(bucket.pages()).toBe(6);
});

test('all hazards are counted, few are shown, and items are limited', async () => {
	const bucket = await startBucket(2500, (index) => `a:${String(index).padStart(4, '0')}`);
	const { hazards, refused } = only(jsonOf(await analyze(bucket.endpoint, { target: 'windows' })));
	expect(hazards).toMatchObject([{ id: 'forbiddenCharacters', count: 2500, severity: 'refused' }]);
	expect((hazards as Array<{ examples: unknown[] }>)[0]?.examples).toHaveLength(5);
	expect(refused).toEqual({ objects: 2500, bytes: (2499 * 2500) / 2 });
	const items = jsonOf(await analyze(bucket.endpoint, { target: 'windows', hazardItems: true, maxHazards: 7 }));
	expect(items).toHaveLength(7);
	expect(items[0]).toMatchObject({
		bucket: 'my-bucket',
		hazard: 'forbiddenCharacters',
		key: 'a:0000',
		severity: 'refused',
	});
});

test('the destination prefix takes the place of the prefix, and may be too long', async () => {
	const bucket = await startBucket(10, (index) => `in/${index}`);
	const long = `${'x'.repeat(254)}/`;
	const options = { target: 'windows', destinationPrefix: long };
	const { hazards } = only(jsonOf(await analyze(bucket.endpoint, options, { prefix: 'in/' })));
	expect(hazards).toEqual([]);
	const deeper = { ...options, destinationPrefix: `${long}y/` };
	expect(only(jsonOf(await analyze(bucket.endpoint, deeper, { prefix: 'in/' }))).hazards).toMatchObject([
		{ id: 'longPath', count: 10, examples: expect.arrayContaining([{ key: 'in/0', path: `${long}y/0`, size: 0 }]) },
	]);
});

test('names that collide are given with the keys to rename, below a destination prefix as well', async () => {
	const names = ['in/A.txt', 'in/Docs/x', 'in/a.txt', 'in/docs/y'];
	const bucket = await startBucket(4, (index) => names[index] ?? '');
	const options = { target: 'windows', destinationPrefix: 'out/', hazardItems: true };
	const items = jsonOf(await analyze(bucket.endpoint, options, { prefix: 'in/' }));
	expect(items.map(({ hazard, key, path, other }) => [hazard, key, path, other])).toEqual([
		['caseCollision', 'in/a.txt', 'out/a.txt', 'out/A.txt'],
		['mergedFolders', undefined, 'out/docs/', 'out/Docs/'],
	]);
});

test.each([
	['inside', { destinationBucket: 'my-bucket', destinationPrefix: 'in/backup/' }, ['destinationInside']],
	['beside', { destinationBucket: 'my-bucket', destinationPrefix: 'out/' }, []],
	['elsewhere', { destinationBucket: 'other-bucket', destinationPrefix: 'in/backup/' }, []],
	['unknown', { destinationPrefix: 'in/backup/' }, []],
])('a destination that is %s', async (_, options, expected) => {
	const bucket = await startBucket(1, () => 'in/1');
	const { hazards } = only(jsonOf(await analyze(bucket.endpoint, options, { prefix: 'in/' })));
	expect((hazards as Array<{ id: string }>).map(({ id }) => id)).toEqual(expected);
});

test('a destination that is no bucket is refused before the first request', async () => {
	const bucket = await startBucket(1, () => 'a');
	await expect(analyze(bucket.endpoint, { destinationBucket: 'a/b' })).rejects.toMatchObject({
		message: "'Destination Bucket' has characters other than letters, digits, dots and hyphens: 'a/b'",
	});
	expect(bucket.pages()).toBe(0);
});
