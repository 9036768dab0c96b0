import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { GetObjectCommand, HeadObjectCommand } from '@aws-sdk/client-s3';
import { makeBucket, one, refusal, s3, sdk } from '../support/s3';

test('download, with response headers', async () => {
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

test('download, of an object that has to be there', async () => {
	const bucket = await makeBucket();
	await s3('object.upload', { bucket, key: 'a.txt', source: 'text', text: 'hello' });
	const options = { checkExists: true };
	expect(await one('presignedUrl.download', { bucket, key: 'a.txt', options })).toMatchObject({ method: 'GET' });
	expect(await refusal(s3('presignedUrl.download', { bucket, key: 'none/', options }))).toEqual({
		message: `The object 'none/' in bucket '${bucket}' does not exist`,
		description: "'none/' is a folder. Choose an object in it, or use an operation of the resource 'Folder'.",
	});
	expect(await one('presignedUrl.download', { bucket, key: 'b.txt' })).toMatchObject({ method: 'GET' });
});

test('upload, with the headers that the client must send', async () => {
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

test('a lifetime above 7 days is rejected before signing', async () => {
	expect(await refusal(s3('presignedUrl.download', { bucket: 'any-bucket', key: 'x', expiresIn: 604_801 }))).toEqual({
		message: "'Expires In (Seconds)' cannot be 604801",
		description: 'Enter a whole number from 1 up to 604800.',
	});
});

test('head and delete', async () => {
	const bucket = await makeBucket();
	await s3('object.upload', { bucket, key: 'ü +.txt', source: 'text', text: 'hello' });
	const head = await one('presignedUrl.head', { bucket, key: 'ü +.txt' });
	const seen = await fetch(String(head.url), { method: 'HEAD' });
	expect([seen.status, seen.headers.get('content-length')]).toEqual([200, '5']);
	expect((await fetch(String(head.url), { method: 'DELETE' })).status).toBe(403);
	const gone = await one('presignedUrl.delete', { bucket, key: 'ü +.txt' });
	expect(gone).toMatchObject({ method: 'DELETE' });
	expect((await fetch(String(gone.url), { method: 'DELETE' })).status).toBe(204);
	expect(await one('object.exists', { bucket, key: 'ü +.txt' })).toMatchObject({ exists: false });
});

test('uploadPart', async () => {
	const bucket = await makeBucket();
	const { uploadId } = await one('multipartUpload.create', { bucket, key: 'parts.bin' });
	const at = { bucket, key: 'parts.bin', uploadId };
	const link = await one('presignedUrl.uploadPart', { ...at, partNumber: 1 });
	expect((await fetch(String(link.url), { method: 'PUT', body: 'the only part' })).status).toBe(200);
	expect(await one('multipartUpload.complete', at)).toMatchObject({ completed: true, parts: 1 });
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'parts.bin' }));
	expect(await Body?.transformToString()).toBe('the only part');
});

test('uploadPart, with the checksum that the client must send', async () => {
	const bucket = await makeBucket();
	const { uploadId } = await one('multipartUpload.create', {
		...{ bucket, key: 'parts.bin' },
		options: { checksumAlgorithm: 'SHA256' },
	});
	const at = { bucket, key: 'parts.bin', uploadId };
	const body = 'the only part';
	const checksum = createHash('sha256').update(body).digest('base64');
	const options = { checksumAlgorithm: 'SHA256', checksum };
	const link = await one('presignedUrl.uploadPart', { ...at, partNumber: 1, options });
	expect(link.headers).toEqual({ 'x-amz-checksum-sha256': checksum });
	const headers = { 'x-amz-checksum-sha256': checksum };
	const send = async (more: Record<string, string>) =>
		await fetch(String(link.url), { method: 'PUT', body, headers: more });
	expect((await send({})).status).toBeGreaterThanOrEqual(400);
	expect((await send({ 'x-amz-checksum-sha256': `${'A'.repeat(43)}=` })).status).toBeGreaterThanOrEqual(400);
	const sent = await send(headers);
	expect(sent.status).toBe(200);
	const parts = [{ partNumber: 1, etag: sent.headers.get('etag'), checksumSha256: checksum }];
	expect(await one('multipartUpload.complete', { ...at, parts })).toMatchObject({ completed: true, parts: 1 });
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'parts.bin' }));
	expect(await Body?.transformToString()).toBe(body);
});

describe('post', () => {
	const send = async (
		form: Record<string, unknown>,
		file: string,
		name = 'a.txt',
		more: Record<string, string> = {},
	) => {
		const body = new FormData();
		for (const [field, value] of Object.entries({ ...(form.fields as object), ...more }))
			body.append(field, String(value));
		body.append('file', new Blob([file]), name);
		return (await fetch(String(form.url), { method: 'POST', body })).status;
	};

	test('a form for one key, with size limits', async () => {
		const bucket = await makeBucket();
		const options = {
			...{ contentType: 'text/x-mine', minSize: 2, maxSize: 5 },
			metadata: { values: [{ name: 'Who', value: 'me' }] },
		};
		const form = await one('presignedUrl.post', { bucket, key: 'ü/form.txt', expiresIn: 60, options });
		expect(form).toMatchObject({ method: 'POST', key: 'ü/form.txt', expiresIn: 60 });
		expect(await send(form, 'x')).toBe(400);
		expect(await send(form, 'too long')).toBe(400);
		expect(await send({ ...form, fields: { ...(form.fields as object), key: 'other' } }, 'good')).toBe(403);
		expect(await send(form, 'good')).toBe(204);
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'ü/form.txt' }))).toMatchObject({
			ContentLength: 4,
			ContentType: 'text/x-mine',
			Metadata: { who: 'me' },
		});
		expect(form.html).toContain('<input type="hidden" name="Content-Type" value="text/x-mine">');
		expect(
			(await refusal(s3('presignedUrl.post', { bucket, key: 'a', options: { minSize: 9, maxSize: 8 } }))).message,
		).toBe("'Min Size (Bytes)' is larger than 'Max Size (Bytes)'");
	});

	test('the curl command works unchanged', async () => {
		const bucket = await makeBucket();
		const { curl } = await one('presignedUrl.post', { bucket, key: "it's $HOME.txt" });
		const line = String(curl).replace('@FILE', `@${__filename}`);
		await promisify(execFile)('sh', ['-c', `${line} -sf`]);
		expect(await one('object.get', { bucket, key: "it's $HOME.txt" })).toMatchObject({
			size: statSync(__filename).size,
		});
	});

	test('a form for any file name in a folder, with limited content types', async () => {
		const bucket = await makeBucket();
		const options = { keyIsFolder: true, contentTypeBeginning: 'image/' };
		const form = await one('presignedUrl.post', { bucket, key: 'inbox', options });
		expect(await send(form, 'x', 'photo.png', { 'Content-Type': 'text/plain' })).toBe(403);
		expect(await send(form, 'x', 'photo.png', { 'Content-Type': 'image/png' })).toBe(204);
		expect(await one('object.exists', { bucket, key: 'inbox/photo.png' })).toMatchObject({ exists: true });
	});
});
