import { createECDH, createHash, createHmac, createPublicKey, verify } from 'node:crypto';
import type { ICredentialTestFunctions } from 'n8n-workflow';
import { awsS3ApiTest } from '../../nodes/AwsS3/core/connection/credentialTest';
import { parseAddress } from '../../nodes/AwsS3/s3/address';
import { bucketKinds } from '../../nodes/AwsS3/s3/bucketKinds';
import type { Sent } from '../support/aws';
import { startAws } from '../support/aws';
import type { Parameters } from '../support/n8n';
import { jsonOf, runNode } from '../support/n8n';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const credentials = { ...keys, region: 'eu-central-1', ignoreSslIssues: true };

let aws: Awaited<ReturnType<typeof startAws>>;
beforeAll(async () => {
	const list =
		'<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a/k</Key></Contents><Contents><Key>a/l</Key></Contents></ListBucketResult>';
	aws = await startAws(({ method, url = '' }, response) => {
		response.writeHead(200, { etag: '"e"' }).end(method === 'GET' && url.includes('list-type') ? list : undefined);
	});
	process.env.HTTPS_PROXY = aws.url;
});
afterAll(() => {
	delete process.env.HTTPS_PROXY;
});
beforeEach(() => aws.sent.splice(0));

const use = async (operation: string, parameters: Parameters, connection: object = {}) => {
	const [resource = '', verb = ''] = operation.split('.');
	return await runNode({
		parameters: { resource, operation: verb, ...parameters },
		credentials: { ...credentials, ...connection },
	});
};

const testConnection = async (connection: object) =>
	await awsS3ApiTest.call({} as ICredentialTestFunctions, {
		...{ id: '1', name: 'S3', type: 'awsS3Api' },
		data: { ...credentials, testAccess: 'list', ...connection },
	});

/** What a request was signed with: the algorithm, and the scope without the date. */
const signedWith = ({ headers }: Sent) => {
	const [, algorithm, scope] = /^(\S+) Credential=[^/]+\/\d+\/([^,]+)/.exec(headers.authorization ?? '') ?? [];
	return [algorithm, scope];
};

const hmac = 'AWS4-HMAC-SHA256';
const mrap = 'arn:aws:s3::111122223333:accesspoint/mfzwi23gnjvgw.mrap';
const accessPoint = 'arn:aws:s3:eu-west-1:111122223333:accesspoint/mine';

test.each<[string, string, string, string, string]>([
	['a bucket', 'my-bucket', 'my-bucket.s3.eu-central-1.amazonaws.com', hmac, 'eu-central-1/s3/aws4_request'],
	[
		'an access point, in its own region',
		accessPoint,
		'mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com',
		hmac,
		'eu-west-1/s3/aws4_request',
	],
	[
		'an access point with a colon',
		'arn:aws:s3:eu-west-1:111122223333:accesspoint:mine',
		'mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com',
		hmac,
		'eu-west-1/s3/aws4_request',
	],
	[
		'the alias of an access point',
		'mine-abcdefgh123456789012345678901234euc1a-s3alias',
		'mine-abcdefgh123456789012345678901234euc1a-s3alias.s3.eu-central-1.amazonaws.com',
		hmac,
		'eu-central-1/s3/aws4_request',
	],
	[
		'the address of an access point',
		'https://mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com/',
		'mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com',
		hmac,
		'eu-west-1/s3/aws4_request',
	],
	[
		'a Multi-Region Access Point',
		mrap,
		'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com',
		'AWS4-ECDSA-P256-SHA256',
		's3/aws4_request',
	],
])('%s: where requests go, and how they are signed', async (_, bucket, host, algorithm, scope) => {
	await use('object.get', { bucket, key: 'a b/ü' });
	expect(aws.sent).toMatchObject([{ method: 'HEAD', host, path: '/a%20b/%C3%BC' }]);
	expect(aws.sent.map(signedWith)).toEqual([[algorithm, scope]]);
});

const notSupported = /which this node does not support|which has no objects/;

type Refused = [what: string, bucket: string, message: RegExp, connection?: object];

