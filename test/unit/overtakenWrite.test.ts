import { PutObjectCommand } from '@aws-sdk/client-s3';
import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listen } from '../support/listen';

/** A server where so many uploads are overtaken by others, and that says so as OpenStack Swift does. */
const overtaking = async (times: number, headers: Record<string, string> = { 'x-openstack-request-id': 'tx1' }) => {
	let asked = 0;
	const server = createServer((request, response) => {
		request.resume();
		if (asked++ < times) response.writeHead(200, headers).end('<html><h1>Accepted</h1></html>');
		else response.writeHead(200, { ...headers, etag: '"a"' }).end();
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { region: 'us-east-1', accessKeyId: 'key', secretAccessKey: 'not-secret', forcePathStyle: true };
	const upload = async () =>
		await connect({ ...keys, endpoint }).send(new PutObjectCommand({ Bucket: 'bucket', Key: 'a', Body: 'one' }));
	return { upload, asked: () => asked };
};

test('an overtaken upload is sent again', async () => {
	const { upload, asked } = await overtaking(2);
	expect(await upload()).toMatchObject({ ETag: '"a"' });
	expect(asked()).toBe(3);
});

test('one that is always overtaken fails, and says why', async () => {
	const { upload, asked } = await overtaking(99);
	await expect(upload()).rejects.toMatchObject({
		...{ code: 'OperationAborted', bucket: 'bucket', key: 'a' },
		message: 'Another upload to the same key was faster',
	});
	expect(asked()).toBe(5);
});

test('a page of a server that is not Swift is no answer of S3', async () => {
	const { upload, asked } = await overtaking(99, {});
	await expect(upload()).rejects.toMatchObject({ code: 'UnexpectedAnswer', got: 'no ETag' });
	expect(asked()).toBe(1);
});
