import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { accounts } from './accounts';
import type { Parameters } from './n8n';
import { jsonOf, runNode } from './n8n';

/** The server that `test/run.mjs` or `test/servers.mjs` has started. */
export interface Server {
	/** Which kind of server it is; Ceph, if nothing else is said. */
	kind?: string;
	endpoint: string;
	region: string;
	accessKeyId: string;
	secretAccessKey: string;
	/** Of a Ceph cluster, for radosgw-admin. */
	configFile?: string;
	/** How many other users there are, where they cannot be made. */
	guests?: number;
}

const own: Server = JSON.parse(process.env.TEST_S3 ?? '{}');
const { kind: ownKind = 'ceph', configFile: _configFile, guests: _guests, ...address } = own;
export const kind = ownKind;
export const server = address;
if (!server.endpoint)
	throw new Error('Start these tests with `npm test s3`, which starts the S3 server that they need.');

const itsAccounts = () => {
	const found = accounts[kind];
	if (!found) throw new Error(`This server has no users and roles: ${kind}`);
	return found;
};

/** Makes another user of the server; gives its keys. */
export const makeUser = async () => await itsAccounts().makeUser(own, bucketName());

/** Allows a user so many buckets or objects at most, where the server can. */
export const limitUser = async (user: string, what: 'buckets' | 'objects', most: number) =>
	await itsAccounts().limit?.(own, user, what, most);

/** Blocks a user, where the server can. */
export const suspendUser = async (user: string) => await itsAccounts().suspend?.(own, user);

/** Makes a role that the owner may take on, and that may do everything; gives its ARN. */
export const makeRole = async () => await itsAccounts().makeRole(own, bucketName());

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
	const { allow: allowUser } = itsAccounts();
	if (allowUser) {
		await allowUser(
			own,
			user,
			statements.map((one) => ({ Effect: 'Allow', ...one })),
		);
		return;
	}
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
