import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { conditionalUpload } from '../../nodes/AwsS3/s3/write/conditionalUpload';
import type { OnConflict } from '../../nodes/AwsS3/s3/write/conditionalWrite';
import { listen } from '../support/listen';

const swift = { 'x-openstack-request-id': 'tx1' };

/** A server where so many uploads are overtaken by others, and that says so as OpenStack Swift does. It refuses conditions. */
const overtaking = async (times: number, headers: Record<string, string> = swift) => {
	let puts = 0;
	const objects = new Map<string, string>();
	const server = createServer((request, response) => {
		const { method, url = '', headers: asked } = request;
		const [key = ''] = url.split('?');
		const there = objects.get(key);
		const answer = (body: string) => {
			if (method === 'HEAD') {
				const found = there !== undefined && { etag: '"e"', 'content-length': `${there.length}` };
				response.writeHead(found ? 200 : 404, { ...headers, ...found }).end();
			} else if (method === 'GET') {
				const keys = [...objects.keys()].map(
					(path) => `<Contents><Key>${path.slice('/bucket/'.length)}</Key></Contents>`,
				);
				response.writeHead(200, headers).end(`<ListBucketResult>${keys.join('')}</ListBucketResult>`);
			} else if (asked['if-none-match'])
				response.writeHead(501, headers).end('<Error><Code>NotImplemented</Code><Message>No</Message></Error>');
			else if (puts++ < times) {
				objects.set(key, 'of the other one');
				response.writeHead(200, headers).end('<html><h1>Accepted</h1></html>');
			} else {
				objects.set(key, body);
				response.writeHead(200, { ...headers, etag: '"a"' }).end();
			}
		};
		void text(request).then(answer);
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'not-secret', forcePathStyle: true };
	const s3 = connect({ ...keys, endpoint });
	const upload = async (onConflict: OnConflict) => {
		const open = async () => await Promise.resolve(Readable.from([Buffer.from('ours')]));
		const given = { open, input: { Bucket: 'bucket', Key: 'a' }, length: 4, budget: memoryBudget(64 * 1024 ** 2) };
		return await conditionalUpload(s3, given, onConflict);
	};
	return { s3, upload, puts: () => puts, contents: () => Object.fromEntries(objects) };
};

test('an overtaken upload that may overwrite is sent again', async () => {
	const { upload, puts, contents } = await overtaking(2);
	expect(await upload('overwrite')).toMatchObject({ key: 'a', ETag: '"a"' });
	expect(puts()).toBe(3);
	expect(contents()).toEqual({ '/bucket/a': 'ours' });
});

test('one that is always overtaken fails, and says why', async () => {
	const { upload, puts } = await overtaking(99);
	await expect(upload('overwrite')).rejects.toMatchObject({
		...{ code: 'OperationAborted', bucket: 'bucket', key: 'a' },
		message: 'Another upload to the same key was faster',
	});
	expect(puts()).toBe(4);
});

test('one that may not overwrite finds that the key is taken, and leaves what is there', async () => {
	const { upload, contents } = await overtaking(1);
	await expect(upload('fail')).rejects.toMatchObject({ code: 'PreconditionFailed', key: 'a' });
	expect(await upload('skip')).toMatchObject({ key: 'a', skipped: 'exists' });
	expect(contents()).toEqual({ '/bucket/a': 'of the other one' });
});

test('with Rename it takes another name', async () => {
	const { upload, contents } = await overtaking(1);
	expect(await upload('rename')).toMatchObject({ key: 'a (2)' });
	expect(contents()).toEqual({ '/bucket/a': 'of the other one', '/bucket/a%20%282%29': 'ours' });
});

test('a page of a server that is not Swift is no answer of S3', async () => {
	const { s3, puts } = await overtaking(99, {});
	const writing = s3.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a', Body: 'ours' }));
	await expect(writing).rejects.toMatchObject({ code: 'UnexpectedAnswer', got: 'no ETag' });
	expect(puts()).toBe(1);
});
