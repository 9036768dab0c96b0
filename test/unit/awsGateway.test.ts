import type { IncomingMessage } from 'node:http';
import { createServer, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import { signRequest } from '../../nodes/AwsS3/s3/client/signRequest';
import { startGateway } from '../support/aws/gateway.mjs';
import { listen } from '../support/listen';
import { startProxy } from '../support/proxy';

const owner = { accessKeyId: 'OWNER', secretAccessKey: 'owner-secret' };
const ofRole = { accessKeyId: 'ROLE', secretAccessKey: 'role-secret', sessionToken: 'role-token' };
const secrets = new Map<string, { accessKeyId: string; secretAccessKey: string }>();

interface Seen {
	line: string;
	body: string;
	isValid: boolean;
	scope?: string;
}

let seen: Seen[];
let aws: string;
let gateway: Awaited<ReturnType<typeof startGateway>>;

/** Signs a request again as AWS does it to check a signature: with the name of the host that it was sent to. */
const isValid = async ({ method = '', url = '', headers }: IncomingMessage) => {
	const { authorization = '' } = headers;
	const [, id = '', region = '', service = '', names = ''] =
		/Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+)/.exec(authorization) ?? [];
	const credentials = secrets.get(id);
	if (!credentials || region !== 'us-east-1' || headers.host !== new URL(aws).host) return false;
	const date = String(headers['x-amz-date']).replace(
		/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/,
		'$1-$2-$3T$4:$5:$6.000Z',
	);
	const signer = new SignatureV4({ service, region, credentials, sha256: Sha256, uriEscapePath: false });
	const [path = '', query = ''] = url.split('?');
	const signed = await signer.sign(
		{
			...{ method, protocol: 'http:', hostname: headers.host, path },
			query: Object.fromEntries(new URLSearchParams(query)),
			headers: Object.fromEntries(names.split(';').map((name) => [name, String(headers[name])])),
		},
		{ signingDate: new Date(date), signableHeaders: new Set(names.split(';')) },
	);
	return signed.headers.authorization === authorization;
};

const sessionXml = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;

beforeEach(async () => {
	seen = [];
	secrets.clear();
	secrets.set(owner.accessKeyId, owner);
	secrets.set(ofRole.accessKeyId, ofRole);
	const server = createServer((request, response) => {
		void (async () => {
			const [body, valid] = await Promise.all([text(request), isValid(request)]);
			const [, scope] = /Credential=[^/]+\/\d+\/([^,]+)\/aws4_request/.exec(request.headers.authorization ?? '') ?? [];
			seen.push({ line: `${request.method} ${request.url}`, body, isValid: valid, scope });
			response.end(scope?.endsWith('sts') ? sessionXml : 'content');
		})();
	});
	aws = `http://${await listen(server)}`;
	const make = {
		user: async (name: string) => ({ name, accessKeyId: 'MADE', secretAccessKey: 'made' }),
		role: async () => {
			throw new Error('No roles here');
		},
	};
	gateway = await startGateway({ s3: aws, sts: aws, region: 'us-east-1' }, owner, make);
});
afterEach(() => gateway.stop());

const clientAt = (endpoint: string, credentials: object = owner, region = 'us-east-1') =>
	new S3Client({
		...{ endpoint, region, forcePathStyle: true, credentials: { ...owner, ...credentials } },
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});

test.each(['a', 'ä b+c?#%', 'x//y', '../up', '/leading', "!'()*~"])(
	'signs again what was signed for it: %j',
	async (Key) => {
		const proxy = await startProxy(gateway.url);
		const s3 = clientAt(proxy.url, owner, 'eu-west-1');
		await s3.send(new PutObjectCommand({ Bucket: 'bucket', Key, Body: 'content', Metadata: { name: 'value  ' } }));
		expect(seen).toEqual([expect.objectContaining({ isValid: true, body: 'content', scope: 'us-east-1/s3' })]);
		const response = await s3.send(new GetObjectCommand({ Bucket: 'bucket', Key, VersionId: 'a+b/c=' }));
		expect(await response.Body?.transformToString()).toBe('content');
		expect(seen.map(({ isValid: is }) => is)).toEqual([true, true]);
	},
);

test('a request with a wrong secret, or an unknown key, goes on as it is', async () => {
	for (const credentials of [{ secretAccessKey: 'wrong' }, { accessKeyId: 'STRANGER' }])
		await clientAt(gateway.url, credentials).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }));
	expect(seen.map(({ isValid: is }) => is)).toEqual([false, false]);
});

test('a request that was changed on its way goes on as it is', async () => {
	const { url, headers } = await signRequest(
		{ ...owner, region: 'us-east-1', endpoint: gateway.url },
		{ method: 'GET', url: `${gateway.url}/bucket/a`, query: {}, headers: {}, body: '' },
	);
	for (const changed of [url, url.replace('/a', '/b')]) await fetch(changed, { headers });
	expect(seen.map(({ line, isValid: is }) => [line, is])).toEqual([
		['GET /bucket/a', true],
		['GET /bucket/b', false],
	]);
});

test('keys of a role are known once they have come through', async () => {
	const sts = new STSClient({ endpoint: gateway.url, region: 'us-east-1', credentials: owner });
	const before = clientAt(gateway.url, ofRole);
	await before.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }));
	const { Credentials } = await sts.send(
		new AssumeRoleCommand({ RoleArn: 'arn:aws:iam::1:role/role', RoleSessionName: 's' }),
	);
	expect(Credentials?.AccessKeyId).toBe('ROLE');
	await before.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }));
	expect(seen.map(({ scope, isValid: is }) => [scope, is])).toEqual([
		['us-east-1/s3', false],
		['us-east-1/sts', true],
		['us-east-1/s3', true],
	]);
});

test('a bucket in the name of a host goes into the path, also through a forward proxy', async () => {
	const { host, port } = new URL(gateway.url);
	const { headers, url } = await signRequest(
		{ ...owner, region: 'us-east-1', endpoint: gateway.url },
		{ method: 'GET', url: `http://bucket.localhost:${port}/a`, query: {}, headers: {}, body: '' },
	);
	await new Promise((resolve, reject) => {
		request(
			{ host: '127.0.0.1', port, path: url, headers: { ...headers, host: `bucket.localhost:${port}` } },
			(response) => {
				response.resume().once('end', resolve);
			},
		)
			.once('error', reject)
			.end();
	});
	expect(host).toBe(`127.0.0.1:${port}`);
	expect(seen).toEqual([expect.objectContaining({ line: 'GET /bucket/a', isValid: true })]);
});

test('makes users for the tests, and says why where it does not', async () => {
	const ask = async (what: string) => {
		const response = await fetch(`${gateway.makers}${what}`, { method: 'POST', body: JSON.stringify({ name: 'n' }) });
		return { status: response.status, body: await response.json() };
	};
	expect(await ask('user')).toEqual({
		status: 200,
		body: { name: 'n', accessKeyId: 'MADE', secretAccessKey: 'made' },
	});
	expect(await ask('role')).toEqual({ status: 500, body: { message: 'No roles here' } });
	secrets.set('MADE', { accessKeyId: 'MADE', secretAccessKey: 'made' });
	await clientAt(gateway.url, { accessKeyId: 'MADE', secretAccessKey: 'made' }).send(
		new GetObjectCommand({ Bucket: 'bucket', Key: 'a' }),
	);
	expect(seen).toEqual([expect.objectContaining({ isValid: true })]);
});
