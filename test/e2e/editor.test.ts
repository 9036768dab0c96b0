import { GetObjectCommand } from '@aws-sdk/client-s3';
import rest from '../../sandbox/rest.cjs';
import { call, chain, credential, credentialData, s3, saveCredential, succeeded } from '../support/e2e';
import { makeBucket, sdk } from '../support/s3';

/** The requests that the editor makes while somebody fills in a node or a credential. */

const testCredential = async (data: object) =>
	await call('POST', '/credentials/test', {
		credentials: { id: (await credential()).id, name: 'S3', type: 'awsS3Api', data: { ...credentialData, ...data } },
	});

const listOf = async (methodName: string, currentNodeParameters: object, filter?: string, saved?: object) =>
	await call('POST', '/dynamic-node-parameters/resource-locator-results', {
		path: 'parameters.bucket',
		methodName,
		nodeTypeAndVersion: { name: 'n8n-nodes-aws-s3.awsS3', version: 1 },
		currentNodeParameters,
		credentials: { awsS3Api: saved ?? (await credential()) },
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
		message: expect.stringContaining("The bucket 'not-there-at-all' does not exist"),
	});
});

test('buckets and keys are offered from S3', async () => {
	const bucket = await makeBucket();
	await chain(s3('Up', 'object.upload', { bucket, key: 'folder/ä.txt', source: 'text', text: 'x' }));
	expect(await listOf('searchBuckets', {}, bucket)).toEqual({ results: [{ name: bucket, value: bucket }] });
	const chosen = { bucket: { __rl: true, mode: 'list', value: bucket } };
	const found = { name: 'folder/ä.txt', value: 'folder/ä.txt' };
	const down = { name: 'folder/ (folder: type its name to look inside)', value: 'folder/' };
	expect(await listOf('searchKeys', chosen)).toEqual({ results: [down, found] });
	const typed = (text: string) => ({ name: `${text} (as typed; searched all 1 keys)`, value: text });
	expect(await listOf('searchKeys', chosen, 'Ä.t')).toEqual({ results: [found, typed('Ä.t')] });
	expect(await listOf('searchKeys', chosen, 'other')).toEqual({ results: [typed('other')] });
	expect(await listOf('searchFolders', chosen)).toEqual({ results: [{ name: 'folder/', value: 'folder/' }] });
});

test('a list with a credential that cannot work gives its message', async () => {
	const broken = await saveCredential('awsS3Api', { ...credentialData, endpoint: 'minio' });
	const answer = await listOf('searchBuckets', {}, '', broken).catch((error: unknown) => error);
	expect(String(answer)).toContain('n8n answered 400 ');
	expect(String(answer)).toContain("'Service URL' of the credential is not a URL");
});

test('n8n shows the fields of an operation before its first run', async () => {
	const answer = await rest.answered(`${process.env.TEST_N8N}/schemas/n8n-nodes-aws-s3.awsS3/1.0.0/object/getAll.json`);
	expect(answer.status).toBe(200);
	expect(await answer.json()).toMatchObject({ type: 'object', properties: { key: { type: 'string' } } });
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

describe('the HTTP Request node with this credential', () => {
	const request = (name: string, method: string, url: string, more: object = {}) => ({
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			method,
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'awsS3Api',
			options: { response: { response: { responseFormat: 'autodetect' } } },
			...more,
		},
	});

	test('makes any call of S3', async () => {
		const bucket = await makeBucket();
		const { id, name } = await credential();
		const key = "odd+key ü/(1)!'*.txt";
		const address = `${credentialData.endpoint}/${bucket}/${encodeURIComponent(key)}`;
		const credentials = { awsS3Api: { id, name } };
		const body = { sendBody: true, contentType: 'raw', rawContentType: 'text/plain', body: 'grüße' };
		const ran = succeeded(
			await chain(
				{ ...request('Put', 'PUT', address, body), credentials },
				{ ...request('Versioning', 'GET', `${credentialData.endpoint}/${bucket}?versioning`), credentials },
				{
					...request('List', 'GET', `${credentialData.endpoint}/${bucket}`, {
						sendQuery: true,
						queryParameters: {
							parameters: [
								{ name: 'list-type', value: '2' },
								{ name: 'prefix', value: 'odd+key ü/' },
							],
						},
					}),
					credentials,
				},
			),
		);
		expect(JSON.stringify(ran.items('Versioning')[0]?.json)).toContain('VersioningConfiguration');
		expect(JSON.stringify(ran.items('List')[0]?.json)).toContain('<KeyCount>1</KeyCount>');
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
		expect(await Body?.transformToString()).toBe('grüße');
	});

	test('shows its keys to no other host', async () => {
		const { id, name } = await credential();
		const ran = await chain({
			...request('Elsewhere', 'GET', 'http://127.0.0.2:1/x'),
			credentials: { awsS3Api: { id, name } },
		});
		expect(ran.status).toBe('error');
		expect(JSON.stringify(ran.error)).toContain("The credential is not for '127.0.0.2:1'");
	});
});
