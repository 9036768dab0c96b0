import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listHistories, listSorted, listVersions } from '../../nodes/AwsS3/s3/list/versions';
import { listen } from '../support/listen';

const entry = (kind: string, key: string, versionId: number | string, isLatest: boolean, second = 0) =>
	`<${kind}><Key>${key}</Key><VersionId>${versionId}</VersionId><IsLatest>${isLatest}</IsLatest><LastModified>${new Date(
		second * 1000,
	).toISOString()}</LastModified></${kind.replace(/ .*/, '')}>`;

const next = (key: string, versionId = '') =>
	`<IsTruncated>true</IsTruncated><NextKeyMarker>${key}</NextKeyMarker><NextVersionIdMarker>${versionId}</NextVersionIdMarker>`;

/** A server that lists what `pageFrom` gives for a key marker. */
const startListing = async (pageFrom: (keyMarker: string | null, count: number) => string, name = 'unheard of') => {
	const asked: Array<string | null> = [];
	const versionMarkers: Array<string | null> = [];
	const server = createServer(({ url = '' }, response) => {
		const query = new URL(url, 'http://localhost').searchParams;
		const keyMarker = query.get('key-marker');
		asked.push(keyMarker);
		versionMarkers.push(query.get('version-id-marker'));
		const page = pageFrom(keyMarker, asked.length);
		response.writeHead(200, { server: name, 'content-type': 'application/xml' });
		response.end(`<ListVersionsResult><EncodingType>url</EncodingType>${page}</ListVersionsResult>`);
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' };
	return { asked, versionMarkers, s3: connect({ ...keys, endpoint, forcePathStyle: true }) };
};

const all = async <T>(source: AsyncIterable<T>) => {
	const result: T[] = [];
	for await (const one of source) result.push(one);
	return result;
};

const input = { Bucket: 'bucket' };

test('on a server that lists in order, the first of endless versions cost one request', async () => {
	const versionsFrom = (first: number) =>
		Array.from({ length: 10 }, (_, index) => entry('Version', 'a', first + index, first + index === 0)).join('');
	const { asked, s3 } = await startListing(
		(_, count) => versionsFrom(10 * count - 10) + next('a', `${count}`),
		'MinIO',
	);
	const ids: unknown[] = [];
	for await (const { VersionId } of listSorted(s3, input)) if (ids.push(VersionId) === 5) break;
	expect(ids).toEqual(['0', '1', '2', '3', '4']);
	expect(asked).toHaveLength(1);
});

test('what may be deleted is given out after the next page has come, unless the server is known', async () => {
	const pages = (keyMarker: string | null) => {
		if (keyMarker === 'b') return entry('Version', 'c', 1, true);
		return keyMarker === 'a' ? entry('Version', 'b', 1, true) + next('b') : entry('Version', 'a', 1, true) + next('a');
	};
	const askedFor = async (name: string) => {
		const { asked, s3 } = await startListing(pages, name);
		const counts: number[] = [];
		for await (const _version of listVersions(s3, input)) counts.push(asked.length);
		return counts;
	};
	expect(await askedFor('unheard of')).toEqual([2, 3, 3]);
	expect(await askedFor('MinIO')).toEqual([1, 2, 3]);
});

test.each([
	['encoded, as AWS does', 'a%2Bb%25', 'a%2Bb%25'],
	['as it is, as OpenStack Swift does', 'a%2Bb%25', 'a+b%'],
])('the page marker is understood %s', async (_, key, marker) => {
	const { asked, s3 } = await startListing((keyMarker) =>
		keyMarker === null ? entry('Version', key, 1, true) + next(marker) : '',
	);
	expect((await all(listVersions(s3, input))).map(({ Key }) => Key)).toEqual(['a+b%']);
	expect(asked).toEqual([null, 'a+b%']);
});

test.each([
	['a version of another name, as OpenStack Swift has them', '1795809784.93881', '1795809784.93881'],
	['a version from before versioning', 'null', 'null'],
])('after the page marker `null` of %s, the listing goes on', async (_, versionId, marker) => {
	const { versionMarkers, s3 } = await startListing((keyMarker) =>
		keyMarker === null ? entry('Version', 'a', versionId, true) + next('a', 'null') : '',
	);
	await all(listVersions(s3, input));
	expect(versionMarkers).toEqual([null, marker]);
});

test('what a server repeats on the next page is there once', async () => {
	const pages: Record<string, string> = {
		'': entry('Version', 'a', 1, true) + entry('Version', 'b', 2, true) + next('b', '2'),
		b: entry('Version', 'b', 2, true) + entry('Version', 'b', 1, false) + next('b2', '1'),
		b2: entry('Version', 'b', 1, false),
	};
	const { s3 } = await startListing((keyMarker) => pages[keyMarker ?? ''] ?? '');
	expect((await all(listVersions(s3, input))).map(({ Key, VersionId }) => Key + VersionId)).toEqual(['a1', 'b2', 'b1']);
});

test('a listing that does not say where it goes on is refused', async () => {
	const { s3 } = await startListing(() => `${entry('Version', 'a', 1, true)}<IsTruncated>true</IsTruncated>`);
	await expect(all(listVersions(s3, input))).rejects.toMatchObject({ code: 'ListingBreaksOff' });
});

test('a listing in two places is refused', async () => {
	const pages = [
		entry('DeleteMarker', 'a', 2, true, 20) + entry('Version', 'b', 1, true, 10) + next('b'),
		entry('DeleteMarker', 'c', 2, true, 20) + next('c'),
		entry('Version', 'a', 1, false, 10),
	];
	const { s3 } = await startListing((_, count) => pages[count - 1] ?? '');
	await expect(all(listHistories(s3, input))).rejects.toMatchObject({ code: 'UnorderedVersions', key: 'a' });
});

test('elements with attributes are versions too', async () => {
	const page = entry('DeleteMarker a="1"', 'a', 2, true, 20) + entry('Version a="1"', 'a', 1, false, 10);
	const { s3 } = await startListing(() => page);
	expect(await all(listHistories(s3, input))).toMatchObject([
		{
			key: 'a',
			versions: [
				{ VersionId: '2', isDeleteMarker: true },
				{ VersionId: '1', isDeleteMarker: false },
			],
		},
	]);
});