const refusals: Refused[] = [
	['the alias of a Multi-Region Access Point', 'mfzwi23gnjvgw.mrap', /is the alias of a Multi-Region Access Point/],
	['an Object Lambda ARN', 'arn:aws:s3-object-lambda:eu-central-1:111122223333:accesspoint/mine', notSupported],
	['an Object Lambda alias', 'mine-abcdefgh123456789012345678901234--ol-s3', notSupported],
	['a directory bucket', 'mine--euc1-az1--x-s3', notSupported],
	['a directory bucket ARN', 'arn:aws:s3express:eu-central-1:111122223333:bucket/mine--euc1-az1--x-s3', notSupported],
	['an access point of a directory bucket', 'mine--euc1-az1--xa-s3', notSupported],
	['an ARN of one', 'arn:aws:s3express:eu-central-1:111122223333:accesspoint/mine--euc1-az1--xa-s3', notSupported],
	[
		'an access point on Outposts',
		'arn:aws:s3-outposts:eu-central-1:111122223333:outpost/op-01ac5d28a6a232904/accesspoint/mine',
		notSupported,
	],
	[
		'one with colons',
		'arn:aws:s3-outposts:eu-central-1:111122223333:outpost:op-01ac5d28a6a232904:accesspoint:mine',
		notSupported,
	],
	[
		'a bucket on Outposts',
		'arn:aws:s3-outposts:eu-central-1:111122223333:outpost/op-01ac5d28a6a232904/bucket/mine',
		notSupported,
	],
	['an Outposts alias', 'mine-o01ac5d28a6a232904e8xz5w8ijx1qzlbp3i3kuse10--op-s3', notSupported],
	['a table bucket', 'arn:aws:s3tables:eu-central-1:111122223333:bucket/mine', notSupported],
	['another partition', 'arn:aws-cn:s3:cn-north-1:111122223333:accesspoint/mine', /is in the partition aws-cn/],
	['another region, strictly', accessPoint, /is in the region eu-west-1, not in eu-central-1/, { strictRegion: true }],
	['every region, strictly', mrap, /does not work with 'Strict Region'/, { strictRegion: true }],
	['an access point by path', accessPoint, /does not work with 'Force Path Style'/, { forcePathStyle: true }],
	['an alias by path', 'mine-abc-s3alias', /is an access point.* 'Force Path Style'/, { forcePathStyle: true }],
	['an access point with acceleration', accessPoint, /does not work with 'Use Acceleration'/, { accelerate: true }],
	['several regions and FIPS', mrap, /does not work with 'Use FIPS'/, { fips: true }],
	['several regions and dual stack', mrap, /does not work with 'Use Dual-Stack'/, { dualstack: true }],
	[
		'several regions of another service',
		mrap,
		/does not work with 'Service URL'/,
		{ endpoint: 'https://s3.example.com' },
	],
];

test.each(refusals)('%s is refused before any request', async (...[, bucket, message, connection]: Refused) => {
	const inField = use('object.get', { bucket, key: 'k' }, connection);
	await expect(inField).rejects.toMatchObject({
		message: expect.stringMatching(message),
		description: expect.stringMatching(/^[A-Z]/),
	});
	const inConnection = use('object.get', { bucket: '', key: 'k' }, { ...connection, bucket });
	await expect(inConnection).rejects.toMatchObject({ message: expect.stringMatching(message) });
	const tested = await testConnection({ ...connection, bucket });
	expect(tested).toMatchObject({ status: 'Error', message: expect.stringMatching(message) });
	expect(aws.sent).toEqual([]);
});

test('other services may give such names to plain buckets', async () => {
	const endpoint = { endpoint: 'https://s3.example.com', forcePathStyle: true };
	await use('object.get', { bucket: 'mine.mrap', key: 'k' }, endpoint);
	await use('object.get', { bucket: 'mine-s3alias', key: 'k' }, endpoint);
	expect(aws.sent.map(({ host, path }) => host + path)).toEqual([
		's3.example.com/mine.mrap/k',
		's3.example.com/mine-s3alias/k',
	]);
});

test('every kind is tried here', () => {
	expect(bucketKinds.map(({ name }) => name)).toEqual([
		'access point',
		'Multi-Region Access Point',
		'alias of a Multi-Region Access Point',
		'Object Lambda access point',
		'directory bucket',
		'bucket on Outposts',
		'table bucket',
	]);
});

