import { authenticate } from '../../nodes/AwsS3/core/connection/httpRequest';
import { AwsS3Api } from '../../credentials/AwsS3Api.credentials';
import { AwsS3DestinationApi } from '../../credentials/AwsS3DestinationApi.credentials';
import { chosenCredential } from '../../nodes/AwsS3/core/connection/credentialTypes';
import { namingCredential } from '../../nodes/AwsS3/core/errors/namedCredential';
import { destinationCredential } from '../../nodes/AwsS3/core/objectFields/destination';
import { startFakeS3 } from '../support/fakeS3';
import { badInput } from '../../nodes/AwsS3/core/errors/badInput';
import { explain } from '../../nodes/AwsS3/core/errors/explain';
import { originalKept, s3Failure, wrongAnswer } from '../../nodes/AwsS3/s3/failure';
import { bucketSettingOf } from '../../nodes/AwsS3/s3/settings/bucketSettings';
import { refused, startProxy } from '../support/proxy';
import { jsonOf, runNode } from '../support/n8n';

const credentials = {
	region: 'eu-central-1',
	accessKeyId: 'AKIA',
	secretAccessKey: 'my-secret',
	sessionToken: 'my-token',
	forcePathStyle: true,
};

describe('names that every object has are no entries of tables', () => {
	test.each(['constructor', 'toString', '__proto__'])('a code: %s', async (code) => {
		const between = await startProxy('http://unused.invalid', () => refused(400, code, 'Words of S3.'));
		const [json] = jsonOf(
			await runNode({
				parameters: { resource: 'object', operation: 'download', bucket: 'a-bucket', key: 'k' },
				credentials: { ...credentials, endpoint: between.url },
				continueOnFail: true,
			}),
		);
		expect(json).toMatchObject({
			error: { message: `S3 rejected the request (${code})`, description: 'Words of S3.' },
		});
	});

	test('a code of the token service', () => {
		const failure = s3Failure({ message: 'Words.', code: 'AssumeRole.constructor', status: 400 });
		const { message } = explain(failure, { permissions: [] });
		expect(message).toBe('AWS STS returned no keys for the role ');
	});

	test('a bucket setting', () => {
		expect(() => bucketSettingOf('constructor')).toThrow("The bucket setting 'constructor' does not exist");
	});

	test('a region', async () => {
		const body = '<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">constructor</LocationConstraint>';
		const headers = { 'content-type': 'application/xml' };
		const between = await startProxy('http://unused.invalid', () => ({ status: 200, headers, body }));
		const parameters = { resource: 'bucket', operation: 'getLocation', bucket: 'a-bucket' };
		const [json] = jsonOf(await runNode({ parameters, credentials: { ...credentials, endpoint: between.url } }));
		expect(json).toMatchObject({ region: 'constructor' });
	});
});

