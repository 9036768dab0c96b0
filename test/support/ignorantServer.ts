import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen } from './listen';

/** An object as the server keeps it. */
interface Kept {
	body: Buffer;
	/** What the ETag has besides the content. */
	salt?: string;
	type: string;
	metadata: Record<string, string>;
	modified: Date;
}

interface Answer {
	status: number;
	headers?: Record<string, string>;
	body?: string | Buffer;
}

const xml = (status: number, body: string): Answer => ({
	status,
	headers: { 'content-type': 'application/xml' },
	body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

const refusal = (status: number, code: string, message: string) =>
	xml(status, `<Error><Code>${code}</Code><Message>${message}</Message><RequestId>1</RequestId></Error>`);

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const etagOf = ({ body, salt = '' }: Pick<Kept, 'body' | 'salt'>) =>
	`"${createHash('md5').update(body).update(salt).digest('hex')}"`;

const headersOf = ({ body, salt, type, metadata, modified }: Kept) => ({
	...metadata,
	'content-type': type,
	'content-length': String(body.length),
	etag: etagOf({ body, salt }),
	'last-modified': modified.toUTCString(),
	'accept-ranges': 'bytes',
});

const partOf = (kept: Kept, range: string): Answer => {
	const [, from = '', to = ''] = /bytes=(\d*)-(\d*)/.exec(range) ?? [];
	const first = from === '' ? kept.body.length - Number(to) : Number(from);
	const last = from === '' || to === '' ? kept.body.length - 1 : Math.min(Number(to), kept.body.length - 1);
	const body = kept.body.subarray(first, last + 1);
	const place = `bytes ${first}-${last}/${kept.body.length}`;
	return {
		status: 206,
		headers: { ...headersOf(kept), 'content-length': String(body.length), 'content-range': place },
		body,
	};
};

/** What becomes of a request to a server, which it may also answer itself. */
type Instead = (request: { method: string; bucket: string; key: string; query: URLSearchParams }) => Answer | undefined;

/**
 * Starts an S3 server that stores objects and ignores every query, as OpenStack Swift does with those that it does not
 * know: `PUT ?legal-hold` stores an object, `GET ?legal-hold` returns its content, `DELETE ?lifecycle` deletes the bucket.
 * It has no versions and no multipart uploads. `instead` answers some requests in another way; `keyOf` is the key that it
 * takes another one for. Where `hasOwnEtags` says so, the ETags of a bucket are no MD5s of the content, as with KMS.
 */
export const startIgnorantServer = async (
	instead: Instead = () => undefined,
	keyOf: (key: string) => string = (key) => key,
	hasOwnEtags: (bucket: string) => boolean = () => false,
) => {
	const buckets = new Map<string, Map<string, Kept>>();
	const requests: Array<{ method: string; url: string; headers: IncomingMessage['headers'] }> = [];

	const listing = (name: string, objects: Map<string, Kept>, query: URLSearchParams) => {
		const prefix = query.get('prefix') ?? '';
		const entries = [...objects].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
		const contents = entries.map(
			([key, { body, salt, modified }]) =>
				`<Contents><Key>${escaped(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${etagOf({ body, salt })}</ETag><Size>${body.length}</Size></Contents>`,
		);
		return xml(
			200,
			`<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>${name}</Name><KeyCount>${entries.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
		);
	};

	const bucketAnswer = (method: string, name: string, query: URLSearchParams, body: Buffer): Answer => {
		const objects = buckets.get(name);
		if (method === 'PUT') {
			if (objects) return refusal(409, 'BucketAlreadyExists', 'The requested bucket name is not available');
			buckets.set(name, new Map());
			return { status: 200, headers: { location: `/${name}` } };
		}
		if (!objects) return refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
		if (method === 'HEAD') return { status: 200 };
		if (method === 'GET') return listing(name, objects, query);
		if (method === 'DELETE') {
			if (objects.size > 0) return refusal(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
			buckets.delete(name);
			return { status: 204 };
		}
		if (!query.has('delete')) return refusal(501, 'NotImplemented', 'The requested resource is not implemented');
		const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, key = '']) => key);
		for (const key of keys) objects.delete(key);
		return xml(
			200,
			`<DeleteResult>${keys.map((key) => `<Deleted><Key>${key}</Key></Deleted>`).join('')}</DeleteResult>`,
		);
	};

	const copied = (source: string): Kept | undefined => {
		const [name = '', ...rest] = decodeURIComponent(source.replace(/\?.*$/, '')).replace(/^\//, '').split('/');
		return buckets.get(name)?.get(keyOf(rest.join('/')));
	};

	const objectAnswer = (
		{ method, headers }: IncomingMessage,
		{ bucket, key, body }: { bucket: string; key: string; body: Buffer },
	): Answer => {
		const objects = buckets.get(bucket);
		if (!objects) return refusal(404, 'NoSuchBucket', 'The specified bucket does not exist');
		const kept = objects.get(key);
		const given = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
		if (method === 'PUT') {
			const source = headers['x-amz-copy-source'];
			const original = source === undefined ? undefined : copied(String(source));
			if (source !== undefined && !original) return refusal(404, 'NoSuchKey', 'The source does not exist');
			const stored = {
				body: original?.body ?? body,
				...(hasOwnEtags(bucket) && { salt: bucket }),
				type: headers['content-type'] ?? original?.type ?? 'binary/octet-stream',
				metadata: Object.fromEntries(given.map(([name, value]) => [name, String(value)])),
				modified: new Date(),
			};
			objects.set(key, stored);
			const etag = etagOf(stored);
			if (!original) return { status: 200, headers: { etag } };
			return xml(
				200,
				`<CopyObjectResult><ETag>${etag}</ETag><LastModified>${stored.modified.toISOString()}</LastModified></CopyObjectResult>`,
			);
		}
		if (method === 'DELETE') {
			objects.delete(key);
			return { status: 204 };
		}
		if (method === 'POST') return refusal(501, 'NotImplemented', 'The requested resource is not implemented');
		if (!kept) return refusal(404, 'NoSuchKey', 'The specified key does not exist.');
		if (method === 'HEAD') return { status: 200, headers: headersOf(kept) };
		if (headers.range) return partOf(kept, headers.range);
		return { status: 200, headers: headersOf(kept), body: kept.body };
	};

	const serve = async (request: IncomingMessage, response: ServerResponse) => {
		const { method = '', url = '', headers } = request;
		requests.push({ method, url, headers });
		const body = await buffer(request);
		const [path = '', search = ''] = url.split('?');
		const [bucket = '', ...rest] = path.slice(1).split('/').map(decodeURIComponent);
		const key = keyOf(rest.join('/'));
		const query = new URLSearchParams(search);
		const names = [...buckets.keys()].map((name) => `<Bucket><Name>${name}</Name></Bucket>`).join('');
		const ownAnswer = () => {
			if (bucket === '')
				return xml(200, `<ListAllMyBucketsResult><Buckets>${names}</Buckets></ListAllMyBucketsResult>`);
			return key === '' ? bucketAnswer(method, bucket, query, body) : objectAnswer(request, { bucket, key, body });
		};
		const answer = instead({ method, bucket, key, query }) ?? ownAnswer();
		const isEmpty = method === 'HEAD' || answer.body === undefined;
		response.writeHead(answer.status, { 'x-trans-id': randomUUID(), ...answer.headers });
		response.end(isEmpty ? undefined : answer.body);
	};

	const server = createServer((request, response) => void serve(request, response));
	const endpoint = `http://${await listen(server)}`;
	return {
		endpoint,
		/** Credentials of a connection to it. */
		credentials: {
			endpoint,
			region: 'us-east-1',
			accessKeyId: 'key',
			secretAccessKey: 'not-secret',
			forcePathStyle: true,
		},
		/** All requests since the last call. */
		taken: () => requests.splice(0),
		makeBucket: (name: string) => void buckets.set(name, new Map()),
		put: (bucket: string, key: string, text: string | Buffer) => {
			const kept = { body: Buffer.from(text), type: 'text/plain', metadata: {}, modified: new Date() };
			buckets.get(bucket)?.set(key, kept);
		},
		/** The content and metadata of all objects of all buckets. */
		state: () =>
			Object.fromEntries(
				[...buckets].map(([name, objects]) => [
					name,
					Object.fromEntries(
						[...objects].map(([key, { body, type, metadata }]) => [
							key,
							JSON.stringify([body.length > 1000 ? etagOf({ body }) : body.toString(), type, metadata]),
						]),
					),
				]),
			),
	};
};
