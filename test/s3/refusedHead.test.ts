import { startProxy, refused } from '../support/proxy';
import { makeBucket, makeUser, refusal, s3, server } from '../support/s3';

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'a long text' });
	await s3('object.upload', { bucket, key: 'empty', source: 'text', text: '' });
});

/** A refused operation, with the requests that it has sent. */
const refusedWith = async (connection: object, operation: `${string}.${string}`, parameters: object = {}) => {
	const between = await startProxy(server.endpoint);
	const said = await refusal(
		s3(operation, { bucket, ...parameters }, { connection: { ...connection, endpoint: between.url } }),
	);
	const requests = between.requests.map(({ method, url = '', headers }) =>
		[method, url.replace(/\?.*max-keys=/, '?max-keys='), headers.range].filter(Boolean).join(' ').replace('/?', '?'),
	);
	return { ...said, requests };
};

const wrongSecret = { secretAccessKey: 'wrong-secret-of-forty-letters-0123456789' };
const unknownKey = { accessKeyId: 'AKIANOBODYHASTHISKEY' };

const asked = ['HEAD /BUCKET/k', 'GET /BUCKET/k?x-id=GetObject bytes=0-0'];

describe('a refused HEAD has no reason, so a GET of a byte asks for it', () => {
	const named = (requests: string[]) => requests.map((text) => text.replace(bucket, 'BUCKET'));

	test.each<[string, object, string]>([
		['a wrong secret', wrongSecret, 'The secret access key does not match the access key ID'],
		['an unknown key', unknownKey, 'S3 does not know this access key'],
	])('%s', async (_, connection, message) => {
		for (const operation of ['object.get', 'object.exists'] as const) {
			const said = await refusedWith(connection, operation, { key: 'k' });
			expect({ ...said, requests: named(said.requests) }).toMatchObject({ message, requests: asked });
		}
		const said = await refusedWith(connection, 'bucket.exists');
		expect({ ...said, requests: named(said.requests) }).toMatchObject({
			message,
			requests: ['HEAD /BUCKET/', 'GET /BUCKET?max-keys=1'],
		});
	});

	test('a missing permission', async () => {
		const { name: _name, ...stranger } = await makeUser();
		const { message, description, requests } = await refusedWith(stranger, 'object.get', { key: 'k' });
		expect(message).toBe(`Access to object 'k' in bucket '${bucket}' was denied`);
		expect(description).toContain('s3:GetObject');
		expect(named(requests)).toEqual(asked);
	});

	test('an SSE-C key that is missing', async () => {
		const options = { sseCustomerKey: Buffer.alloc(32, 7).toString('base64') };
		await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'x', options });
		const { message, requests } = await refusedWith({}, 'object.get', { key: 'k' });
		expect(message).toBe(`The object 'k' in bucket '${bucket}' is encrypted with a customer-provided key (SSE-C)`);
		expect(named(requests)).toEqual(asked);
		await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'a long text' });
	});
});

test('what is not refused is not asked for twice', async () => {
	const between = await startProxy(server.endpoint);
	const connection = { endpoint: between.url };
	for (const key of ['k', 'empty', 'missing']) await s3('object.exists', { bucket, key }, { connection });
	await s3('bucket.exists', { bucket }, { connection });
	expect(between.requests.map(({ method }) => method)).toEqual(['HEAD', 'HEAD', 'HEAD', 'HEAD']);
});

test.each<[string, Parameters<typeof startProxy>[1]]>([
	['which succeeds', ({ method }) => (method === 'HEAD' ? { status: 403 } : 'pass')],
	['which is refused otherwise', ({ method }) => (method === 'HEAD' ? { status: 403 } : refused(503, 'SlowDown'))],
])('the answer to a GET %s is no reason', async (_, decide) => {
	const between = await startProxy(server.endpoint, decide);
	const said = await refusal(s3('object.get', { bucket, key: 'k' }, { connection: { endpoint: between.url } }));
	expect(said.message).toBe(`Access to object 'k' in bucket '${bucket}' was denied`);
});

test('where a server answers the same to a wrong secret as to a missing permission, the advice names both', async () => {
	const between = await startProxy(server.endpoint, ({ method }) =>
		method === 'HEAD' ? { status: 403 } : refused(403, 'AccessDenied'),
	);
	for (const operation of ['object.get', 'object.download'] as const) {
		const said = await refusal(s3(operation, { bucket, key: 'k' }, { connection: { endpoint: between.url } }));
		expect(said).toEqual({
			message: `Access to object 'k' in bucket '${bucket}' was denied`,
			description: expect.stringMatching(/s3:GetObject .*'Access Key ID' and 'Secret Access Key'/),
		});
	}
});
