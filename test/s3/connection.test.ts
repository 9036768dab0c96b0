import {
	GetObjectCommand,
	HeadObjectCommand,
	ListObjectsV2Command,
	ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsS3ApiTest } from '../../nodes/AwsS3/core/connection/credentialTest';
import { listen } from '../support/listen';
import { keepBinary } from '../support/n8n';
import { refused, startProxy } from '../support/proxy';
import { allow, credentials, makeBucket, makeRole, makeUser, one, refusal, s3, sdk, server } from '../support/s3';
import { startTls } from '../support/tls';
import { newBucket } from '../support/tries';

const MiB = 1024 ** 2;
const proxy = async (...args: Parameters<typeof startProxy> extends [string, ...infer Rest] ? Rest : never) =>
	await startProxy(server.endpoint, ...args);

const test_ = async (data: object): Promise<{ status: string; message: string }> =>
	await Reflect.apply(awsS3ApiTest, undefined, [{ data: { ...credentials, ...data } }]);

describe('a role', () => {
	const externalId = 'a-word';
	let connection: object;

	beforeAll(async () => {
		connection = { authentication: 'assumeRole', roleArn: await makeRole(), externalId, roleDuration: 900 };
	});

	test('is assumed once, and its keys sign the requests', async () => {
		const bucket = await makeBucket();
		const between = await proxy();
		const own = { ...connection, endpoint: between.url };
		const items = Array.from({ length: 20 }, () => ({ json: {} }));
		await s3(
			'object.upload',
			{ bucket, key: (_: unknown, index: number) => `${index}`, source: 'text', text: 'x' },
			{ items, connection: own },
		);
		const asked = between.requests.filter(({ method, url }) => method === 'POST' && url === '/');
		expect(asked).toHaveLength(1);
		expect(asked[0]?.body).toContain('ExternalId=a-word');
		const works = between.requests.filter(({ method }) => method === 'PUT');
		expect(works).toHaveLength(20);
		for (const { headers } of works) expect(headers['x-amz-security-token']).toEqual(expect.any(String));
		expect(await test_(own)).toEqual({ status: 'OK', message: 'Connection tested successfully' });
	});

	test('is assumed again when its session expires during a transfer', async () => {
		const bucket = await makeBucket();
		// The shortest session lasts 15 minutes, so the proxy shortens each to one second.
		const between = await proxy(undefined, (body) =>
			Buffer.from(
				body
					.toString('latin1')
					.replace(/<Expiration>[^<]*</, `<Expiration>${new Date(Date.now() + 1000).toISOString()}<`),
				'latin1',
			),
		);
		const bytes = randomBytes(40 * MiB);
		const items = [{ json: {}, binary: { data: await keepBinary(bytes) } }];
		const output = await one(
			'object.upload',
			{ bucket, key: 'big' },
			{ items, connection: { ...connection, endpoint: between.url } },
		);
		expect(output).toMatchObject({ size: 40 * MiB, parts: 5 });
		expect(between.requests.filter(({ method, url }) => method === 'POST' && url === '/').length).toBeGreaterThan(1);
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'big' }));
		expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
	});

	test('that does not exist, or that these keys may not assume, gives an explained error', async () => {
		expect(await test_({ ...connection, roleArn: 'arn:aws:iam:::role/not-there' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('arn:aws:iam:::role/not-there'),
		});
		const { name: _name, ...stranger } = await makeUser();
		expect(await test_({ ...connection, ...stranger })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining("'External ID'"),
		});
	});

	test('is assumed once for all presigned URLs, which must not outlive its keys', async () => {
		const bucket = await makeBucket();
		const between = await proxy();
		const own = { ...connection, endpoint: between.url, roleSessionName: 'links' };
		const items = Array.from({ length: 10 }, () => ({ json: {} }));
		const links = await s3('presignedUrl.download', { bucket, key: 'k', expiresIn: 900 }, { items, connection: own });
		expect(links).toHaveLength(10);
		expect(between.taken()).toEqual(['POST /']);
		expect(
			await refusal(s3('presignedUrl.download', { bucket, key: 'k', expiresIn: 901 }, { connection: own })),
		).toEqual({
			message: "'Expires In (Seconds)' is 901, but the keys of the credential's role expire after 900 seconds",
			description: expect.stringContaining("'Role Duration'"),
		});
	});

	/** A proxy that shortens the sessions of roles: to so many seconds each, one after another. */
	const sessionsOf = async (...seconds: number[]) => {
		let given = 0;
		return await proxy(undefined, (body) =>
			Buffer.from(
				body.toString('latin1').replace(/<Expiration>[^<]*</, () => {
					const end = Date.now() + (seconds[given++] ?? 900) * 1000;
					return `<Expiration>${new Date(end).toISOString()}<`;
				}),
				'latin1',
			),
		);
	};

	/** How long a link or form works, by its output and by its signature. */
	const promised = ({ expiresIn, expiresAt, url, fields }: Record<string, unknown>) => {
		const signed = new URL(String(url)).searchParams.get('X-Amz-Expires');
		const policy = JSON.parse(Buffer.from(String(Object(fields).Policy ?? 'e30='), 'base64').toString());
		const until = (text: unknown) => Math.round((Date.parse(String(text)) - Date.now()) / 1000);
		return [expiresIn, until(expiresAt), signed === null ? until(policy.expiration) : Number(signed)];
	};

	const aboutSeconds = (seconds: number) => [0, 0, 0].map(() => expect.closeTo(seconds, -1.5));

	test.each(['download', 'post'])('is assumed again for a link that its keys do not last for: %s', async (link) => {
		const bucket = await makeBucket();
		const between = await sessionsOf(600, 900);
		const own = { ...connection, endpoint: between.url, roleSessionName: `renewed-${link}` };
		const made = await one(`presignedUrl.${link}`, { bucket, key: 'k', expiresIn: 500 }, { connection: own });
		expect(promised(made)).toEqual(aboutSeconds(495));
		expect(between.taken()).toEqual(['POST /']);
		const longer = await one(`presignedUrl.${link}`, { bucket, key: 'k', expiresIn: 900 }, { connection: own });
		expect(promised(longer)).toEqual(aboutSeconds(890));
		expect(between.taken()).toEqual(['POST /']);
	});

	test.each(['download', 'post'])('whose keys end too early for a link refuses it: %s', async (link) => {
		const bucket = await makeBucket();
		const between = await sessionsOf(600, 600);
		const own = { ...connection, endpoint: between.url, roleSessionName: `early-${link}` };
		const made = one(`presignedUrl.${link}`, { bucket, key: 'k', expiresIn: 900 }, { connection: own });
		expect((await refusal(made)).message).toMatch(
			/^'Expires In \(Seconds\)' is 900, but the keys of the credential's role expire in (59\d|600) seconds$/,
		);
	});

	test('with a different external ID in its trust policy gives an explained error', async () => {
		const words =
			'User: arn:aws:iam::1:user/n8n is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::1:role/r';
		const answer = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${words}</Message></Error></ErrorResponse>`;
		const between = await proxy(({ method }) =>
			method === 'POST' ? { status: 403, headers: { 'content-type': 'text/xml' }, body: answer } : 'pass',
		);
		const { status, message } = await test_({ ...connection, endpoint: between.url });
		expect(status).toBe('Error');
		expect(message).toContain("'External ID' matches the trust policy");
		expect(message).toContain(words);
	});
});

describe('the connection test', () => {
	test('of keys with access to one folder', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket, key: 'mine/a.txt', source: 'text', text: 'x' });
		const { name, ...keys } = await makeUser();
		await allow(bucket, name, [
			{
				Action: 's3:ListBucket',
				Resource: `arn:aws:s3:::${bucket}`,
				Condition: { StringLike: { 's3:prefix': 'mine/*' } },
			},
			{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/mine/*` },
		]);
		expect(await test_({ ...keys, bucket })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('s3:ListBucket'),
		});
		expect(await test_({ ...keys, bucket, prefix: 'mine/' })).toEqual({
			status: 'OK',
			message: 'Connection tested successfully',
		});
		expect(await test_({ ...keys, bucket, prefix: 'mine/', testAccess: 'read' })).toEqual({
			status: 'OK',
			message: 'Connection tested successfully',
		});
		expect(await test_({ ...keys, bucket, prefix: 'mine/empty', testAccess: 'read' })).toEqual({
			status: 'OK',
			message: 'Connection tested successfully. Listing works; there was no object to read.',
		});
		expect(await test_({ ...keys, bucket, prefix: 'mine/', testAccess: 'write' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('s3:PutObject'),
		});
	});

	test('of write-only keys', async () => {
		const bucket = await makeBucket();
		const { name, ...keys } = await makeUser();
		await allow(bucket, name, [{ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` }]);
		const { status, message } = await test_({ ...keys, bucket, prefix: 'in/', testAccess: 'write' });
		expect({ status, message }).toMatchObject({
			status: 'OK',
			message: expect.stringContaining('s3:DeleteObject, which is for this clean-up only'),
		});
		const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
		expect(Contents.map(({ Key }) => Key)).toEqual([expect.stringMatching(/^in\/\.n8n-connection-test-[0-9a-f]{16}$/)]);
		expect(message).toContain(String(Contents[0]?.Key));
	});

	test('with write access leaves no object behind', async () => {
		const bucket = await makeBucket();
		expect(await test_({ bucket, testAccess: 'write' })).toEqual({
			status: 'OK',
			message: 'Connection tested successfully',
		});
		expect((await sdk.send(new ListObjectsV2Command({ Bucket: bucket }))).KeyCount).toBe(0);
		const versioned = await newBucket([]);
		expect(await test_({ bucket: versioned, testAccess: 'write' })).toMatchObject({ status: 'OK' });
		const { Versions, DeleteMarkers } = await sdk.send(new ListObjectVersionsCommand({ Bucket: versioned }));
		expect({ Versions, DeleteMarkers }).toEqual({});
		expect(await test_({ testAccess: 'write' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining("'Test Access' needs a bucket"),
		});
	});
});

describe('defaults of the connection', () => {
	test('apply to every write, and options override them', async () => {
		const bucket = await makeBucket();
		const between = await proxy();
		const connection = {
			endpoint: between.url,
			serverSideEncryption: 'aws:kms',
			kmsKeyId: 'testkey-1',
			storageClass: 'STANDARD_IA',
			requesterPays: true,
		};
		const head = async (Key: string) => await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key }));
		await s3('object.upload', { bucket, key: 'small', source: 'text', text: 'x' }, { connection });
		expect(between.requests.at(-1)?.headers).toMatchObject({
			'x-amz-server-side-encryption': 'aws:kms',
			'x-amz-server-side-encryption-aws-kms-key-id': 'testkey-1',
			'x-amz-storage-class': 'STANDARD_IA',
			'x-amz-request-payer': 'requester',
		});
		expect(await head('small')).toMatchObject({
			ServerSideEncryption: 'aws:kms',
			SSEKMSKeyId: 'testkey-1',
			StorageClass: 'STANDARD_IA',
		});
		await s3(
			'object.upload',
			{ bucket, key: 'big' },
			{ connection, items: [{ json: {}, binary: { data: await keepBinary(randomBytes(9 * MiB)) } }] },
		);
		expect(await head('big')).toMatchObject({ ServerSideEncryption: 'aws:kms', StorageClass: 'STANDARD_IA' });
		// The local server cannot copy objects that it has encrypted.
		await s3('object.upload', { bucket, key: 'unencrypted', source: 'text', text: 'x' });
		await s3(
			'object.copy',
			{ sourceBucket: bucket, sourceKey: 'unencrypted', destinationBucket: bucket, destinationKey: 'copy' },
			{ connection: { storageClass: 'STANDARD_IA' } },
		);
		expect(await head('copy')).toMatchObject({ StorageClass: 'STANDARD_IA' });
		await s3(
			'object.upload',
			{
				bucket,
				key: 'plain',
				source: 'text',
				text: 'x',
				options: { serverSideEncryption: 'none', storageClass: 'STANDARD', requesterPays: false },
			},
			{ connection },
		);
		const { headers = {} } = between.requests.at(-1) ?? {};
		expect(Object.keys(headers).filter((name) => /encryption|payer/.test(name))).toEqual([]);
		expect(await head('plain')).not.toHaveProperty('ServerSideEncryption');
		between.taken();
		await s3('object.get', { bucket, key: 'plain' }, { connection });
		expect(between.requests.at(-1)?.headers).not.toHaveProperty('x-amz-server-side-encryption');
	});

	test('give way to an SSE-C key', async () => {
		const bucket = await makeBucket();
		const options = { sseCustomerKey: randomBytes(32).toString('base64') };
		const connection = { serverSideEncryption: 'AES256' };
		await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'x', options }, { connection });
		expect(await one('object.get', { bucket, key: 'k', simplify: false, options }, { connection })).toMatchObject({
			sseCustomerAlgorithm: 'AES256',
		});
	});

	test('an empty bucket means the bucket of the connection', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket: '', key: 'k', source: 'text', text: 'x' }, { connection: { bucket } });
		expect(await one('object.exists', { bucket, key: 'k' })).toMatchObject({ exists: true });
	});
});

describe('a bucket in another region', () => {
	const signedFor = (authorization = '') => /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1];
	const elsewhere = async () =>
		await proxy(({ headers, method }) => {
			if (signedFor(headers.authorization) === 'eu-west-1') return 'pass';
			const fault = refused(301, 'PermanentRedirect', 'The bucket must be addressed using the specified endpoint.');
			return {
				...fault,
				headers: { ...fault.headers, 'x-amz-bucket-region': 'eu-west-1' },
				body: method === 'HEAD' ? undefined : fault.body,
			};
		});

	test('is found once for all items, with a hint for the user', async () => {
		const bucket = await makeBucket();
		const between = await elsewhere();
		const connection = { endpoint: between.url };
		const output = await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'x' }, { connection });
		expect(between.taken()).toHaveLength(2);
		expect(output.hints).toEqual([
			`Bucket '${bucket}' is in the region eu-west-1, not in us-east-1. The request was redirected. Choose eu-west-1 in the credential to avoid this.`,
		]);
		const items = Array.from({ length: 10 }, () => ({ json: {} }));
		await s3('object.get', { bucket, key: 'k' }, { connection, items });
		expect(between.taken()).toHaveLength(10);
	});

	test('is found from the status of a HEAD response, which has no body', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'x' });
		const between = await elsewhere();
		expect(await one('object.exists', { bucket, key: 'k' }, { connection: { endpoint: between.url } })).toMatchObject({
			exists: true,
		});
	});

	const uploadTo = async (bucket: string, endpoint: string, strictRegion: boolean) =>
		await s3(
			'object.upload',
			{ bucket, key: 'k', source: 'text', text: 'x' },
			{ connection: { endpoint, strictRegion } },
		);

	const elsewhereThan = (bucket: string) => ({
		message: `The bucket '${bucket}' is in the region eu-west-1, not in us-east-1`,
		description: expect.stringContaining("'Region'"),
	});

	test('gives an error with a strict region', async () => {
		const bucket = await makeBucket();
		const between = await elsewhere();
		expect(await refusal(uploadTo(bucket, between.url, true))).toEqual(elsewhereThan(bucket));
	});

	test('stays an error with a strict region once another connection has found it', async () => {
		const bucket = await makeBucket();
		const between = await elsewhere();
		await uploadTo(bucket, between.url, false);
		expect(await refusal(uploadTo(bucket, between.url, true))).toEqual(elsewhereThan(bucket));
	});
});

test('each operation on an object sends one request', async () => {
	const bucket = await makeBucket();
	const between = await proxy();
	const connection = { endpoint: between.url };
	const counted = async (operation: `${string}.${string}`, parameters: object) => {
		await s3(operation, { bucket, key: 'k', ...parameters }, { connection });
		return between.taken().length;
	};
	expect({
		upload: await counted('object.upload', { source: 'text', text: 'x' }),
		get: await counted('object.get', {}),
		exists: await counted('object.exists', {}),
		download: await counted('object.download', {}),
		getAll: await counted('object.getAll', {}),
		copy: await counted('object.copy', {
			sourceBucket: bucket,
			sourceKey: 'k',
			destinationBucket: bucket,
			destinationKey: 'c',
		}),
		getAcl: await counted('object.getAcl', {}),
		setAcl: await counted('object.setAcl', { options: { acl: 'private' } }),
		delete: await counted('object.delete', {}),
		deleteMany: await counted('object.deleteMany', { keys: '["a","b"]' }),
		link: await counted('presignedUrl.download', {}),
	}).toEqual({
		upload: 1,
		get: 1,
		exists: 1,
		download: 1,
		getAll: 1,
		copy: 1,
		getAcl: 1,
		setAcl: 1,
		delete: 1,
		deleteMany: 1,
		link: 0,
	});
});

describe('the host', () => {
	const before = { ...process.env };
	afterEach(() => {
		process.env = { ...before };
	});

	test('does not leak its AWS credentials and settings into requests', async () => {
		let trapped = 0;
		const trap = createServer((_, response) => {
			trapped++;
			response.end('{}');
		});
		const address = `http://${await listen(trap)}`;
		const config = join(await mkdtemp(join(tmpdir(), 'aws-')), 'config');
		const settings = `region = ap-east-1\nendpoint_url = ${address}\naws_access_key_id = HOSTKEY\naws_secret_access_key = hostsecret\n`;
		await writeFile(config, `[default]\n${settings}[host]\n${settings}[profile host]\n${settings}`);
		Object.assign(process.env, {
			AWS_ACCESS_KEY_ID: 'HOSTKEY',
			AWS_SECRET_ACCESS_KEY: 'hostsecret',
			AWS_SESSION_TOKEN: 'hosttoken',
			AWS_REGION: 'ap-east-1',
			AWS_DEFAULT_REGION: 'ap-east-1',
			AWS_PROFILE: 'host',
			AWS_CONFIG_FILE: config,
			AWS_SHARED_CREDENTIALS_FILE: config,
			AWS_ENDPOINT_URL: address,
			AWS_ENDPOINT_URL_S3: address,
			AWS_ENDPOINT_URL_STS: address,
			AWS_EC2_METADATA_SERVICE_ENDPOINT: address,
			AWS_CONTAINER_CREDENTIALS_FULL_URI: address,
			AWS_ROLE_ARN: 'arn:aws:iam::1:role/host',
			AWS_WEB_IDENTITY_TOKEN_FILE: '/etc/hostname',
			AWS_USE_DUALSTACK_ENDPOINT: 'true',
			AWS_USE_FIPS_ENDPOINT: 'true',
			AWS_MAX_ATTEMPTS: '1',
		});
		const bucket = await makeBucket();
		const between = await proxy();
		await s3(
			'object.upload',
			{ bucket, key: 'k', source: 'text', text: 'x' },
			{ connection: { endpoint: between.url } },
		);
		const seen = JSON.stringify(between.requests);
		expect(seen).toContain(credentials.accessKeyId);
		for (const own of ['HOSTKEY', 'hosttoken', 'ap-east-1']) expect(seen).not.toContain(own);
		// Without a service URL, the request goes to AWS and not to the endpoint in the environment.
		const [link] = await s3(
			'presignedUrl.download',
			{ bucket, key: 'k' },
			{ connection: { endpoint: '', forcePathStyle: false } },
		);
		expect(String(link?.json.url)).toMatch(new RegExp(`^https://${bucket}\\.s3\\.us-east-1\\.amazonaws\\.com/k\\?`));
		expect(String(link?.json.url)).toContain(credentials.accessKeyId);
		expect(await refusal(s3('bucket.getAll', {}, { connection: { accessKeyId: '' } }))).toMatchObject({
			message: "'Access Key ID' of the credential is empty",
		});
		expect(trapped).toBe(0);
	});

	test('provides the proxy settings, as for n8n itself', async () => {
		const bucket = await makeBucket();
		const through: string[] = [];
		const forward = await startProxy(server.endpoint, ({ url = '' }) => {
			through.push(url);
			return 'pass';
		});
		Object.assign(process.env, { HTTP_PROXY: forward.url, NO_PROXY: 'unrelated.example' });
		// A different host name creates a new client, which reads the proxy settings.
		const connection = { endpoint: server.endpoint.replace('127.0.0.1', 'localhost') };
		await s3('object.upload', { bucket, key: 'k', source: 'text', text: 'x' }, { connection });
		expect(through).toEqual([expect.stringContaining(`http://localhost`)]);
		process.env.NO_PROXY = 'localhost';
		await s3('object.get', { bucket, key: 'k' }, { connection: { ...connection, ignoreSslIssues: true } });
		expect(through).toHaveLength(1);
	});

	test('virtual-hosted addressing puts the bucket into the host name', async () => {
		const bucket = await makeBucket();
		// The proxy replaces a DNS server that resolves *.localhost.
		const forward = await startProxy(server.endpoint);
		const endpoint = server.endpoint.replace('127.0.0.1', 'localhost');
		Object.assign(process.env, { HTTP_PROXY: forward.url, NO_PROXY: '' });
		const connection = { endpoint, forcePathStyle: false, region: 'eu-west-1' };
		await s3('object.upload', { bucket, key: 'a b/ü', source: 'text', text: 'x' }, { connection });
		expect(forward.taken()).toEqual([
			`PUT ${endpoint.replace('localhost', `${bucket}.localhost`)}/a%20b/%C3%BC?x-id=PutObject`,
		]);
		expect(await one('object.exists', { bucket, key: 'a b/ü' })).toMatchObject({ exists: true });
	});
});

describe('TLS', () => {
	test('an untrusted certificate gives an error with help, unless Ignore SSL Issues is on', async () => {
		const secure = await startTls(server.endpoint);
		const endpoint = secure.url;
		expect(await test_({ endpoint })).toEqual({
			status: 'Error',
			message: expect.stringMatching(
				/^The certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted\. .*'Ignore SSL Issues \(Insecure\)'/,
			),
		});
		expect(await test_({ endpoint, ignoreSslIssues: true })).toEqual({
			status: 'OK',
			message: 'Connection tested successfully',
		});
	});
});
