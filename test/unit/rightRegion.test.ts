import { CreateBucketCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { createServer } from 'node:http';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { listen } from '../support/listen';

/** A server in one region that has a bucket in another one: it redirects, and notes the region that signs each request. */
const startServer = async (answerThere: number) => {
	const asked: string[] = [];
	const at = { hasBucket: true };
	const server = createServer((request, response) => {
		const region = /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
		asked.push(`${request.method} ${region}`);
		request.resume();
		const isRedirected = at.hasBucket && region !== 'eu-west-1';
		response.writeHead(isRedirected ? 301 : answerThere, { 'x-amz-bucket-region': 'eu-west-1' }).end();
	});
	const endpoint = `http://${await listen(server)}`;
	const keys = { accessKeyId: 'key', secretAccessKey: 'not-secret', forcePathStyle: true };
	return { s3: connect({ ...keys, region: 'us-east-1', endpoint }), asked, at };
};

test.each([
	['it is there', 200],
	['it is not', 404],
])('S3 redirects the first request to a bucket only, if what is asked for is there or not: %s', async (_, status) => {
	const { s3, asked } = await startServer(status);
	const ask = async () => await s3.send(new HeadBucketCommand({ Bucket: 'b' })).catch(({ status: got }) => ({ got }));
	for (let round = 0; round < 3; round++) await ask();
	expect(asked).toEqual(['HEAD us-east-1', 'HEAD eu-west-1', 'HEAD eu-west-1', 'HEAD eu-west-1']);
});

test('a bucket is created in the chosen region, also if one of its name was in another region before', async () => {
	const { s3, asked, at } = await startServer(200);
	await s3.send(new HeadBucketCommand({ Bucket: 'b' }));
	at.hasBucket = false;
	await s3.send(new CreateBucketCommand({ Bucket: 'b' }));
	expect(asked.at(-1)).toBe('PUT us-east-1');
});
