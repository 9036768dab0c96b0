import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { request as requestTls } from 'node:https';
import { text } from 'node:stream/consumers';
import {
	CreateBucketCommand,
	DeletePublicAccessBlockCommand,
	ListPartsCommand,
	PutBucketPolicyCommand,
	S3Client,
} from '@aws-sdk/client-s3';
import type { MultipartUpload } from '@aws-sdk/client-s3';
import type { INodeExecutionData } from 'n8n-workflow';
import { emptyLength } from '../../nodes/AwsS3/s3/sdk/middleware';
import { accountsOf } from './accounts';
import { policiesOfAws } from './aws/policies';
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
	/** Who makes the users, where the owner may not. */
	root?: { accessKeyId: string; secretAccessKey: string };
	/** Of a run at AWS, or at what stands in for it. */
	aws?: Aws;
}

/** What `test/aws.mjs` says of a run. */
export interface Aws {
	/** Where requests go that come through a proxy, because AWS does not take them. */
	gateway: string;
	/** Where users and roles are asked for. */
	makers: string;
	/** What the names of buckets, users and roles begin with. */
	names: string;
	/** The number of the account. */
	account: string;
	/** Milliseconds until a new policy holds everywhere. */
	settle: number;
}

const own: Server = JSON.parse(process.env.TEST_S3 ?? '{}');
const { kind: ownKind = 'ceph', configFile: _configFile, guests: _guests, root: _root, aws, ...address } = own;

/** Where proxies and the like send requests to. The SDK and the node, which sign for it, send them to `credentials`. */
export const server = aws ? { ...address, endpoint: aws.gateway } : address;
export const kind = ownKind;

/** Whether the run is at AWS, or at what stands in for it. It removes at its end what it has made. */
export const isAtAws = aws !== undefined;

if (!server.endpoint)
	throw new Error('Start these tests with `npm test s3`, which starts the S3 server that they need.');

const itsAccounts = () => {
	const found = accountsOf(own);
	if (!found) throw new Error(`This server has no users and roles: ${kind}`);
	return found;
};

/** Makes another user of the server; gives its keys. */
export const makeUser = async () => await itsAccounts().makeUser(own, bucketName());

/** How a policy names a user. */
export const principalOf = (user: string) => itsAccounts().principalOf?.(user) ?? `arn:aws:iam:::user/${user}`;
/** Limits a user to a number of buckets or objects, if the server can. */
export const limitUser = async (user: string, what: 'buckets' | 'objects', most: number) =>
	await itsAccounts().limit?.(own, user, what, most);

/** Blocks a user, where the server can. */
export const suspendUser = async (user: string) => await itsAccounts().suspend?.(own, user);

/** Makes a role that the owner may take on, and that may do everything; gives its ARN. */
export const makeRole = async () => await itsAccounts().makeRole(own, bucketName());

export const credentials = { ...address, forcePathStyle: true };

/** The SDK itself, to look at S3 without going through what is tested. */
export const sdk = new S3Client({
	endpoint: address.endpoint,
	region: address.region,
	credentials: address,
	forcePathStyle: true,
	requestChecksumCalculation: 'WHEN_REQUIRED',
	responseChecksumValidation: 'WHEN_REQUIRED',
	// Ceph answers status 500 to changes of notifications while other tests change those of other buckets.
	maxAttempts: 10,
});

// Swift waits a minute for a body where a deletion does not say that it has none.
sdk.middlewareStack.add(emptyLength, { step: 'finalizeRequest', priority: 'low', name: 'emptyLength' });
if (aws) sdk.middlewareStack.add(policiesOfAws(aws), { step: 'initialize', name: 'policiesOfAws' });

export const bucketName = () => `${aws?.names ?? 'test-'}${randomBytes(8).toString('hex')}`;

/** For what may not be there: any other failure stays one. */
export const unlessMissing = (error: Error) => {
	if (!['NoSuchKey', 'NotFound'].includes(error.name)) throw error;
	return undefined;
};

/** Makes a bucket for one test. */
export const makeBucket = async (more: { ObjectLockEnabledForBucket?: boolean } = {}) => {
	const Bucket = bucketName();
	if (!aws) {
		await sdk.send(new CreateBucketCommand({ Bucket, ...more }));
		return Bucket;
	}
	// New buckets of AWS take no ACLs and no public policies, which other servers do.
	await sdk.send(new CreateBucketCommand({ Bucket, ...more, ObjectOwnership: 'ObjectWriter' }));
	await sdk.send(new DeletePublicAccessBlockCommand({ Bucket }));
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
	const Principal = { AWS: [principalOf(user)] };
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
	const { hostname, port, protocol } = new URL(url);
	const path = url.replace(/^https?:\/\/[^/]*/, '');
	const send = protocol === 'https:' ? requestTls : request;
	return await new Promise<string>((resolve, reject) => {
		send({ hostname, port, path }, (response) => resolve(text(response)))
			.once('error', reject)
			.end();
	});
};

/** MinIO may go on listing an upload that was aborted while a part of it arrived, and then does not know it by its ID. */
export const isKnown = async (Bucket: string, { Key, UploadId }: MultipartUpload) =>
	await sdk.send(new ListPartsCommand({ Bucket, Key, UploadId })).then(
		() => true,
		(error: Error) => {
			if (error.name !== 'NoSuchUpload') throw error;
			return false;
		},
	);
