import { runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';

const uploaderTo = (endpoint: string) => async (ifMatch: string) =>
	await runNode({
		parameters: {
			...{ resource: 'object', operation: 'upload', bucket: 'a-bucket', key: 'k', source: 'text', text: 'x' },
			options: { ifMatch },
		},
		credentials: {
			...{ region: 'us-east-1', accessKeyId: 'A', secretAccessKey: 'S', forcePathStyle: true },
			endpoint,
		},
	});

/** OpenStack Swift, for one, answers 501 to a condition on a write. */
test("'If Match' is compared by the node where the server rejects it, and not sent from then on", async () => {
	const server = await startProxy('http://unused.invalid', ({ method, headers }) => {
		if (method === 'HEAD') return { status: 200, headers: { etag: '"e"', 'content-length': '1' } };
		return headers['if-match']
			? refused(501, 'NotImplemented', 'Not supported')
			: { status: 200, headers: { etag: '"f"' } };
	});
	const upload = uploaderTo(server.url);
	const sent = () => server.requests.splice(0).map(({ method, headers }) => [method, headers['if-match']]);
	await upload('e');
	expect(sent()).toEqual([
		['HEAD', undefined],
		['PUT', '"e"'],
		['PUT', undefined],
	]);
	await upload('e');
	expect(sent()).toEqual([
		['HEAD', undefined],
		['PUT', undefined],
	]);
	await expect(upload('other')).rejects.toMatchObject({
		message: expect.stringContaining('has changed, or already exists'),
	});
	expect(sent()).toEqual([['HEAD', undefined]]);
});

test.each([
	['Ceph RGW, which rejects it whatever the ETag is', { 'x-rgw-object-type': 'Normal' }, undefined],
	['MinIO, which heeds it', { server: 'MinIO' }, '"e"'],
])("the first request with 'If Match' looks, and learns that the server is %s", async (_name, says, condition) => {
	const server = await startProxy('http://unused.invalid', ({ method, headers }) => {
		if (method === 'HEAD') return { status: 200, headers: { etag: '"e"', 'content-length': '1', ...says } };
		const isRejected = 'x-rgw-object-type' in says && headers['if-match'] !== undefined;
		return isRejected ? refused(412, 'PreconditionFailed', '') : { status: 200, headers: { etag: '"f"' } };
	});
	await uploaderTo(server.url)('e');
	expect(server.requests.map(({ method, headers }) => [method, headers['if-match']])).toEqual([
		['HEAD', undefined],
		['PUT', condition],
	]);
});
