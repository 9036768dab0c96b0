import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { listen } from './listen';
import { makeRole, server } from './s3';
import { regions } from '../../sandbox/awsRegions.mjs';
import { makeCertificate, startSimulatedAws } from './simulatedAws.mjs';

/** A machine with a role: services that give out keys, and the hosts of AWS, which take these keys. */

/** Keys as the services of a machine give them out. */
export interface MachineKeys {
	AccessKeyId: string;
	SecretAccessKey: string;
	Token: string;
	Expiration: string;
}

/** Keys of a new session of a role with all permissions, which claim to expire after a number of seconds. */
const sessionOf = async (RoleArn: string, seconds = 3600): Promise<MachineKeys> => {
	const { endpoint, region } = server;
	// The environment says otherwise.
	const settings = { useDualstackEndpoint: false, useFipsEndpoint: false };
	const sts = new STSClient({ endpoint, region, credentials: server, ...settings });
	const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'machine' }));
	return {
		AccessKeyId: keys?.AccessKeyId ?? '',
		SecretAccessKey: keys?.SecretAccessKey ?? '',
		Token: keys?.SessionToken ?? '',
		Expiration: new Date(Date.now() + seconds * 1000).toISOString(),
	};
};

interface Noted {
	method?: string;
	url?: string;
	headers: IncomingMessage['headers'];
}

interface Given {
	status: number;
	body?: string;
}

/** Starts a service of the machine: notes each request, and answers it, or never. */
const startService = async (answer: (request: Noted) => Promise<Given | 'silence'>) => {
	const requests: Noted[] = [];
	const service = createServer(({ method, url, headers }, response) => {
		const noted = { method, url, headers };
		requests.push(noted);
		void answer(noted).then((given) => {
			if (given !== 'silence') response.writeHead(given.status).end(given.body);
		});
	});
	return { url: `http://${await listen(service)}`, requests };
};

/** What a service of the machine does: gives out keys, or what a test says. */
export type Gives = () => Promise<MachineKeys | Given | 'silence'>;

const answered = async (gives: Gives): Promise<Given | 'silence'> => {
	const given = await gives();
	return given === 'silence' || 'status' in given ? given : { status: 200, body: JSON.stringify(given) };
};

/** The metadata service of an EC2 instance, in version 2: without its token it tells nothing. */
export const startInstanceMetadata = async (gives: Gives, role = 'machine-role') =>
	await startService(async ({ method, url, headers }) => {
		const path = '/latest/meta-data/iam/security-credentials/';
		if (method === 'PUT' && url === '/latest/api/token')
			return headers['x-aws-ec2-metadata-token-ttl-seconds'] ? { status: 200, body: 'TOKEN' } : { status: 400 };
		if (headers['x-aws-ec2-metadata-token'] !== 'TOKEN') return { status: 401 };
		if (url === path) return role === '' ? { status: 404 } : { status: 200, body: `${role}\n` };
		return url === `${path}${role}` ? await answered(gives) : { status: 404 };
	});

/** The address that gives out the keys of a container's role, to those with its token. */
export const startContainerService = async (gives: Gives, token?: string) =>
	await startService(async ({ url, headers }) => {
		if (token !== undefined && headers.authorization !== token) return { status: 401 };
		return url === '/v1/credentials?pod=n8n' ? await answered(gives) : { status: 404 };
	});

const trusted = new Set<string>();
const createSecureContext = tls.createSecureContext;

/** Makes this process trust a certificate as well. Node itself reads NODE_EXTRA_CA_CERTS only when it starts. */
const trust = (certificate: string) => {
	trusted.add(certificate);
	tls.createSecureContext = (options) => {
		const made = createSecureContext(options);
		for (const one of trusted) made.context.addCACert(one);
		return made;
	};
};

afterAll(() => {
	tls.createSecureContext = createSecureContext;
});

/** A file with a text. */
export const fileWith = async (text: string) => {
	const path = join(await mkdtemp(join(tmpdir(), 'machine-')), 'token');
	await writeFile(path, text);
	return path;
};

const certificate = (async () => await makeCertificate(await mkdtemp(join(tmpdir(), 'aws-'))))();

const xml = (action: string, body: string) =>
	`<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result>${body}</${action}Result></${action}Response>`;

