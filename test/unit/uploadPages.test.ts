import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listParts, listUploads } from '../../nodes/AwsS3/s3/list/uploads';
import { listVersions } from '../../nodes/AwsS3/s3/list/versions';
import { findUnfinishedUpload } from '../../nodes/AwsS3/s3/parts/unfinishedUpload';
import { listen } from '../support/listen';

/** A server that answers a request with XML, by its query. */
const startServer = async (answer: (query: URLSearchParams) => string) => {
	const asked: URLSearchParams[] = [];
	const server = createServer(({ url = '' }, response) => {
		const query = new URL(url, 'http://localhost').searchParams;
		asked.push(query);
		response.writeHead(200, { 'content-type': 'application/xml' }).end(answer(query));
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' };
	return { asked, s3: connect({ ...keys, endpoint, forcePathStyle: true }) };
};

const all = async <T>(source: AsyncIterable<T>) => {
	const result: T[] = [];
	for await (const one of source) result.push(one);
	return result;
};

const input = { Bucket: 'bucket' };

const upload = (key: string, more = '') => `<Upload><Key>${key}</Key><UploadId>u</UploadId>${more}</Upload>`;

const uploadsPage = (uploads: string, next?: string) => {
	const end = next === undefined ? '' : `<IsTruncated>true</IsTruncated><NextKeyMarker>${next}</NextKeyMarker>`;
	return `<ListMultipartUploadsResult><EncodingType>url</EncodingType>${uploads}${end}</ListMultipartUploadsResult>`;
};

test.each([
	['encoded, as AWS does', '100%25.bin', '100%25.bin', '100%.bin'],
	['as it is, with a percent sign', '100%25.bin', '100%.bin', '100%.bin'],
	['encoded, with a plus', 'a%2Bb', 'a%2Bb', 'a+b'],
	['as it is, with a plus', 'a%2Bb', 'a+b', 'a+b'],
	['encoded, with a space', 'a+b', 'a+b', 'a b'],
])('the page marker of uploads is understood %s', async (_, key, marker, expected) => {
	const { asked, s3 } = await startServer((query) =>
		query.has('key-marker') ? uploadsPage('') : uploadsPage(upload(key), marker),
	);
	expect((await all(listUploads(s3, input))).map(({ Key }) => Key)).toEqual([expected]);
	expect(asked.map((query) => query.get('key-marker'))).toEqual([null, expected]);
});

const versionsPage = (next: string) =>
	`<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>${next}</NextKeyMarker></ListVersionsResult>`;
const partsPage = (next: string) =>
	`<ListPartsResult><IsTruncated>true</IsTruncated><NextPartNumberMarker>${next}</NextPartNumberMarker></ListPartsResult>`;

describe('a listing whose page markers alternate ends with an error', () => {
	const other = (marker: string | null) => (marker === '1' ? '2' : '1');
	const listings = {
		uploads: ['key-marker', (next: string) => uploadsPage('', next), listUploads],
		versions: ['key-marker', versionsPage, listVersions],
		parts: ['part-number-marker', partsPage, listParts],
	} as const;
	const refused = 'The listing does not end: the server returned the same page marker twice';

	test.each(['uploads', 'versions', 'parts'] as const)('of %s', async (kind) => {
		const [name, page, list] = listings[kind];
		const { asked, s3 } = await startServer((query) => page(other(query.get(name))));
		await expect(all<unknown>(list(s3, { ...input, Key: 'a', UploadId: 'u' }))).rejects.toThrow(refused);
		expect(asked).toHaveLength(3);
	});
});

describe('the upload that is resumed', () => {
	const at = { bucket: 'bucket', key: 'a' };
	const uploads = uploadsPage(
		['STANDARD', 'GLACIER_IR']
			.map((name) =>
				upload('a', `<StorageClass>${name}</StorageClass><Initiated>2026-01-01T00:00:00Z</Initiated>`).replace(
					'>u<',
					`>${name}<`,
				),
			)
			.join(''),
	);
	const found = async (endpoint: string, StorageClass?: 'STANDARD' | 'GLACIER_IR' | 'STANDARD_IA') => {
		const server = createServer(({ url = '' }, response) => {
			response.writeHead(200, { 'content-type': 'application/xml' });
			response.end(url.includes('uploadId=') ? '<ListPartsResult></ListPartsResult>' : uploads);
		});
		const before = process.env.HTTP_PROXY;
		process.env.HTTP_PROXY = `http://${await listen(server)}`;
		const keys = { accessKeyId: 'a', secretAccessKey: 'b', region: 'us-east-1' };
		const s3 = connect({ ...keys, endpoint, forcePathStyle: true });
		const resumed = await findUnfinishedUpload(s3, at, { StorageClass });
		if (before === undefined) delete process.env.HTTP_PROXY;
		else process.env.HTTP_PROXY = before;
		return resumed?.UploadId;
	};

	test.each([
		['any, if none is asked for', undefined, 'STANDARD'],
		['that which is asked for', 'GLACIER_IR', 'GLACIER_IR'],
		['none, if no upload has it', 'STANDARD_IA', undefined],
	] as const)('has a storage class on AWS: %s', async (_, asked, expected) => {
		expect(await found('http://s3.us-east-1.amazonaws.com', asked)).toBe(expected);
	});

	test('has any storage class elsewhere, where listings may not tell it', async () => {
		expect(await found('http://s3.example.com', 'STANDARD_IA')).toBe('STANDARD');
	});
});
