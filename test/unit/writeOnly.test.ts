import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { GetBucketLocationCommand } from '@aws-sdk/client-s3';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { conditionalUpload } from '../../nodes/AwsS3/s3/write/conditionalUpload';
import type { OnConflict } from '../../nodes/AwsS3/s3/write/conditionalWrite';
import { listen } from '../support/listen';
import { cut } from '../support/pieces';

const MiB = 1024 ** 2;
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const code = (name: string) => `<Error><Code>${name}</Code><Message>${name}</Message></Error>`;

/** A server that checks conditions, for a user who may write and do nothing else. `lost` answers do not arrive. */
const startServer = async ({ isTaken = false, lost = (_: IncomingMessage): boolean => false } = {}) => {
	const requests: string[] = [];
	let taken = isTaken;
	const server = createServer((request, response) => {
		const { method, url = '', headers } = request;
		response.setHeader('server', 'MinIO');
		const condition = headers['if-none-match'];
		requests.push([method, condition].filter(Boolean).join(' '));
		const writes = (method === 'PUT' && !url.includes('partNumber')) || (method === 'POST' && url.includes('uploadId'));
		const answer = (): [status: number, body?: string] => {
			if (method === 'HEAD') return [403];
			if (method === 'GET') return url.includes('location') ? [200, `<LocationConstraint ${namespace}/>`] : [403];
			if (method === 'DELETE') return [204];
			if (!writes)
				return [
					200,
					`<InitiateMultipartUploadResult ${namespace}><UploadId>u</UploadId></InitiateMultipartUploadResult>`,
				];
			if (taken && condition === '*') return [412, code('PreconditionFailed')];
			taken = true;
			return [
				200,
				method === 'POST'
					? `<CompleteMultipartUploadResult ${namespace}><ETag>"e"</ETag></CompleteMultipartUploadResult>`
					: '',
			];
		};
		request.resume().once('end', () => {
			const [status, body] = answer();
			if (lost(request)) response.destroy();
			else response.writeHead(status, { etag: '"e"' }).end(body);
		});
	});
	const endpoint = `http://${await listen(server)}`;
	const s3 = connect({ accessKeyId: 'a', secretAccessKey: 's', region: 'us-east-1', forcePathStyle: true, endpoint });
	// Its answer shows the kind of server.
	await s3.send(new GetBucketLocationCommand({ Bucket: 'bucket' }));
	requests.splice(0);
	return { s3, requests };
};

const store = async ({ s3 }: Awaited<ReturnType<typeof startServer>>, size: number, onConflict: OnConflict) =>
	await conditionalUpload(
		s3,
		{
			input: { Bucket: 'bucket', Key: 'k' },
			open: async () => cut(Buffer.alloc(size), MiB),
			length: size,
			budget: memoryBudget(64 * MiB),
		},
		onConflict,
	);

describe.each(['fail', 'skip'] as const)('a user who may only write, %s', (onConflict) => {
	test.each([
		['in one request', 100, ['PUT *']],
		// The GET requests ask why the HEAD request was refused, and whether a listing tells what it does not.
		['in parts', 9 * MiB, ['HEAD', 'GET', 'GET', 'POST', 'PUT', 'PUT', 'POST *']],
	])('uploads %s', async (_, size, requests) => {
		const server = await startServer();
		expect(await store(server, size, onConflict)).toMatchObject({ key: 'k', ETag: '"e"' });
		expect(server.requests).toEqual(requests);
	});

	test.each([
		['in one request', 100],
		['in parts', 9 * MiB],
	])('does not replace an object, %s', async (_, size) => {
		const server = await startServer({ isTaken: true });
		const storing = store(server, size, onConflict);
		if (onConflict === 'skip') expect(await storing).toEqual({ key: 'k', skipped: 'exists' });
		else await expect(storing).rejects.toMatchObject({ code: 'PreconditionFailed', takenKey: 'k' });
		if (size > MiB) expect(server.requests.at(-1)).toBe('DELETE');
	});

	test.each([
		['in one request', 100],
		['in parts', 9 * MiB],
	])('meets an object of its own where the answer was lost, %s, and cannot tell', async (_, size) => {
		let isLost = false;
		const server = await startServer({
			lost: ({ headers }) => headers['if-none-match'] === '*' && !isLost && (isLost = true),
		});
		const storing = store(server, size, onConflict);
		if (onConflict === 'skip') expect(await storing).toEqual({ key: 'k', skipped: 'exists' });
		else await expect(storing).rejects.toMatchObject({ code: 'PreconditionFailed', takenKey: 'k' });
	});
});
