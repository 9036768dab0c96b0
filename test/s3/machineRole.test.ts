import { GetObjectCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { randomBytes } from 'node:crypto';
import { jsonOf, keepBinary, runNode } from '../support/n8n';
import type { Gives, Holds, MachineKeys } from '../support/machine';
import {
	fileWith,
	givesKeys,
	hostileEnvironment,
	nextRegion,
	startAws,
	startContainerService,
	startInstanceMetadata,
} from '../support/machine';
import { makeBucket, makeRole, refusal, sdk } from '../support/s3';
import { until } from '../support/until';
import { soon } from '../support/soon';

/** Nothing of the machine is used but its role, and that only where the administrator of n8n allows it. */

const MiB = 1024 ** 2;
const machineSwitch = 'N8N_AWS_SYSTEM_CREDENTIALS_ACCESS_ENABLED';

const before = { ...process.env };
let trap: Awaited<ReturnType<typeof hostileEnvironment>>;

// The SDK of the tests takes its settings from the environment when it is first used.
beforeAll(async () => await makeBucket());

beforeEach(async () => {
	trap = await hostileEnvironment();
	process.env[machineSwitch] = 'true';
});

afterEach(() => {
	process.env = { ...before };
	// Neither a proxy nor anything else in the environment has been asked.
	expect(trap.requests).toEqual([]);
});

interface Machine {
	/** How often the source has given keys, or not. */
	asked(): number;
	aws: Awaited<ReturnType<typeof startAws>>;
}

/** A machine that has its role from one source. */
type Make = (gives: Gives, holds?: Holds) => Promise<Machine>;

const asksFor = (url = '') => /credentials/.test(url) && !url.endsWith('/');

const eks: Make = async (gives, holds) => {
	let asked = 0;
	const aws = await startAws(async (token, roleArn) => {
		asked++;
		if (token !== 'TOKEN-OF-THE-POD' || roleArn !== 'arn:aws:iam::111122223333:role/pod') return 'InvalidIdentityToken';
		const given = await gives();
		return given === 'silence' || 'status' in given ? 'IDPCommunicationError' : given;
	}, holds);
	const file = await fileWith('TOKEN-OF-THE-POD\n');
	process.env.AWS_WEB_IDENTITY_TOKEN_FILE = file;
	process.env.AWS_ROLE_ARN = 'arn:aws:iam::111122223333:role/pod';
	return { asked: () => asked, aws };
};

const container: Make = async (gives, holds) => {
	const aws = await startAws(undefined, holds);
	const service = await startContainerService(gives, 'TOKEN-OF-THE-TASK');
	process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${service.url}/v1/credentials?pod=n8n`;
	process.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE = await fileWith('TOKEN-OF-THE-TASK\n');
	return { asked: () => service.requests.length, aws };
};

const instance: Make = async (gives, holds) => {
	const aws = await startAws(undefined, holds);
	const service = await startInstanceMetadata(gives);
	process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = service.url;
	return { asked: () => service.requests.filter(({ url }) => asksFor(url)).length, aws };
};

const machines: Array<[string, Make]> = [
	['a web identity token', eks],
	['the address of a container', container],
	['instance metadata', instance],
];

const credentials = ({ region = nextRegion(), ...more }: { region?: string; [name: string]: unknown } = {}) => ({
	...{ authentication: 'machineRole', forcePathStyle: true, region },
	...more,
});

const run = async (own: object, operation: string, parameters: object, more: object = {}) =>
	await runNode({ parameters: { resource: 'object', operation, ...parameters }, credentials: { ...own }, ...more });

const bigItem = async (bytes: Buffer) => [{ json: {}, binary: { data: await keepBinary(bytes) } }];

const keyIdsIn = ({ requests }: Machine['aws']) =>
	new Set(requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? '')?.[1]));

describe.each(machines)('%s', (_, make) => {
	test('gives the role that lists, uploads and reads; nothing else of the machine is used', async () => {
		const { asked, aws } = await make(givesKeys());
		const own = credentials();
		const bucket = await makeBucket();
		await run(own, 'upload', { bucket, key: 'k', source: 'text', text: 'grüße' });
		expect(jsonOf(await run(own, 'getAll', { bucket, returnAll: true }))).toMatchObject([{ key: 'k' }]);
		expect(jsonOf(await run(own, 'read', { bucket, key: 'k', format: 'text' }))).toMatchObject([{ text: 'grüße' }]);
		expect(asked()).toBe(1);
		const seen = JSON.stringify(aws.requests);
		expect(seen).not.toMatch(/HOSTKEY|hosttoken|ap-east-1/);
		const toS3 = aws.requests.filter(({ host }) => host === `s3.${own.region}.amazonaws.com`);
		expect(toS3).toHaveLength(3);
		for (const { headers } of toS3) expect(headers['x-amz-security-token']).toEqual(expect.any(String));
	});

	test('gives new keys in the middle of a transfer', async () => {
		const { asked, aws } = await make(givesKeys(60));
		const bucket = await makeBucket();
		const bytes = randomBytes(40 * MiB);
		const [output] = jsonOf(
			await run(credentials(), 'upload', { bucket, key: 'big' }, { items: await bigItem(bytes) }),
		);
		expect(output).toMatchObject({ size: 40 * MiB, parts: 5 });
		expect(asked()).toBeGreaterThan(1);
		expect(keyIdsIn(aws).size).toBeGreaterThan(1);
		const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'big' }));
		expect(Buffer.from((await Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
	});

	test('that is gone in the middle of a transfer lets it end with the keys that are still valid', async () => {
		let times = 0;
		// The SDK asks for new keys 5 minutes before they expire.
		const gives = givesKeys(240);
		const { asked } = await make(async () => (times++ === 0 ? await gives() : { status: 503 }));
		const bucket = await makeBucket();
		const items = await bigItem(randomBytes(40 * MiB));
		const since = performance.now();
		const [output] = jsonOf(await run(credentials(), 'upload', { bucket, key: 'big' }, { items }));
		expect(output).toMatchObject({ size: 40 * MiB, parts: 5 });
		// Once more every ten seconds, in up to five attempts, and not for every request.
		const more = 1 + Math.floor((performance.now() - since) / 10_000);
		expect(asked()).toBeGreaterThan(1);
		expect(asked()).toBeLessThanOrEqual(1 + 5 * more);
	});

	test('that is gone when its keys have expired ends the transfer with its reason, and nobody has keys to abort its upload', async () => {
		let times = 0;
		let given: MachineKeys | undefined;
		const gives = async () => {
			if (times++ > 0) return { status: 503, body: 'maintenance' };
			given = await givesKeys(10)();
			return given;
		};
		let isHeld = false;
		// Without this part, the upload cannot be complete before the keys expire.
		const { aws } = await make(gives, async (line) => {
			if (!line.includes('partNumber=2&')) return;
			isHeld = true;
			await until(() => Date.now() > Date.parse(given?.Expiration ?? ''));
		});
		const bucket = await makeBucket();
		const own = credentials();
		const items = await bigItem(randomBytes(64 * MiB));
		const { message } = await refusal(run(own, 'upload', { bucket, key: 'big' }, { items }));
		expect(message).toMatch(
			/^(AWS rejected the token|The container that n8n runs in has no keys|The instance metadata of this machine returned no keys|This machine has no role)/,
		);
		expect(aws.requests.length).toBeGreaterThan(0);
		expect(isHeld).toBe(true);
		const { Uploads = [] } = await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
		expect(Uploads.length).toBeLessThanOrEqual(1);
	});

	test('is refused with the reason where the administrator has not allowed it, without a request', async () => {
		const { asked, aws } = await make(givesKeys());
		const bucket = await makeBucket();
		for (const value of [undefined, '', 'false', '0', 'yes']) {
			if (value === undefined) delete process.env[machineSwitch];
			else process.env[machineSwitch] = value;
			expect(await refusal(run(credentials({ region: 'us-east-1' }), 'getAll', { bucket }))).toEqual({
				message: 'This n8n does not let credentials use the role of its machine',
				description: expect.stringContaining(`${machineSwitch}=true`),
			});
		}
		expect(asked()).toBe(0);
		expect(aws.requests).toEqual([]);
	});
});

test('the sources are tried in their order, and one that fails is not replaced by the next', async () => {
	const metadata = await startInstanceMetadata(givesKeys());
	const service = await startContainerService(async () => ({ status: 403, body: '{"code":"AccessDenied"}' }));
	await eks(async () => ({ status: 503 }));
	process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = metadata.url;
	process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = `${service.url}/v1/credentials?pod=n8n`;
	expect(await refusal(run(credentials(), 'getAll', { bucket: 'b-b' }))).toMatchObject({
		message: 'AWS rejected the token of this machine for its role',
	});
	expect(service.requests).toEqual([]);
	delete process.env.AWS_WEB_IDENTITY_TOKEN_FILE;
	expect(await refusal(run(credentials(), 'getAll', { bucket: 'b-b' }))).toEqual({
		message: 'The container that n8n runs in has no keys for its role',
		description: expect.stringContaining('answered 403: {"code":"AccessDenied"}'),
	});
	expect(metadata.requests).toEqual([]);
});

describe('instance metadata', () => {
	const without = async (service: { url: string }) => {
		await startAws();
		process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = service.url;
		return await refusal(run(credentials(), 'getAll', { bucket: 'b-b' }));
	};

	test('of version 1 only is not used', async () => {
		const service = await startContainerService(givesKeys());
		expect(await without(service)).toMatchObject({
			message: 'The instance metadata of this machine returned no keys',
			description: expect.stringContaining('IMDSv2'),
		});
		expect(service.requests.map(({ method }) => method)).toEqual(['PUT']);
	});

	test('of an instance without a role says so', async () => {
		expect(await without(await startInstanceMetadata(givesKeys(), ''))).toMatchObject({
			message: 'The EC2 instance that n8n runs on has no role',
		});
	});

	test('that does not answer says what a machine needs', async () => {
		expect(await without({ url: 'http://127.0.0.1:1' })).toMatchObject({
			message: 'This machine has no role',
			description: expect.stringContaining('hop limit'),
		});
		process.env.AWS_EC2_METADATA_DISABLED = 'true';
		expect(await without({ url: trap.url })).toMatchObject({ message: 'This machine has no role' });
	});

	test('that accepts a request and never answers is given up', async () => {
		const started = Date.now();
		expect(await without(await startInstanceMetadata(async () => 'silence'))).toMatchObject({
			message: 'This machine has no role',
			description: expect.stringContaining('no response within 2 seconds'),
		});
		expect(Date.now() - started).toBeLessThan(15_000);
	});

	test('whose keys have expired already gives them a little longer, as AWS does', async () => {
		const { asked } = await instance(givesKeys(-60));
		const bucket = await makeBucket();
		const own = credentials();
		for (const key of ['a', 'b']) await run(own, 'upload', { bucket, key, source: 'text', text: 'x' });
		expect(asked()).toBe(1);
	});
});

test('an address for containers outside of the machine is not asked', async () => {
	await startAws();
	const address = 'http://credentials.example.com/keys';
	process.env.AWS_CONTAINER_CREDENTIALS_FULL_URI = address;
	expect(await refusal(run(credentials(), 'getAll', { bucket: 'b-b' }))).toMatchObject({
		message: 'The container that n8n runs in has no keys for its role',
		description: expect.stringContaining(`'${address}' is not an address that provides keys`),
	});
});

test('the role of the machine assumes another role', async () => {
	const { aws } = await instance(givesKeys());
	const roleArn = await makeRole();
	const bucket = await makeBucket();
	const own = credentials({ roleArn, externalId: 'a-word', roleDuration: 900 });
	const ran = run(own, 'upload', { bucket, key: 'k', source: 'text', text: 'x' });
	const outcome = await ran.then(
		() => 'done',
		({ message }: Error) => message,
	);
	// Ceph lets no session of a role assume another role unless it is told so.
	expect(['done', `The role of this machine is not allowed to assume the role ${roleArn}`]).toContain(outcome);
	const [assumed] = aws.requests.filter(({ host }) => host === `sts.${own.region}.amazonaws.com`);
	expect(assumed?.body).toContain(`RoleArn=${encodeURIComponent(roleArn)}`);
	expect(assumed?.headers['x-amz-security-token']).toEqual(expect.any(String));
});

describe('a link', () => {
	const linkOf = async (own: object, expiresIn: number) =>
		jsonOf(
			await runNode({
				parameters: { resource: 'presignedUrl', operation: 'download', bucket: 'b-b', key: 'k', expiresIn },
				credentials: { ...own },
			}),
		);

	test('ends with the keys of the machine, which is said before', async () => {
		await instance(givesKeys(1200));
		const own = credentials();
		expect(await linkOf(own, 600)).toMatchObject([{ expiresIn: 600 }]);
		expect(await refusal(linkOf(own, 3600))).toMatchObject({
			message: expect.stringMatching(
				/^'Expires In \(Seconds\)' is 3600, but the keys of the credential's role expire in 1[12]\d\d seconds$/,
			),
		});
	});

	test('gets new keys where they can be had', async () => {
		const lives = [600, 3600];
		const { asked } = await eks(async () => await givesKeys(lives.shift() ?? 3600)());
		const own = credentials();
		expect(await linkOf(own, 300)).toMatchObject([{ expiresIn: 300 }]);
		expect(await linkOf(own, 3600)).toMatchObject([{ expiresIn: expect.closeTo(3600, -2) }]);
		expect(asked()).toBe(2);
	});
});

describe("n8n's own AWS (Assume Role) with the system's credentials", () => {
	const system = (more: object = {}) => ({
		...{ region: nextRegion(), useSystemCredentialsForRole: true, roleSessionName: 'n8n-session' },
		...{ roleArn: 'arn:aws:iam::111122223333:role/n8n', externalId: 'a-word', ...more },
	});
	const get = async (own: object) =>
		await run(own, 'get', { credentialType: 'awsAssumeRole', bucket: 'some-bucket', key: 'k' });

	test('is refused with the reason where the administrator has not allowed it, without a request', async () => {
		const { asked, aws } = await instance(givesKeys());
		delete process.env[machineSwitch];
		expect(await refusal(get(system()))).toMatchObject({
			message: 'This n8n does not let credentials use the role of its machine',
		});
		expect([asked(), aws.requests]).toEqual([0, []]);
	});

	test('takes an access key in the environment first, as in nodes of n8n', async () => {
		const { asked, aws } = await instance(givesKeys());
		const own = system();
		await expect(get(own)).rejects.toThrow('is not allowed to assume the role arn:aws:iam::111122223333:role/n8n');
		expect(asked()).toBe(0);
		expect(new Set(aws.requests.map(({ host }) => host))).toEqual(new Set([`sts.${own.region}.amazonaws.com`]));
		expect([...keyIdsIn(aws)]).toEqual(['HOSTKEY']);
	});

	test('assumes the role with the role of the machine', async () => {
		const { asked, aws } = await instance(givesKeys());
		delete process.env.AWS_ACCESS_KEY_ID;
		const own = system({ roleArn: await makeRole() });
		// The certificate has no name with the bucket in it.
		await expect(get(own)).rejects.toThrow(`The certificate of S3 in ${own.region} is not trusted`);
		expect(asked()).toBe(1);
		expect(aws.requests[0]).toMatchObject({ host: `sts.${own.region}.amazonaws.com` });
		expect(aws.requests[0]?.body).toContain('ExternalId=a-word');
	});

	test('sends nothing to an endpoint that is not of AWS', async () => {
		const { asked } = await instance(givesKeys());
		expect(await refusal(get(system({ customEndpoints: true, s3Endpoint: 'https://s3.example.com' })))).toMatchObject({
			message: "'S3 Endpoint' of the credential is not an https:// address of Amazon S3",
		});
		expect(asked()).toBe(0);
	});
});

test('a stop ends the wait for a machine that does not answer', async () => {
	await startAws();
	const service = await startInstanceMetadata(async () => 'silence');
	process.env.AWS_EC2_METADATA_SERVICE_ENDPOINT = service.url;
	const stop = new AbortController();
	const ran = refusal(run(credentials(), 'getAll', { bucket: 'b-b' }, { cancel: stop.signal }));
	await until(async () => service.requests.length > 1);
	const stopped = Date.now();
	stop.abort();
	expect(await ran).toMatchObject({ message: 'The execution was stopped' });
	expect(Date.now() - stopped).toBeLessThan(soon);
});