describe('with two credentials, a message says which one it means', () => {
	/** Copies from a place that answers nothing or refuses, to one that does the same. */
	const refusalOf = async (refusing: 'source' | 'destination', code: string, more: object = {}) => {
		const between = await startProxy('http://unused.invalid', () => refused(403, code, 'Words of S3.'));
		const empty = await startFakeS3();
		const endpointOf = (side: string) => (side === refusing ? between.url : empty.endpoint);
		const [json] = jsonOf(
			await runNode({
				parameters: {
					...{ resource: 'transfer', operation: 'run', bucket: 'here', destinationBucket: 'there' },
					...{ destination: 'destinationConnection', destinationPrefix: 'to/', ...more },
				},
				credentials: { ...credentials, endpoint: endpointOf('source') },
				destination: { ...credentials, endpoint: endpointOf('destination') },
				continueOnFail: true,
			}),
		);
		return json?.error;
	};
	const names = {
		source: "the source credential ('Amazon S3 API')",
		destination: "the destination credential ('Amazon S3 Destination API')",
	};

	test.each([
		['InvalidAccessKeyId', 'S3 does not know the access key of NAME', "Check 'Access Key ID' in NAME."],
		['SignatureDoesNotMatch', 'The secret access key does not match the access key ID of NAME', 'in NAME again'],
		['ExpiredToken', 'The session token of NAME has expired or is invalid', "'Session Token' in NAME"],
	])('%s', async (code, message, description) => {
		for (const side of ['source', 'destination'] as const)
			expect(await refusalOf(side, code)).toMatchObject({
				message: message.replace('NAME', names[side]),
				description: expect.stringContaining(description.replace('NAME', names[side])),
			});
	});

	test('a role, whose client belongs to another connection with the same keys', async () => {
		const body = '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>Words</Message></Error></ErrorResponse>';
		const headers = { 'content-type': 'text/xml' };
		const sts = await startProxy('http://unused.invalid', () => ({ status: 403, headers, body }));
		const role = { authentication: 'assumeRole', roleArn: 'arn:aws:iam::111122223333:role/r', stsEndpoint: sts.url };
		const parameters = { ...{ resource: 'transfer', operation: 'run', bucket: 'here' }, destinationBucket: 'there' };
		const places = { ...parameters, destination: 'destinationConnection' };
		const withRole = { ...credentials, ...role, endpoint: sts.url };
		const empty = await startFakeS3();
		const other = { ...credentials, endpoint: empty.endpoint };
		const ofSource = runNode({ parameters: places, credentials: withRole, destination: other });
		await expect(ofSource).rejects.toThrow(names.source);
		const ofDestination = runNode({ parameters: places, credentials: other, destination: withRole });
		await expect(ofDestination).rejects.toThrow(names.destination);
	});

	test('a setting that is missing', async () => {
		const parameters = { ...{ resource: 'transfer', operation: 'run' }, destination: 'destinationConnection' };
		const of = async (own: object, second: object) =>
			await runNode({
				parameters,
				credentials: { ...credentials, ...own },
				destination: { ...credentials, ...second },
			});
		await expect(of({ accessKeyId: '' }, {})).rejects.toThrow(names.source);
		await expect(of({}, { accessKeyId: '' })).rejects.toThrow(names.destination);
	});

	test('the names are those of the credentials in the editor', () => {
		expect(new AwsS3DestinationApi().displayName).toBe(destinationCredential.name);
		expect(new AwsS3Api().displayName).toBe(chosenCredential(undefined).label);
	});

	test.each([
		[
			"the credential's region, and The credential.",
			"the source credential's region, and The source credential ('X').",
		],
		["only the credential 'Amazon S3 API' has it", "only the credential 'Amazon S3 API' has it"],
		['the credentials of the credential', "the credentials of the source credential ('X')"],
	])('%s', (text, named) => {
		expect(namingCredential(text, { side: 'source', name: 'X' })).toBe(named);
	});
});

describe('secrets are in no message', () => {
	const url = 'https://b.s3.amazonaws.com/k?X-Amz-Security-Token=t0ken&x-amz-signature=c0ffee&partNumber=1';

	test.each<[string, unknown]>([
		['of S3', s3Failure({ code: 'Strange', status: 400, message: `Not at ${url}` })],
		['about a key', s3Failure({ code: 'NoSuchKey', status: 404, message: 'No', bucket: 'b', key: url })],
		['about input', badInput(`'Key' cannot be ${url}`, `Not ${url}`)],
		['of a program', new TypeError(`Invalid URL: ${url}`)],
		['of other services', new Error('https://a.example/?sig=c0ffee&x=1 and https://b.example?a=1&Signature=c0ffee')],
	])('%s: signatures of URLs', (_, error) => {
		const { message, description } = explain(error, { permissions: [] });
		expect(message + description).not.toMatch(/c0ffee|t0ken/);
		expect(message + description).toContain('***');
	});

	test('secrets of the connection', () => {
		const words = 'my-secret and my-token are not AKIA';
		const failure = s3Failure({ code: 'Strange', status: 400, message: words, connection: credentials });
		expect(explain(failure, { permissions: [] }).description).toBe('*** and *** are not AKIA');
	});
});

