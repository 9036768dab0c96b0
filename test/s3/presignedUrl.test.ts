import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

test('download, with the headers of the answer', async () => {
	const bucket = await makeBucket();
	await s3('object.upload', { bucket, key: 'a b.txt', source: 'text', text: 'hello' });
	const link = await one('presignedUrl.download', {
		bucket,
		key: 'a b.txt',
		expiresIn: 60,
		options: { responseContentDisposition: 'attachment; filename="x.txt"', responseContentType: 'text/x-mine' },
	});
	expect(link).toMatchObject({ method: 'GET', expiresIn: 60, expiresAt: expect.stringMatching(/Z$/) });
	const response = await fetch(String(link.url));
	expect([response.status, await response.text()]).toEqual([200, 'hello']);
	expect(response.headers.get('content-disposition')).toBe('attachment; filename="x.txt"');
	expect(response.headers.get('content-type')).toBe('text/x-mine');
});

test('upload, with the headers that have to be sent', async () => {
	const bucket = await makeBucket();
	const link = await one('presignedUrl.upload', {
		bucket,
		key: 'up.csv',
		options: {
			contentType: 'text/csv',
			storageClass: 'STANDARD_IA',
			metadata: { values: [{ name: 'Who', value: 'me' }] },
		},
	});
	expect(link).toMatchObject({
		method: 'PUT',
		headers: { 'Content-Type': 'text/csv', 'x-amz-storage-class': 'STANDARD_IA', 'x-amz-meta-who': 'me' },
	});
	const headers = Object.entries(link.headers ?? {}).map(([name, value]): [string, string] => [name, String(value)]);
	expect(
		(await fetch(String(link.url), { method: 'PUT', body: 'a,b', headers: { 'Content-Type': 'text/plain' } })).status,
	).toBe(403);
	expect((await fetch(String(link.url), { method: 'PUT', body: 'a,b', headers })).status).toBe(200);
	expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'up.csv' }))).toMatchObject({
		ContentLength: 3,
		ContentType: 'text/csv',
		StorageClass: 'STANDARD_IA',
		Metadata: { who: 'me' },
	});
});

test('a lifetime above 7 days is refused before it is signed', async () => {
	expect(await refusal(s3('presignedUrl.download', { bucket: 'any-bucket', key: 'x', expiresIn: 604_801 }))).toEqual({
		message: "'Expires In (Seconds)' cannot be 604801",
		description: 'Enter a whole number from 1 up to 604800.',
	});
});
