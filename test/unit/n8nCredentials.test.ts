import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { AwsS3 } from '../../nodes/AwsS3/AwsS3.node';
import { chosenCredential } from '../../nodes/AwsS3/core/connection/credentialTypes';
import { jsonOf, runNode } from '../support/n8n';

const iam = { region: 'eu-central-1', accessKeyId: 'AKIA', secretAccessKey: 'secret' };

const role = {
	region: 'eu-central-1',
	stsAccessKeyId: 'AKIA',
	stsSecretAccessKey: 'secret',
	roleArn: 'arn:aws:iam::111122223333:role/n8n',
	externalId: 'a-word',
	roleSessionName: 'n8n-session',
};

/** All fields that n8n saves for the custom endpoints of a credential. */
const endpoints = {
	customEndpoints: true,
	...{ rekognitionEndpoint: 'r', lambdaEndpoint: 'l', snsEndpoint: 'n', sesEndpoint: 'e', sqsEndpoint: 'q' },
	...{ ssmEndpoint: 'm', bedrockEndpoint: 'b', bedrockRuntimeEndpoint: 'u' },
	s3Endpoint: 'https://bucket.vpce-1.s3.{region}.vpce.amazonaws.com',
};

/** The fields that a conversion reads. */
const readBy = (type: string, data: ICredentialDataDecryptedObject) => {
	const read = new Set<string>();
	const watched = new Proxy(data, {
		get: (target, name) => {
			read.add(String(name));
			return Reflect.get(target, name);
		},
	});
	return { connection: chosenCredential(type).connectionOf(watched), read: [...read].sort() };
};

test('AWS (IAM): which of its fields are used', () => {
	const data = { ...iam, ...endpoints, temporaryCredentials: true, sessionToken: 'token' };
	const { connection, read } = readBy('aws', data);
	expect(read).toEqual([
		...['accessKeyId', 'customEndpoints', 'region', 's3Endpoint', 'secretAccessKey', 'sessionToken', 'sqsEndpoint'],
		'temporaryCredentials',
	]);
	expect(connection).toMatchObject({
		region: 'eu-central-1',
		accessKeyId: 'AKIA',
		secretAccessKey: 'secret',
		sessionToken: 'token',
		endpoint: 'https://bucket.vpce-1.s3.eu-central-1.vpce.amazonaws.com',
		forcePathStyle: false,
	});
});

test('AWS (Assume Role): which of its fields are used', () => {
	const { connection, read } = readBy('awsAssumeRole', { ...role, ...endpoints, stsSessionToken: 'token' });
	expect(read).toEqual([
		...['customEndpoints', 'externalId', 'region', 'roleArn', 'roleSessionName', 's3Endpoint', 'sqsEndpoint'],
		...['stsAccessKeyId', 'stsSecretAccessKey', 'stsSessionToken', 'useSystemCredentialsForRole'],
	]);
	expect(connection).toMatchObject({
		region: 'eu-central-1',
		accessKeyId: 'AKIA',
		secretAccessKey: 'secret',
		sessionToken: 'token',
		role: {
			arn: 'arn:aws:iam::111122223333:role/n8n',
			externalId: 'a-word',
			sessionName: 'n8n-session',
			duration: 3600,
			endpoint: 'https://sts.eu-central-1.amazonaws.com',
		},
	});
});

const linkOf = async (credentialType: string, credentials: ICredentialDataDecryptedObject) => {
	const parameters = { resource: 'presignedUrl', operation: 'download', bucket: 'my-bucket', key: 'k', credentialType };
	const [json] = jsonOf(await runNode({ parameters, credentials }));
	return String(json?.url).split('?')[0];
};

test.each([
	['AWS', {}, 'https://my-bucket.s3.eu-central-1.amazonaws.com/k'],
	['AWS in China', { region: 'cn-north-1' }, 'https://my-bucket.s3.cn-north-1.amazonaws.com.cn/k'],
	[
		'an endpoint that is switched off',
		{ customEndpoints: false, s3Endpoint: 'https://s3.example.com' },
		'https://my-bucket.s3.eu-central-1.amazonaws.com/k',
	],
	[
		'an endpoint with a place for the region',
		{ customEndpoints: true, s3Endpoint: 'https://s3.{region}.amazonaws.com' },
		'https://my-bucket.s3.eu-central-1.amazonaws.com/k',
	],
	[
		'another service, with the bucket in the path',
		{ customEndpoints: true, s3Endpoint: 'https://minio.example.com:9000/' },
		'https://minio.example.com:9000/my-bucket/k',
	],
	['a session token that is switched off', { temporaryCredentials: false, sessionToken: 'old' }, expect.anything()],
])('%s', async (_, more, address) => {
	expect(await linkOf('aws', { ...iam, ...more })).toEqual(address);
});

test.each([
	['aws', { ...iam, accessKeyId: '' }, "'Access Key ID' of the credential is empty"],
	['aws', { ...iam, secretAccessKey: ' ' }, "'Secret Access Key' of the credential is empty"],
	['aws', { ...iam, region: '' }, "'Region' of the credential is empty"],
	['aws', { ...iam, region: 'x.evil.com/' }, "'Region' of the credential is not a region of AWS: 'x.evil.com/'"],
	[
		'aws',
		{ ...iam, customEndpoints: true, s3Endpoint: 'minio' },
		"'S3 Endpoint' of the credential is not a URL: 'minio'",
	],
	[
		'aws',
		{ ...iam, customEndpoints: true, s3Endpoint: 'http://169.254.169.254' },
		"'S3 Endpoint' of the credential is an address of the machine's own metadata: '169.254.169.254'",
	],
	['awsAssumeRole', { ...role, stsAccessKeyId: '' }, "'STS Access Key ID' of the credential is empty"],
	['awsAssumeRole', { ...role, stsSecretAccessKey: '' }, "'STS Access Key Secret' of the credential is empty"],
	['awsAssumeRole', { ...role, roleArn: '' }, "'Role ARN' of the credential is empty"],
])('%s with %j is refused before any request', async (type, data, message) => {
	await expect(linkOf(type, data)).rejects.toMatchObject({ message });
});

test('a failure names the fields of the credential', async () => {
	const parameters = { resource: 'bucket', operation: 'getAll', credentialType: 'aws' };
	const credentials = { ...iam, customEndpoints: true, s3Endpoint: 'http://127.0.0.1:1' };
	await expect(runNode({ parameters, credentials })).rejects.toMatchObject({
		message: 'http://127.0.0.1:1 cannot be reached',
		description: "Check 'S3 Endpoint' in the credential, and that n8n can reach this host and port.",
	});
});

test('the node takes these credentials and no others', () => {
	const { credentials = [], properties } = new AwsS3().description;
	expect(credentials.map(({ name }) => name)).toEqual(['awsS3Api', 'aws', 'awsAssumeRole', 'awsS3DestinationApi']);
	expect(properties[0]).toMatchObject({ displayName: 'Credential Type', name: 'credentialType', default: 'awsS3Api' });
});

test('a node that was saved before the parameter existed uses our own credential', () => {
	for (const nothing of [undefined, '', 'constructor', 5]) expect(chosenCredential(nothing).name).toBe('awsS3Api');
});
