import { randomBytes } from 'node:crypto';
import { startIgnorantServer } from '../support/ignorantServer';
import { jsonOf, keepBinary, runNode } from '../support/n8n';

const key = randomBytes(32).toString('base64');

/** An upload to a server that ignores encryption, locks, tags and storage classes. */
const upload = async (options: object, { bytes = 10, continueOnFail = true, connection = {} } = {}) => {
	const server = await startIgnorantServer();
	server.makeBucket('my-bucket');
	const output = await runNode({
		parameters: { resource: 'object', operation: 'upload', bucket: 'my-bucket', key: 'a', options },
		credentials: { ...server.credentials, ...connection },
		items: [{ json: {}, binary: { data: await keepBinary(randomBytes(bytes)) } }],
		continueOnFail,
	});
	const [item = {}] = jsonOf(output);
	return { item, hints: output.hints, server };
};

test.each<[string, object, object]>([
	['a key of the customer', { sseCustomerKey: key }, {}],
	['encryption by S3', { serverSideEncryption: 'AES256' }, {}],
	['KMS', { serverSideEncryption: 'aws:kms' }, {}],
	['encryption that the connection sets', {}, { serverSideEncryption: 'AES256' }],
])('a server that ignores %s is not taken for one that encrypts', async (_, options, connection) => {
	const { item } = await upload(options, { connection });
	expect(item).toMatchObject({
		error: {
			code: 'EncryptionMissing',
			message: expect.stringContaining("did not encrypt the object 'a' in bucket 'my-bucket' as requested"),
			description: expect.stringContaining('delete it'),
		},
	});
});

test.each<[string, object]>([
	['a lock', { lockMode: 'GOVERNANCE', lockUntil: '2040-01-01T00:00:00Z' }],
	['a legal hold', { legalHold: true }],
])('a server that ignores %s is not taken for one that locks', async (_, options) => {
	const { item } = await upload(options);
	expect(item).toMatchObject({
		error: {
			code: 'LockMissing',
			message: "The object 'a' in bucket 'my-bucket' was stored without the requested lock",
		},
	});
});

test('an ignored storage class gives a hint', async () => {
	const { item, hints } = await upload({ storageClass: 'STANDARD_IA' });
	expect(item).toMatchObject({ uploaded: true });
	expect(hints).toEqual(["'a' was stored without the requested storage class, because this service ignores it."]);
});

test('ignored tags give a hint', async () => {
	const { item, hints } = await upload({ tags: { values: [{ name: 'n', value: 'v' }] } });
	expect(item).toMatchObject({ uploaded: true });
	expect(hints).toEqual(["'a' was stored without the requested tags, because this service ignores it."]);
});

test('an upload without such options looks at nothing', async () => {
	const { server } = await upload({});
	expect(server.taken().map(({ method }) => method)).toEqual(['PUT']);
});

test('a bucket whose Object Lock the server ignores is not taken for one that has it', async () => {
	const server = await startIgnorantServer();
	const [item] = await runNode({
		parameters: { resource: 'bucket', operation: 'create', bucket: 'new-bucket', options: { objectLock: true } },
		credentials: server.credentials,
		continueOnFail: true,
	});
	expect(item?.json).toMatchObject({
		error: {
			code: 'LockMissing',
			message: "The bucket 'new-bucket' was created without the requested Object Lock",
		},
	});
});