const refusal = (code: string, words: string) =>
	`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${words}</Message></Error></ErrorResponse>`;

/** What STS at AWS says to a token of a machine. */
type Exchange = (token: string | null, roleArn: string | null) => Promise<MachineKeys | string>;

/** Holds back a request on its way to S3. */
export type Holds = (line: string) => Promise<void>;

/**
 * Starts the hosts of AWS in front of the S3 server, and the proxy that leads to them. `exchange` takes the place of
 * AssumeRoleWithWebIdentity: it gives keys, or the code of a refusal. With `server` the server itself answers.
 */
export const startAws = async (
	exchange: Exchange | 'server' = async () => 'AccessDenied',
	holds: Holds = async () => undefined,
) => {
	const files = await certificate;
	trust(await readFile(files.cert, 'utf8'));
	const aws = await startSimulatedAws({
		...{ target: server.endpoint, ...files },
		decide: async ({ method, url, body, headers }) => {
			await holds(`${method} ${url}`);
			const form = new URLSearchParams(body);
			const action = 'AssumeRoleWithWebIdentity';
			if (form.get('Action') !== action || exchange === 'server') return undefined;
			const type = { 'content-type': 'text/xml' };
			// The token is all that proves who asks.
			const keys = headers.authorization
				? 'SignatureDoesNotMatch'
				: await exchange(form.get('WebIdentityToken'), form.get('RoleArn'));
			if (typeof keys === 'string') return { status: 400, headers: type, body: refusal(keys, 'refused') };
			const { AccessKeyId, SecretAccessKey, Token, Expiration } = keys;
			const inside = `<AccessKeyId>${AccessKeyId}</AccessKeyId><SecretAccessKey>${SecretAccessKey}</SecretAccessKey><SessionToken>${Token}</SessionToken><Expiration>${Expiration}</Expiration>`;
			return { status: 200, headers: type, body: xml(action, `<Credentials>${inside}</Credentials>`) };
		},
	});
	stops.push(aws.stop);
	Object.assign(process.env, { HTTPS_PROXY: aws.url, NO_PROXY: '127.0.0.1' });
	return aws;
};

const stops: Array<() => Promise<void>> = [];
afterAll(async () => {
	for (const stop of stops) await stop();
});

const unusedRegions = [...regions];

/** A region that no other test of the file has used, so that its client is a new one. */
export const nextRegion = () => {
	const region = unusedRegions.pop();
	if (!region) throw new Error('Add regions to simulatedAws.mjs');
	return region;
};

/** Sets all that the SDK can take from an environment to something that must not be used, with the switch off. */
export const hostileEnvironment = async () => {
	const trap = await startService(async () => ({ status: 500 }));
	const settings = `region = ap-east-1\nendpoint_url = ${trap.url}\naws_access_key_id = HOSTKEY\naws_secret_access_key = hostsecret\nec2_metadata_service_endpoint = ${trap.url}\n`;
	const config = await fileWith(`[default]\n${settings}[host]\n${settings}[profile host]\n${settings}`);
	Object.assign(process.env, {
		...{ AWS_ACCESS_KEY_ID: 'HOSTKEY', AWS_SECRET_ACCESS_KEY: 'hostsecret', AWS_SESSION_TOKEN: 'hosttoken' },
		...{ AWS_REGION: 'ap-east-1', AWS_DEFAULT_REGION: 'ap-east-1', AWS_PROFILE: 'host' },
		...{ AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: config },
		...{ AWS_ENDPOINT_URL: trap.url, AWS_ENDPOINT_URL_S3: trap.url, AWS_ENDPOINT_URL_STS: trap.url },
		...{ AWS_USE_DUALSTACK_ENDPOINT: 'true', AWS_USE_FIPS_ENDPOINT: 'true', AWS_MAX_ATTEMPTS: '1' },
		...{ HTTP_PROXY: trap.url, http_proxy: trap.url },
	});
	return trap;
};

const role = (async () => await makeRole())();

/** Returns new keys of a role each time, which claim to expire after a number of seconds. */
export const givesKeys =
	(seconds?: number): (() => Promise<MachineKeys>) =>
	async () =>
		await sessionOf(await role, seconds);
