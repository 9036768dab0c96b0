import { jsonOf, runNode } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';

/** Lets its users list, and look at nothing. It lists one object. */
const startServer = async () =>
	await startProxy('http://unused.invalid', ({ url = '' }) =>
		url.includes('list-type=2')
			? {
					status: 200,
					headers: { 'content-type': 'application/xml' },
					body: `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>false</IsTruncated>${url.includes('prefix=there') ? '<Contents><Key>there</Key><Size>1</Size></Contents>' : ''}</ListBucketResult>`,
				}
			: refused(403, 'AccessDenied'),
	);

const exists = async (key: string, options: object = {}) => {
	const server = await startServer();
	const [json] = jsonOf(
		await runNode({
			parameters: { resource: 'object', operation: 'exists', bucket: 'a-bucket', key, options },
			credentials: {
				...{ region: 'us-east-1', accessKeyId: 'A', secretAccessKey: 'S', forcePathStyle: true },
				endpoint: server.url,
			},
			continueOnFail: true,
		}),
	);
	return { json, listed: server.requests.some(({ url = '' }) => url.includes('list-type=2')) };
};

describe('where S3 does not let its users look at an object', () => {
	test('a listing shows that there is none', async () => {
		expect((await exists('missing')).json).toMatchObject({ exists: false });
	});

	test('one that is listed is not called missing', async () => {
		expect((await exists('there')).json).toMatchObject({ error: { code: 'AccessDenied' } });
	});

	test('a version is not looked for in a listing of objects, which does not show it', async () => {
		const { json, listed } = await exists('missing', { versionId: 'v1' });
		expect(json).toMatchObject({ error: { code: 'AccessDenied' } });
		expect(listed).toBe(false);
	});
});
