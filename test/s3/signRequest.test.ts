import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { signRequest } from '../../nodes/AwsS3/s3/client/signRequest';
import { credentials, makeBucket, one } from '../support/s3';

const send = async (method: string, url: string, headers: Record<string, string>, body?: string) =>
	await new Promise<{ status?: number; body: string }>((resolve, reject) => {
		const { hostname, port } = new URL(url);
		const path = url.replace(/^https?:\/\/[^/]*/, '');
		request({ method, hostname, port, path, headers }, (response) => {
			void text(response).then((body) => resolve({ status: response.statusCode, body }));
		})
			.once('error', reject)
			.end(body);
	});

test.each(["odd+key ü/(1)!'*.txt", 'a b', 'x&y=z;@:$,'])(
	'the server accepts the signature of a request for %p',
	async (key) => {
		const bucket = await makeBucket();
		const url = `${credentials.endpoint}/${bucket}/${encodeURIComponent(key)}`;
		for (const body of ['grüße', undefined]) {
			const put = await signRequest(credentials, {
				method: 'PUT',
				url,
				query: {},
				headers: { 'Content-Type': 'text/plain' },
				body,
			});
			expect(await send('PUT', put.url, put.headers, body ?? 'unknown')).toMatchObject({ status: 200 });
		}
		expect(await one('object.get', { bucket, key })).toMatchObject({ size: 7 });
		const list = await signRequest(credentials, {
			method: 'GET',
			url: `${credentials.endpoint}/${bucket}?list-type=2`,
			query: { prefix: key.slice(0, 3) },
			headers: {},
			body: '',
		});
		expect(await send('GET', list.url, list.headers)).toMatchObject({
			status: 200,
			body: expect.stringContaining('<KeyCount>1</KeyCount>'),
		});
	},
);