test('a server that answers as S3 never does, and a move that leaves its original, come with what to do', () => {
	const attempt = { permissions: [], connection: { ...credentials, endpoint: 'https://s3.example.com' } };
	expect(explain(wrongAnswer('The listing is incomplete'), attempt)).toEqual({
		message: 'The listing is incomplete',
		description: expect.stringContaining('ask the operator of https://s3.example.com'),
		code: 'WrongAnswer',
	});
	expect(explain(originalKept("'a' was kept"), attempt)).toEqual({
		message: "'a' was kept",
		description: expect.stringContaining('Both objects remain'),
		code: 'OriginalKept',
	});
});

describe('the HTTP Request node gets a signature', () => {
	const { forcePathStyle: _path, ...aws } = credentials;
	const send = async (url: string, more: object = {}) =>
		await authenticate({ ...aws, ...more }, { method: 'GET', url });

	test.each([
		'https://my-bucket.s3.eu-central-1.amazonaws.com/?versioning',
		'https://s3.eu-central-1.amazonaws.com/my-bucket',
		'https://s3.amazonaws.com/my-bucket',
		'https://my-bucket.s3.dualstack.eu-central-1.amazonaws.com/k',
		'https://mine-111122223333.s3-accesspoint.eu-central-1.amazonaws.com/k',
		'https://111122223333.s3-control.eu-central-1.amazonaws.com/v20180820/configuration/publicAccessBlock',
		'https://bucket.vpce-1a2b3c4d-5e6f.s3.eu-central-1.vpce.amazonaws.com/bucket',
	])('for S3: %s', async (url) => {
		expect((await send(url)).headers).toMatchObject({ 'x-amz-security-token': 'my-token' });
	});

	test.each([
		['a load balancer', 'https://s3-1234567890.eu-central-1.elb.amazonaws.com/'],
		['a machine', 'http://ec2-203-0-113-25.compute-1.amazonaws.com:9000/'],
		['an API', 'https://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod'],
		['another service', 'https://sqs.eu-central-1.amazonaws.com/'],
		['a website out of a bucket', 'http://my-bucket.s3-website.eu-central-1.amazonaws.com/'],
		['a website out of a bucket, by its older name', 'http://my-bucket.s3-website-us-east-1.amazonaws.com/'],
		['a host that ends alike', 'https://s3.eu-central-1.notamazonaws.com/'],
		['another partition', 'https://s3.cn-north-1.amazonaws.com.cn/'],
	])('for no other host: %s', async (_, url) => {
		await expect(send(url)).rejects.toThrow(`The credential is not for '${new URL(url).host}'`);
	});

	test('for the service of the connection alone', async () => {
		const own = { endpoint: 'https://s3.example.com' };
		expect((await send('https://my-bucket.s3.example.com/k', own)).headers).toHaveProperty('authorization');
		await expect(send('https://my-bucket.s3.eu-central-1.amazonaws.com/k', own)).rejects.toThrow('is not for');
		await expect(send('me:X-Amz-Signature?X-Amz-Signature=c0ffee', { endpoint: '' })).rejects.toThrow(
			"The credential is not for ''",
		);
	});
});

describe('what was probably meant is said', () => {
	const adviceFor = (code: string, at: { bucket: string; key?: string }) =>
		explain(s3Failure({ message: '', code, status: 404, ...at }), { permissions: [] }).description;

	test.each([
		['NoSuchKey', '/weather/a.csv', "'/weather/a.csv' starts with a slash, which is rare. Try 'weather/a.csv'."],
		[
			'NotFound',
			'weather/',
			"'weather/' is a folder. Choose an object in it, or use an operation of the resource 'Folder'.",
		],
		['NoSuchKey', 'weather.csv', expect.stringContaining('upper and lower case')],
	])('%s of the key %s', (code, key, advice) => {
		expect(adviceFor(code, { bucket: 'a-bucket', key })).toEqual(advice);
	});

	test.each(['NoSuchBucket', 'InvalidBucketName'])('%s of a bucket in capitals', (code) => {
		expect(adviceFor(code, { bucket: 'My-Files' })).toBe("Bucket names have no capitals. Try 'my-files'.");
		expect(adviceFor(code, { bucket: 'my-files' })).not.toContain('capitals');
	});
});
