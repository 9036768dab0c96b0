import { connectionOf } from '../../nodes/AwsS3/core/connection/credentials';
import { authenticate } from '../../nodes/AwsS3/core/connection/httpRequest';
import { lastingKeys } from '../../nodes/AwsS3/s3/identity/temporaryKeys';

const machineSwitch = 'N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED';
const machine = { authentication: 'machineRole', region: 'eu-central-1' };
const roleArn = 'arn:aws:iam::111122223333:role/n8n';

const before = { ...process.env };
beforeEach(() => {
	process.env[machineSwitch] = 'true';
});
afterEach(() => {
	process.env = { ...before };
});

test('the role of the machine needs no key, and takes none', () => {
	const connection = connectionOf({
		...machine,
		accessKeyId: 'AKIA',
		secretAccessKey: 'secret',
		sessionToken: 'token',
	});
	expect(connection).toMatchObject({ accessKeyId: '', secretAccessKey: '', machine: { takesKeys: false } });
	expect(connection.sessionToken).toBeUndefined();
	expect(connection.role).toBeUndefined();
	expect(connectionOf({ ...machine, roleArn }).role).toMatchObject({ arn: roleArn, sessionName: 'n8n' });
});

test.each(['true', 'TRUE', '1', ' true '])('the switch is on with %j', (value) => {
	process.env[machineSwitch] = value;
	expect(connectionOf(machine).machine).toEqual({ takesKeys: false });
});

test.each([undefined, '', 'false', '0', 'yes', 'on'])('the switch is off with %j', (value) => {
	if (value === undefined) delete process.env[machineSwitch];
	else process.env[machineSwitch] = value;
	expect(() => connectionOf(machine)).toThrow('This n8n does not let credentials use the role of its machine');
});

test.each([
	['https://s3.eu-central-1.amazonaws.com'],
	['https://bucket.vpce-1a2b.s3.eu-central-1.vpce.amazonaws.com'],
	['https://accesspoint.vpce-1a2b.s3.eu-central-1.vpce.amazonaws.com/'],
])('it goes to %s', (endpoint) => {
	expect(connectionOf({ ...machine, endpoint }).endpoint).toBe(endpoint.replace(/\/$/, ''));
});

test.each([
	['another service', { endpoint: 'https://minio.example.com' }],
	['AWS in plain text', { endpoint: 'http://s3.eu-central-1.amazonaws.com' }],
	['a host that begins like AWS', { endpoint: 'https://s3.eu-central-1.amazonaws.com.example.com' }],
	['a server of somebody at AWS', { endpoint: 'https://ec2-1-2-3-4.compute-1.amazonaws.com' }],
	['an API of somebody at AWS', { endpoint: 'https://abc.execute-api.eu-central-1.amazonaws.com' }],
	['a load balancer of somebody at AWS', { endpoint: 'https://s3-1.eu-central-1.elb.amazonaws.com' }],
	['another token service', { roleArn, stsEndpoint: 'https://sts.example.com' }],
	['a token service in plain text', { roleArn, stsEndpoint: 'http://sts.eu-central-1.amazonaws.com' }],
	['a load balancer that is called sts', { roleArn, stsEndpoint: 'https://sts-1.eu-central-1.elb.amazonaws.com' }],
	['a region that ends the host', { region: 'other', customRegion: 'example.com/' }],
	['a region with a dot', { region: 'other', customRegion: 'x.example.com' }],
	['certificates that nobody checks', { ignoreSslIssues: true }],
])('it does not go to %s', (_, more) => {
	expect(() => connectionOf({ ...machine, ...more })).toThrow(/of the credential/);
});

test.each([
	'https://sts.eu-central-1.amazonaws.com',
	'https://sts-fips.us-east-1.amazonaws.com',
	'https://vpce-1a2b.sts.eu-central-1.vpce.amazonaws.com',
	'https://sts.amazonaws.com',
])('its role may come from %s', (stsEndpoint) => {
	expect(connectionOf({ ...machine, roleArn, stsEndpoint }).role?.endpoint).toBe(stsEndpoint);
});

test('it signs no request of the HTTP Request node to other hosts, or in plain text', async () => {
	const plain = authenticate(machine, { url: 'http://my-bucket.s3.eu-central-1.amazonaws.com/k' });
	await expect(plain).rejects.toThrow("'URL'");
	const elsewhere = authenticate(machine, { url: 'https://example.com/k' });
	await expect(elsewhere).rejects.toThrow("The credential is not for 'example.com'");
});

describe('keys that last', () => {
	const start = Date.UTC(2026, 10, 26);
	beforeEach(() => jest.useFakeTimers({ now: start }));
	afterEach(() => jest.useRealTimers());

	const keys = (accessKeyId: string, seconds: number) => ({
		...{ accessKeyId, secretAccessKey: 's' },
		expiration: new Date(start + seconds * 1000),
	});

	test('stay in use while their source fails, which is asked now and then, until they expire', async () => {
		const source = jest.fn(async () => keys('first', 60));
		const get = lastingKeys(source);
		expect(await get()).toMatchObject({ accessKeyId: 'first' });
		source.mockRejectedValue(new Error('gone'));
		for (let second = 0; second < 59; second++) {
			expect(await get()).toMatchObject({ accessKeyId: 'first' });
			jest.advanceTimersByTime(1000);
		}
		expect(source.mock.calls.length).toBeLessThanOrEqual(8);
		jest.advanceTimersByTime(1000);
		await expect(get()).rejects.toThrow('gone');
		source.mockResolvedValue(keys('second', 3600));
		expect(await get()).toMatchObject({ accessKeyId: 'second' });
	});

	test('are asked for each time while their source works', async () => {
		const source = jest.fn(async () => keys('first', 60));
		const get = lastingKeys(source);
		await get();
		await get();
		expect(source).toHaveBeenCalledTimes(2);
	});

	test('a source that has never worked is an error', async () => {
		await expect(lastingKeys(async () => await Promise.reject(new Error('none')))()).rejects.toThrow('none');
	});
});
