import { PutObjectCommand } from '@aws-sdk/client-s3';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { call, credential, credentialData } from '../support/e2e';
import { listen } from '../support/listen';
import { refused, startProxy } from '../support/proxy';
import { allow, makeBucket, makeRole, makeUser, sdk, server } from '../support/s3';
import { startTls } from '../support/tls';

/** The request that the editor makes when somebody saves a credential. */
const tested = async (data: object): Promise<{ status: string; message: string }> => {
	const answer = await call('POST', '/credentials/test', {
		credentials: { id: (await credential()).id, name: 'S3', type: 'awsS3Api', data: { ...credentialData, ...data } },
	});
	return { status: String(answer.status), message: String(answer.message) };
};

/** Names and ports differ from run to run. */
const fixedLimit = (text: string, ...names: string[]) =>
	names.reduce(
		(rest, name, index) => rest.replaceAll(name, `NAME${index + 1}`),
		text.replace(/127\.0\.0\.1:\d+/g, 'HOST').replace(/test-[0-9a-f]{16}/g, 'hex'),
	);

const behind = async (decide: Parameters<typeof startProxy>[1], data: object) => {
	const between = await startProxy(server.endpoint, decide);
	return await tested({ ...data, endpoint: between.url });
};

const stsRefusal =
	'<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>';

const cases: Record<string, () => Promise<{ status: string; message: string }>> = {
	'good keys': async () => await tested({}),
	'a wrong secret': async () => await tested({ secretAccessKey: 'wrong' }),
	'a wrong key ID': async () => await tested({ accessKeyId: 'wrong' }),
	'an expired token': async () =>
		await behind(() => refused(400, 'ExpiredToken', 'The provided token has expired.'), { sessionToken: 'old' }),
	'a role that is not there': async () =>
		await tested({ authentication: 'assumeRole', roleArn: 'arn:aws:iam:::role/nobody' }),
	'a wrong external ID': async () =>
		await behind(
			({ method }) =>
				method === 'POST' ? { status: 403, headers: { 'content-type': 'text/xml' }, body: stsRefusal } : 'pass',
			{
				authentication: 'assumeRole',
				roleArn: await makeRole(),
				externalId: 'wrong',
			},
		),
	'a role': async () =>
		await tested({ authentication: 'assumeRole', roleArn: await makeRole(), bucket: await makeBucket() }),
	'a bucket in another region, strictly': async () =>
		await behind(() => ({ ...refused(301, 'PermanentRedirect'), headers: { 'x-amz-bucket-region': 'eu-west-1' } }), {
			bucket: 'some-bucket',
			strictRegion: true,
		}),
	'a host that is not there': async () => await tested({ endpoint: 'http://no-such-host.invalid' }),
	'a port that nobody listens to': async () => await tested({ endpoint: 'http://127.0.0.1:1' }),
	'a certificate that is not trusted': async () => {
		const secure = await startTls(server.endpoint);
		return await tested({ endpoint: secure.url });
	},
	'a bucket that is not there': async () => await tested({ bucket: 'not-there-at-all' }),
	'an address of machine metadata': async () => await tested({ endpoint: 'http://169.254.169.254/latest' }),
	'keys for one folder, without saying so': async () => {
		const bucket = await makeBucket();
		const { name, ...keys } = await makeUser();
		await allow(bucket, name, [
			{
				Action: 's3:ListBucket',
				Resource: `arn:aws:s3:::${bucket}`,
				Condition: { StringLike: { 's3:prefix': 'mine/*' } },
			},
		]);
		return await tested({ ...keys, bucket });
	},
	'keys for one folder': async () => {
		const bucket = await makeBucket();
		const { name, ...keys } = await makeUser();
		await allow(bucket, name, [
			{
				Action: 's3:ListBucket',
				Resource: `arn:aws:s3:::${bucket}`,
				Condition: { StringLike: { 's3:prefix': 'mine/*' } },
			},
			{ Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/mine/*` },
		]);
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'mine/a', Body: 'x' }));
		return await tested({ ...keys, bucket, prefix: 'mine/', testAccess: 'read' });
	},
	'keys that only write': async () => {
		const bucket = await makeBucket();
		const { name, ...keys } = await makeUser();
		await allow(bucket, name, [{ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` }]);
		return await tested({ ...keys, bucket, testAccess: 'write' });
	},
};

test.each(Object.entries(cases))('%s', async (_, attempt) => {
	const { status, message } = await attempt();
	expect(`${status}: ${fixedLimit(message)}`).toMatchSnapshot();
});

test('a CA of its own and a proxy are those that n8n was started with', async () => {
	const secure = await startTls(server.endpoint);
	const through: string[] = [];
	const proxy = createServer().on('connect', ({ url = '' }, client, head) => {
		through.push(url);
		const [host, port] = url.split(':');
		const onward = connect(Number(port), host, () => {
			client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
			onward.write(head);
			onward.pipe(client).pipe(onward);
		});
		client.on('error', () => onward.destroy());
	});
	const HTTPS_PROXY = `http://${await listen(proxy)}`;
	// Node reads both when a process starts, so the package in n8n is tried in processes of its own.
	const data = { ...credentialData, endpoint: secure.url };
	const file = join(process.env.TEST_PACKAGE ?? '', 'dist', 'nodes', 'AwsS3', 'AwsS3.node.js');
	const script = `const { AwsS3 } = require(${JSON.stringify(file)});
		const { awsS3ApiTest } = new AwsS3().methods.credentialTest;
		awsS3ApiTest.call({}, { data: ${JSON.stringify(data)} }).then(({ message }) => { console.log(message); process.exit(); });`;
	const said = async (env: object) => {
		// n8n brings n8n-workflow with it.
		const NODE_PATH = join(__dirname, '..', '..', 'node_modules');
		const options = { env: { PATH: process.env.PATH, NODE_PATH, ...env } };
		return (await promisify(execFile)(process.execPath, ['-e', script], options)).stdout.trim();
	};
	const trusted = { NODE_EXTRA_CA_CERTS: secure.cert };
	expect(await said({})).toContain('is not trusted');
	expect(await said(trusted)).toBe('Connection tested successfully');
	expect(through).toEqual([]);
	expect(await said({ ...trusted, HTTPS_PROXY })).toBe('Connection tested successfully');
	expect(through).toEqual([secure.url.replace('https://', '')]);
	expect(await said({ ...trusted, HTTPS_PROXY, NO_PROXY: '127.0.0.1' })).toBe('Connection tested successfully');
	expect(through).toHaveLength(1);
});
