import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import type { Parameters } from './n8n';
import { jsonOf, runNode } from './n8n';

/** The server that `test/run.mjs` has started. */
export interface Server {
	endpoint: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	/** Of the cluster, for radosgw-admin. */
	configFile: string;
}

const { configFile, ...address }: Server = JSON.parse(process.env.TEST_S3 ?? '{}');
export const server = address;
if (!server.endpoint)
	throw new Error('Start these tests with `npm test s3`, which starts the S3 server that they need.');

const run = promisify(execFile);

/** Tells the server's administration something; gives its answer. */
export const admin = async (...args: string[]) => {
	const { stdout } = await run('radosgw-admin', ['-c', configFile, ...args]);
	return /^\s*[{[]/.test(stdout) ? JSON.parse(stdout) : stdout;
};

/** Makes another user of the server; gives its keys. */
export const makeUser = async () => {
	const name = bucketName();
	const { keys } = await admin('user', 'create', `--uid=${name}`, `--display-name=${name}`);
	return { name, accessKeyId: String(keys[0].access_key), secretAccessKey: String(keys[0].secret_key) };
};

/** Makes a role that the owner may take on, and that may do everything; gives its ARN. */
export const makeRole = async () => {
	const role = `--role-name=${bucketName()}`;
	const statement = { Effect: 'Allow', Principal: { AWS: ['arn:aws:iam:::user/owner'] }, Action: ['sts:AssumeRole'] };
	const trust = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
	const { Arn } = await admin('role', 'create', role, `--assume-role-policy-doc=${trust}`);
	const all = { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::*' };
	const policy = JSON.stringify({ Version: '2012-10-17', Statement: [all] });
	await admin('role-policy', 'put', role, '--policy-name=all', `--policy-doc=${policy}`);
	return String(Arn);
};

export const credentials = { ...server, forcePathStyle: true };

/** The SDK itself, to look at S3 without going through what is tested. */
export const sdk = new S3Client({
	endpoint: server.endpoint,
	region: server.region,
	credentials: server,
	forcePathStyle: true,
	requestChecksumCalculation: 'WHEN_REQUIRED',
	responseChecksumValidation: 'WHEN_REQUIRED',
});

export const bucketName = () => `test-${randomBytes(8).toString('hex')}`;

/** For what may not be there: any other failure stays one. */
export const unlessMissing = (error: Error) => {
	if (!['NoSuchKey', 'NotFound'].includes(error.name)) throw error;
	return undefined;
};

/** Makes a bucket for one test. */
export const makeBucket = async (more: { ObjectLockEnabledForBucket?: boolean } = {}) => {
	const Bucket = bucketName();
	await sdk.send(new CreateBucketCommand({ Bucket, ...more }));
	return Bucket;
};

/** Lets another user do something in a bucket, and nothing else. */
export const allow = async (Bucket: string, user: string, statements: object[]) => {
	const Principal = { AWS: [`arn:aws:iam:::user/${user}`] };
	const Statement = statements.map((one) => ({ Effect: 'Allow', Principal, ...one }));
	const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
	await sdk.send(new PutBucketPolicyCommand({ Bucket, Policy }));
};

/** Runs an operation against the server: `s3('object.get', { bucket, key })`. */
export const s3 = async (
	operation: `${string}.${string}`,
	parameters: Parameters = {},
	{
		items,
		before,
		continueOnFail,
		cancel,
		connection = {},
		destination = {},
	}: {
		items?: INodeExecutionData[];
		before?: Array<INodeExecutionData[] | undefined>;
		continueOnFail?: boolean;
		cancel?: AbortSignal;
		connection?: object;
		destination?: object;
	} = {},
) => {
	const [resource = '', verb = ''] = operation.split('.');
	return await runNode({
		parameters: { resource, operation: verb, ...parameters },
		credentials: { ...credentials, ...connection },
		destination: { ...credentials, ...destination },
		items,
		before,
		continueOnFail,
		cancel,
	});
};

/** The same, for the JSON of the only item. */
export const one = async (...args: Parameters_<typeof s3>) => {
	const [json = {}] = jsonOf(await s3(...args));
	return json;
};

type Parameters_<F extends (...args: never[]) => unknown> = F extends (...args: infer A) => unknown ? A : never;

/** The error that something throws, by the words that users see. */
export const refusal = async (attempt: Promise<unknown>) => {
	const error = await attempt.then(
		() => {
			throw new Error('It was not refused');
		},
		(thrown: unknown) => thrown,
	);
	const { message, description } = error as { message: string; description: string };
	return { message, description };
};

/** The body at an address, asked for exactly as it is written: `fetch` would resolve `..` in it. */
export const get = async (url: string) => {
	const { hostname, port } = new URL(url);
	const path = url.replace(/^https?:\/\/[^/]*/, '');
	return await new Promise<string>((resolve, reject) => {
		request({ hostname, port, path }, (response) => resolve(text(response)))
			.once('error', reject)
			.end();
	});
};