test('a key follows the ARN', () => {
	expect(parseAddress(`${mrap}/object/a/object/b`)).toEqual({ bucket: mrap, key: 'a/object/b' });
	expect(parseAddress(`${accessPoint}/object/two\nlines`)).toEqual({ bucket: accessPoint, key: 'two\nlines' });
	for (const text of [`${mrap}/k`, `${accessPoint}/other`, 'arn:aws:s3::111122223333:accesspoint/mine'])
		expect(parseAddress(text)).toBeUndefined();
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, by Node's own cryptography. */
const privateKey = () => {
	const label = Buffer.from(`AWS4-ECDSA-P256-SHA256\0${keys.accessKeyId}\u0001`);
	const input = Buffer.concat([Buffer.from([0, 0, 0, 1]), label, Buffer.from([0, 0, 1, 0])]);
	const candidate = createHmac('sha256', `AWS4A${keys.secretAccessKey}`).update(input).digest('hex');
	return (BigInt(`0x${candidate}`) + 1n).toString(16).padStart(64, '0');
};

const publicKey = () => {
	const pair = createECDH('prime256v1');
	pair.setPrivateKey(privateKey(), 'hex');
	const point = pair.getPublicKey();
	return { x: point.subarray(1, 33).toString('hex'), y: point.subarray(33).toString('hex') };
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const isValid = ({ method, path, headers }: Sent) => {
	const [, scope = '', names = '', signature = ''] =
		/Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=(\w+)$/.exec(headers.authorization ?? '') ?? [];
	const [plainPath = '', query = ''] = path.split('?');
	const lines = names.split(';').map((name) => `${name}:${String(headers[name]).trim()}\n`);
	const canonical = [method, plainPath, query, lines.join(''), names, headers['x-amz-content-sha256']].join('\n');
	const text = ['AWS4-ECDSA-P256-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
	const { x, y } = publicKey();
	const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');
	const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: base64(x), y: base64(y) }, format: 'jwk' });
	return verify('sha256', Buffer.from(text), key, Buffer.from(signature, 'hex'));
};

test('signatures for several regions are valid', async () => {
	// The pair of the test suite of AWS: https://github.com/awslabs/aws-c-auth/tree/main/tests/aws-signing-test-suite/v4a
	expect(publicKey()).toEqual({
		x: 'b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1',
		y: '865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518',
	});
	const at = { bucket: mrap, key: 'a b/ü' };
	await use('object.get', at);
	await use('object.upload', { ...at, source: 'text', text: 'content' }, { sessionToken: 'token' });
	expect(aws.sent.map(({ method }) => method)).toEqual(['HEAD', 'PUT']);
	expect(aws.sent.map(isValid)).toEqual([true, true]);
	expect(aws.sent.map(({ headers }) => headers['x-amz-region-set'])).toEqual(['*', '*']);
	const [first, ...others] = aws.sent.map((one) => ({ ...one, path: `${one.path}x` }));
	expect([first, ...others].map((one) => one && isValid(one))).toEqual([false, false]);
});

test.each<[string, Parameters, RegExp]>([
	['bucket.get', { bucket: mrap }, /does not support/],
	['bucket.getLocation', { bucket: mrap }, /does not support GetBucketLocation$/],
	['bucketSetting.set', { bucket: mrap, setting: 'versioning', status: 'Enabled' }, /does not support/],
	['folder.delete', { bucket: mrap, folder: 'a/' }, /does not support DeleteObjects$/],
	['object.deleteMany', { bucket: mrap, keys: '["a", "b"]' }, /does not support DeleteObjects$/],
	['version.getAll', { bucket: mrap }, /does not support ListObjectVersions$/],
	[
		'object.copy',
		{ sourceBucket: mrap, sourceKey: 'a', destinationBucket: 'other', destinationKey: 'b' },
		/^A Multi-Region Access Point does not support copies from it$/,
	],
	['presignedUrl.download', { bucket: mrap, key: 'a' }, /^This node cannot sign links to a Multi-Region Access Point$/],
	['presignedUrl.post', { bucket: mrap, key: 'a' }, /^This node cannot sign links to a Multi-Region Access Point$/],
])('%s of a Multi-Region Access Point says what is not supported', async (operation, parameters, message) => {
	await expect(use(operation, parameters)).rejects.toMatchObject({
		message: expect.stringMatching(message),
		description: expect.stringMatching(/^Nothing was changed\. Enter the name of one of its buckets/),
	});
	expect(aws.sent.filter(({ method }) => !/^(GET|HEAD)$/.test(method))).toEqual([]);
});

test('the bucket of a connection may be an ARN, also that of a plain bucket', async () => {
	for (const bucket of ['arn:aws:s3:::my-bucket', accessPoint, mrap])
		expect(await testConnection({ bucket })).toMatchObject({ status: 'OK' });
	expect(aws.sent.map(({ host }) => host)).toEqual([
		'my-bucket.s3.eu-central-1.amazonaws.com',
		'mine-111122223333.s3-accesspoint.eu-west-1.amazonaws.com',
		'mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com',
	]);
});

test("'Ignore SSL Issues' also holds behind a proxy", async () => {
	const at = { bucket: 'my-bucket', key: 'k' };
	await use('object.get', at);
	expect(aws.sent).toHaveLength(1);
	const strict = use('object.get', at, { ignoreSslIssues: false });
	await expect(strict).rejects.toMatchObject({ message: 'The certificate of S3 in eu-central-1 is not trusted' });
});

test('links to an access point go to its region', async () => {
	const [json] = jsonOf(await use('presignedUrl.download', { bucket: accessPoint, key: 'k' }));
	expect(json?.url).toMatch(
		/^https:\/\/mine-111122223333\.s3-accesspoint\.eu-west-1\.amazonaws\.com\/k\?.*eu-west-1%2Fs3%2Faws4_request/,
	);
});
