import { GetObjectCommand } from '@aws-sdk/client-s3';
import { chain, call, credential, credentialData, s3 } from '../support/e2e';
import { makeBucket, sdk } from '../support/s3';

/** The requests that the editor makes while somebody fills in a node or a credential. */

const testCredential = async (data: object) =>
	await call('POST', '/credentials/test', {
		credentials: { id: (await credential()).id, name: 'S3', type: 'awsS3Api', data: { ...credentialData, ...data } },
	});

const listOf = async (methodName: string, currentNodeParameters: object, filter?: string) =>
	await call('POST', '/dynamic-node-parameters/resource-locator-results', {
		path: 'parameters.bucket',
		methodName,
		nodeTypeAndVersion: { name: 'n8n-nodes-aws-s3.awsS3', version: 1 },
		currentNodeParameters,
		credentials: { awsS3Api: await credential() },
		filter,
	});

test('the credential is tested, and a wrong one is explained by its field', async () => {
	expect(await testCredential({})).toEqual({ status: 'OK', message: 'Connection tested successfully' });
	expect(await testCredential({ secretAccessKey: 'wrong' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining("'Secret Access Key'"),
	});
	expect(await testCredential({ accessKeyId: 'wrong' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining("'Access Key ID'"),
	});
	expect(await testCredential({ region: '' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining("'Region'"),
	});
	expect(await testCredential({ endpoint: 'not a url' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining("'Service URL'"),
	});
	expect(await testCredential({ endpoint: 'http://127.0.0.1:1' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('cannot be reached'),
	});
	expect(await testCredential({ bucket: 'not-there-at-all' })).toMatchObject({
		status: 'Error',
		message: expect.stringContaining("no bucket 'not-there-at-all'"),
	});
});

test('buckets and keys are offered from S3', async () => {
	const bucket = await makeBucket();
	await chain(s3('Up', 'object.upload', { bucket, key: 'folder/ä.txt', source: 'text', text: 'x' }));
	expect(await listOf('searchBuckets', {}, bucket)).toEqual({ results: [{ name: bucket, value: bucket }] });
	const chosen = { bucket: { __rl: true, mode: 'list', value: bucket } };
	expect(await listOf('searchKeys', chosen)).toEqual({ results: [{ name: 'folder/ä.txt', value: 'folder/ä.txt' }] });
	expect(await listOf('searchKeys', chosen, 'other')).toEqual({ results: [] });
});

test.each([
	['an empty bucket', { bucket: '', key: 'x' }, "'Bucket' is empty"],
	[
		'a bucket that cannot be',
		{ bucket: 'No Such Name!', key: 'x' },
		"'Bucket' has characters other than letters, digits, dots and hyphens: 'No Such Name!'",
	],
	['an empty key', { bucket: 'some-bucket', key: '={{ "" }}' }, "'Key' is empty"],
	[
		'a key over 1,024 bytes',
		{ bucket: 'some-bucket', key: 'ü'.repeat(513) },
		"'Key' is 1026 bytes long, more than the 1024 that S3 allows",
	],
])('%s is said before any request', async (_, parameters, message) => {
	const ran = await chain(s3('Get', 'object.get', parameters));
	expect(ran).toMatchObject({ status: 'error', error: { message } });
});

test('a missing binary field is named, with the fields that there are', async () => {
	const bucket = await makeBucket();
	const ran = await chain(
		{
			name: 'File',
			type: 'n8n-nodes-base.convertToFile',
			typeVersion: 1.1,
			parameters: { operation: 'toJson', binaryPropertyName: 'report', options: {} },
		},
		s3('Up', 'object.upload', { bucket, key: 'x', binaryPropertyName: 'data' }),
	);
	expect(ran).toMatchObject({
		status: 'error',
		error: { message: "The item has no binary field 'data'", description: expect.stringContaining("'report'") },
	});
	await expect(sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'x' }))).rejects.toMatchObject({
		name: 'NoSuchKey',
	});
});
