import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ICredentialTestFunctions, ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import type { Connection } from '../s3/client';
import { connect } from '../s3/client';
import { connectionOf } from './credentials';
import { explain } from './errors';

/** A credential test has to end while somebody looks at it. */
const patience = 20_000;

const isDenied = (error: unknown) => error instanceof Error && error.name === 'AccessDenied';

const tryOut = async (connection: Connection): Promise<string> => {
	const s3 = connect(connection, AbortSignal.timeout(patience));
	const success = 'Connection tested successfully';
	if (connection.bucket) {
		await s3.send(new ListObjectsV2Command({ Bucket: connection.bucket, MaxKeys: 1 }));
		return success;
	}
	return await s3.send(new ListBucketsCommand({})).then(
		() => success,
		(error) => {
			// Who may not list buckets has been recognised by AWS all the same. Other services may refuse anybody like that.
			if (!isDenied(error) || connection.endpoint) throw error;
			return `${success}. These keys may not list buckets, so enter names with 'By Name', or set 'Bucket' here to test one.`;
		},
	);
};

/** Tests a credential with the requests that the node will make, and says the reason where it does not work. */
export async function awsS3ApiTest(
	this: ICredentialTestFunctions,
	{ data = {} }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const bucket = typeof data.bucket === 'string' ? data.bucket : undefined;
	try {
		return { status: 'OK', message: await tryOut(connectionOf(data)) };
	} catch (error) {
		const { message, description } = explain(error, {
			bucket,
			permissions: [bucket ? { action: 's3:ListBucket', on: 'bucket' } : { action: 's3:ListAllMyBuckets', on: '*' }],
		});
		return { status: 'Error', message: `${message}. ${description}`.trim() };
	}
}
