import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Capabilities } from '../../nodes/AwsS3/s3/capabilities';
import { servers } from '../../nodes/AwsS3/s3/capabilities';
import { compareKeys } from '../../nodes/AwsS3/s3/list/compareKeys';
import { listen } from './listen';

interface Stored {
	body: Buffer;
	etag: string;
	modified: Date;
}

/** What a request is answered with instead. */
type Intervene = (line: string, headers: IncomingHttpHeaders) => Promise<number | undefined> | number | undefined;

/** How the fake lists. */
interface Listing {
	pageSize?: number;
	/** Changes the keys of a page before they are sent. */
	order?: (keys: string[]) => string[];
	/** Whether it says that there is more, but not where. */
	hidesToken?: boolean;
}

const aws = servers.find(({ id }) => id === 'aws');

/** A server with all the conditions of Amazon S3, which only answers on this machine. */
const strict = {
	id: 'strict',
	name: 'a strict server',
	hosts: /^127\.0\.0\.1$/,
	can: { ...(aws?.can as Capabilities), virtualHosts: 'no' as const },
	has: 'all' as const,
	sources: [],
};

const errorXml = (code: string) => `<Error><Code>${code}</Code><Message>${code}</Message></Error>`;
const plain = (etag = '') => etag.replaceAll('"', '');

const md5Of = (body: Buffer) => createHash('md5').update(body).digest('hex');

/**
 * Starts an S3 server that keeps what it gets in memory, and heeds the conditions of Amazon S3. The node takes it for one that
 * does. It lists, reads, writes, copies and deletes objects; it knows nothing of parts, versions and tags.
 */
export const startFakeS3 = async (intervene: Intervene = () => undefined, listing: Listing = {}) => {
	if (!servers.includes(strict)) servers.unshift(strict);
	const objects = new Map<string, Stored>();
	const requests: Array<{ line: string; headers: IncomingHttpHeaders }> = [];
	let clock = Date.parse('2026-01-01T00:00:00Z');
	const put = (path: string, content: string | Buffer, etag = md5Of(Buffer.from(content)), modified?: Date) => {
		const body = Buffer.from(content);
		clock += 1000;
		objects.set(path, { body, etag, modified: modified ?? new Date(clock) });
		return etag;
	};
	const list = (bucket: string, query: URLSearchParams) => {
		const { pageSize = 1000, order = (keys) => keys, hidesToken } = listing;
		const prefix = `${bucket}/${query.get('prefix') ?? ''}`;
		const all = [...objects.keys()].filter((path) => path.startsWith(prefix)).sort(compareKeys);
		// A key and no number: what is deleted meanwhile must not move the next page.
		const token = query.get('continuation-token');
		const after = token === null ? null : decodeURIComponent(token);
		const from = after === null ? 0 : all.findIndex((path) => compareKeys(path, `${bucket}/${after}`) > 0);
		const rest = from < 0 ? [] : all.slice(from);
		const isTruncated = rest.length > pageSize;
		const last = encodeURIComponent(rest[pageSize - 1]?.slice(bucket.length + 1) ?? '');
		const contents = order(rest.slice(0, pageSize)).map((path) => {
			const { body, etag, modified } = objects.get(path) ?? { body: '', etag: '', modified: new Date(0) };
			const key = encodeURIComponent(path.slice(bucket.length + 1));
			return `<Contents><Key>${key}</Key><Size>${body.length}</Size><ETag>&quot;${etag}&quot;</ETag><LastModified>${modified.toISOString()}</LastModified></Contents>`;
		});
		const next = isTruncated && !hidesToken ? `<NextContinuationToken>${last}</NextContinuationToken>` : '';
		return `<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>${isTruncated}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`;
	};
	const write = (path: string, headers: IncomingHttpHeaders, body: Buffer): [number, string, object?] => {
		const existing = objects.get(path);
		if (headers['if-none-match'] === '*' && existing) return [412, errorXml('PreconditionFailed')];
		const wanted = headers['if-match'];
		if (wanted !== undefined && plain(wanted) !== existing?.etag) return [412, errorXml('PreconditionFailed')];
		const from = headers['x-amz-copy-source'];
		if (from === undefined) return [200, '', { etag: `"${put(path, body)}"` }];
		const source = objects.get(decodeURIComponent(String(from)));
		const condition = headers['x-amz-copy-source-if-match'];
		if (!source) return [404, errorXml('NoSuchKey')];
		if (condition !== undefined && plain(String(condition)) !== source.etag)
			return [412, errorXml('PreconditionFailed')];
		return [200, `<CopyObjectResult><ETag>&quot;${put(path, source.body)}&quot;</ETag></CopyObjectResult>`];
	};
	const answer = (
		method: string,
		url: URL,
		headers: IncomingHttpHeaders,
		body: Buffer,
	): [number, string | Buffer, object?] => {
		const path = decodeURIComponent(url.pathname.slice(1));
		if (url.searchParams.has('list-type')) return [200, list(path.replace(/\/$/, ''), url.searchParams)];
		if (url.searchParams.has('tagging')) return [200, '<Tagging><TagSet></TagSet></Tagging>'];
		if (method === 'PUT') return write(path, headers, body);
		const found = objects.get(path);
		if (method === 'DELETE') {
			const wanted = headers['if-match'];
			if (wanted !== undefined && plain(wanted) !== found?.etag) return [412, errorXml('PreconditionFailed')];
			objects.delete(path);
			return [204, ''];
		}
		// All buckets exist.
		if (method === 'HEAD' && /^[^/]+\/?$/.test(path)) return [200, ''];
		if (!found) return [404, method === 'HEAD' ? '' : errorXml('NoSuchKey')];
		const about = { etag: `"${found.etag}"`, 'last-modified': found.modified.toUTCString() };
		return [200, method === 'HEAD' ? '' : found.body, { ...about, 'content-length': found.body.length }];
	};
	const server = createServer((request, response) => {
		const { method = '', url = '', headers } = request;
		const line = `${method} ${decodeURIComponent(url)}`;
		requests.push({ line, headers });
		const reply = async () => {
			const body = await buffer(request);
			const instead = await intervene(line, headers);
			const [status, content, more] =
				instead === undefined
					? answer(method, new URL(url, 'http://server'), headers, body)
					: [instead, errorXml(instead === 403 ? 'AccessDenied' : 'InternalError'), {}];
			response.writeHead(status, { 'content-type': 'application/xml', ...more }).end(content);
		};
		void reply();
	});
	const endpoint = `http://${await listen(server)}`;
	return {
		...{ endpoint, requests, put },
		/** As headers have it. */
		etagOf: (text: string) => `"${md5Of(Buffer.from(text))}"`,
		/** Makes one object of two paths, as an access point does. */
		same: (path: string, alias: string) => {
			const object = objects.get(path);
			if (object) objects.set(alias, object);
		},
		remove: (path: string) => objects.delete(path),
		/** What a listing of a bucket shows, without files of this package. */
		listed: (bucket: string) =>
			[...objects]
				.filter(([path]) => path.startsWith(`${bucket}/`) && !path.includes('/.n8n-'))
				.map(([path, { etag, modified }]) => ({ key: path.slice(bucket.length + 1), etag, modified })),
		/** All objects: contents by bucket and key. */
		contents: () =>
			Object.fromEntries(
				[...objects].map(([path, { body }]) => [path, body.toString()]).sort(([a = ''], [b = '']) => compareKeys(a, b)),
			),
		connection: {
			endpoint,
			region: 'us-east-1',
			accessKeyId: 'key',
			secretAccessKey: 'not-secret',
			forcePathStyle: true,
		},
	};
};
