import {
	DeleteObjectCommand,
	GetObjectCommand,
	ListBucketsCommand,
	ListObjectsV2Command,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import { randomBytes } from 'node:crypto';
import type { Connection, S3 } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { codeOf } from '../../s3/failure';
import { connectionOf } from './credentials';
import type { Attempt } from '../errors/failure';
import { badInput } from '../errors/badInput';
import { explain } from '../errors/explain';
import type { Permission } from '../operation';

/** A credential test has to end while somebody looks at it. */
const patience = 20_000;

const success = 'Connection tested successfully';

const isDenied = (error: unknown) => codeOf(error) === 'AccessDenied';

/** What the test is doing at the moment, for the words of a refusal. */
type Doing = (now: Pick<Attempt, 'bucket' | 'key'> & { needs: Permission }) => void;

const listsBuckets = async (s3: S3, doing: Doing) => {
	doing({ needs: { action: 's3:ListAllMyBuckets', on: '*' } });
	return await s3.send(new ListBucketsCommand({})).then(
		() => success,
		(error) => {
			// Who may not list buckets has been recognised by AWS all the same. Other services may refuse anybody like that.
			if (!isDenied(error) || s3.capabilities.knowsDeniedKeys !== 'yes') throw error;
			return `${success}. These keys may not list buckets, so enter names with 'By Name', or set 'Bucket' here to test one.`;
		},
	);
};

const lists = async (s3: S3, bucket: string, doing: Doing) => {
	doing({ bucket, needs: { action: 's3:ListBucket', on: 'bucket' } });
	const { Contents = [] } = await s3.send(
		new ListObjectsV2Command({ Bucket: bucket, Prefix: s3.connection.prefix, MaxKeys: 1 }),
	);
	return Contents[0]?.Key;
};

const reads = async (s3: S3, bucket: string, doing: Doing) => {
	const key = await lists(s3, bucket, doing);
	if (key === undefined) return `${success}. Listing works; there was no object to read.`;
	doing({ bucket, key, needs: { action: 's3:GetObject', on: 'object' } });
	const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
	// That it may be read is told by the answer; what is in it is nobody's business here.
	if (Body && 'destroy' in Body) Body.destroy();
	return success;
};

const writes = async (s3: S3, bucket: string, doing: Doing) => {
	const key = `${s3.connection.prefix ?? ''}.n8n-connection-test-${randomBytes(8).toString('hex')}`;
	doing({ bucket, key, needs: { action: 's3:PutObject', on: 'object' } });
	const body = 'Written by the connection test of n8n. It may be deleted.';
	await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentLength: body.length }));
	return await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key })).then(
		() => success,
		() =>
			`${success}. Writing works, but the test could not delete its object '${key}' again: that needs s3:DeleteObject, which is for this clean-up only.`,
	);
};

const tryOut = async (connection: Connection, access: unknown, doing: Doing): Promise<string> => {
	const s3 = connect(connection, { signal: AbortSignal.timeout(patience) });
	const { bucket } = connection;
	if (access === 'read' || access === 'write') {
		if (!bucket) {
			throw badInput("'Test Access' needs a bucket", "Enter a bucket in 'Bucket', or set 'Test Access' to 'List'.");
		}
		return access === 'read' ? await reads(s3, bucket, doing) : await writes(s3, bucket, doing);
	}
	if (!bucket) return await listsBuckets(s3, doing);
	await lists(s3, bucket, doing);
	return success;
};

/** Tests a credential with the requests that the node will make, and says the reason where it does not work. */
export async function awsS3ApiTest(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const attempt: Attempt = { permissions: [] };
	const doing: Doing = ({ bucket, key, needs }) => Object.assign(attempt, { bucket, key, permissions: [needs] });
	try {
		const connection = connectionOf(data);
		attempt.connection = connection;
		return { status: 'OK', message: await tryOut(connection, data.testAccess, doing) };
	} catch (error) {
		const { message, description } = explain(error, attempt);
		return { status: 'Error', message: `${message}. ${description}`.trim() };
	}
}
