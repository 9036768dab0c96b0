import { createServer } from 'node:http';
import { listen } from '../support/listen';
import { jsonOf, runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { bucketName, makeBucket, makeRole, server } from '../support/s3';

/** n8n's own credentials against the server, with nothing of the machine in the requests. */

const before = { ...process.env };
afterEach(() => {
	process.env = { ...before };
});

/** Sets everything that the SDK can take from an environment to something that must not be used. */
const hostileEnvironment = async () => {
	const asked: string[] = [];
	const trap = createServer(({ url = '' }, response) => {
		asked.push(url);
		response.end('{}');
	});
	const address = `http://${await listen(trap)}`;
	Object.assign(process.env, {
		...{ AWS_ACCESS_KEY_ID: 'HOSTKEY', AWS_SECRET_ACCESS_KEY: 'hostsecret', AWS_SESSION_TOKEN: 'hosttoken' },
		...{ AWS_REGION: 'ap-east-1', AWS_DEFAULT_REGION: 'ap-east-1', AWS_PROFILE: 'host' },
		...{ AWS_ENDPOINT_URL: address, AWS_ENDPOINT_URL_S3: address, AWS_ENDPOINT_URL_STS: address },
		...{ AWS_EC2_METADATA_SERVICE_ENDPOINT: address, AWS_CONTAINER_CREDENTIALS_FULL_URI: address },
		...{ AWS_ROLE_ARN: 'arn:aws:iam::1:role/host', AWS_WEB_IDENTITY_TOKEN_FILE: '/etc/hostname' },
	});
	return asked;
};

const keys = { accessKeyId: server.accessKeyId, secretAccessKey: server.secretAccessKey };

test('AWS (IAM) uploads, lists and reads, and nothing of the machine is used', async () => {
	const trapped = await hostileEnvironment();
	const bucket = await makeBucket();
	const between = await startProxy(server.endpoint);
	const credentials = { ...keys, region: 'us-east-1', customEndpoints: true, s3Endpoint: between.url };
	const run = async (operation: string, more: object) =>
		jsonOf(
			await runNode({ parameters: { resource: 'object', operation, credentialType: 'aws', ...more }, credentials }),
		);
	await run('upload', { bucket, key: 'k', source: 'text', text: 'x' });
	expect(await run('getAll', { bucket, returnAll: true })).toEqual([expect.objectContaining({ key: 'k' })]);
	expect(between.requests).toHaveLength(2);
	for (const { headers } of between.requests) expect(headers.authorization).toContain(`=${keys.accessKeyId}/`);
	expect(JSON.stringify(between.requests)).not.toMatch(/HOSTKEY|hosttoken|ap-east-1|role\/host/);
	expect(trapped).toEqual([]);
});

test('AWS (Assume Role) asks STS at AWS only, whatever its endpoint, and nothing of the machine is used', async () => {
	const trapped = await hostileEnvironment();
	const between = await startProxy(server.endpoint);
	const hosts: string[] = [];
	const proxy = createServer().on('connect', ({ url = '' }, socket) => {
		hosts.push(url);
		socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
	});
	Object.assign(process.env, { HTTPS_PROXY: `http://${await listen(proxy)}`, NO_PROXY: '127.0.0.1' });
	const parameters = { resource: 'object', operation: 'get', credentialType: 'awsAssumeRole', bucket: 'b', key: 'k' };
	const credentials = {
		...{ region: 'eu-west-1', customEndpoints: true, s3Endpoint: between.url },
		...{ stsAccessKeyId: keys.accessKeyId, stsSecretAccessKey: keys.secretAccessKey },
		// Another role each time: clients are kept, with their proxies.
		...{ roleArn: await makeRole(), externalId: 'a-word', roleSessionName: bucketName() },
	};
	await expect(runNode({ parameters: { ...parameters, bucket: 'some-bucket' }, credentials })).rejects.toThrow(
		'could not handle the request (AssumeRole.502)',
	);
	expect([...new Set(hosts)]).toEqual(['sts.eu-west-1.amazonaws.com:443']);
	expect(between.requests).toEqual([]);
	expect(trapped).toEqual([]);
});
