import { DeleteObjectCommand, GetObjectCommand, ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ICredentialsDecrypted, ICredentialTestFunctions, INodeCredentialTestResult } from 'n8n-workflow';
import type { Connection, S3 } from '../../s3/client/client';
import { connect } from '../../s3/client/client';
import { codeOf, statusOf } from '../../s3/failure';
import { cleanUp, evenAfterStop, sendTemporary } from '../../s3/write/afterStop';
import { putTestObject, testKey } from '../../s3/write/testObject';
import { connectionOf } from './credentials';
import type { Attempt } from '../errors/failureToExplain';
import { badInput } from '../errors/badInput';
import { explain } from '../errors/explain';
import { testedAccess } from '../fields/choices';
import type { Permission } from '../operation';

/** In milliseconds. A user waits for the result of the test. */
const timeoutMs = 20_000;

const defaultAccess: Record<string, string> = testedAccess;

const success = 'Connection tested successfully';

const isDenied = (error: unknown) => codeOf(error) === 'AccessDenied';

/** Records the current request, so that an error can be explained with its bucket, key and permission. */
type Track = (now: Pick<Attempt, 'bucket' | 'key'> & { needs: Permission }) => void;

const testBuckets = async (s3: S3, track: Track) => {
	track({ needs: { action: 's3:ListAllMyBuckets', on: '*' } });
	return await s3.send(new ListBucketsCommand({})).then(
		() => success,
		(error) => {
			// From AWS, AccessDenied proves valid keys; other services may answer the same for unknown keys.
			if (!isDenied(error) || s3.capabilities.knowsDeniedKeys !== 'yes') throw error;
			return `${success}. These keys may not list buckets, so enter names with 'By Name', or set 'Bucket' here to test one.`;
		},
	);
};

const testList = async (s3: S3, bucket: string, track: Track) => {
	track({ bucket, needs: { action: 's3:ListBucket', on: 'bucket' } });
	const { Contents = [] } = await s3.send(
		new ListObjectsV2Command({ Bucket: bucket, Prefix: s3.connection.prefix, MaxKeys: 1 }),
	);
	return Contents[0]?.Key;
};

const testRead = async (s3: S3, bucket: string, track: Track) => {
	const key = await testList(s3, bucket, track);
	if (key === undefined) return `${success}. Listing works; there was no object to read.`;
	track({ bucket, key, needs: { action: 's3:GetObject', on: 'object' } });
	const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
	// The response headers prove read access. Do not download the content.
	if (Body && 'destroy' in Body) Body.destroy();
	return success;
};

const testWrite = async (s3: S3, bucket: string, track: Track) => {
	const key = testKey(s3.connection.prefix ?? '', 'connectionTest');
	track({ bucket, key, needs: { action: 's3:PutObject', on: 'object' } });
	const text = 'Written by the connection test of n8n. It may be deleted.';
	const at = { Bucket: bucket, Key: key };
	const { VersionId, isNewOnly } = await putTestObject(async (command) => await sendTemporary(s3, command), {
		...at,
		text,
	}).catch(async (error: unknown) => {
		// S3 may have stored it although its answer was late.
		if ((statusOf(error) ?? 500) >= 500) await cleanUp(s3, new DeleteObjectCommand(at));
		throw error;
	});
	const written = isNewOnly
		? `${success}. These keys may only write new objects, so set 'If Exists' of uploads to 'Fail' or 'Skip'`
		: success;
	// In a bucket with versions, deleting the key alone would leave a version and a delete marker.
	const removal = new DeleteObjectCommand({ ...at, VersionId });
	return await evenAfterStop(s3, 'goOn', async (own) => await own.send(removal)).then(
		() => written,
		async (error: unknown) => {
			if (VersionId) await cleanUp(s3, new DeleteObjectCommand(at));
			const action = VersionId ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
			const need = isDenied(error) ? `: that needs ${action}, which is for this clean-up only` : '';
			return `${written}. Writing works, but the test could not delete its object '${key}' again${need}.`;
		},
	);
};

const testAccess = async (connection: Connection, access: unknown, track: Track): Promise<string> => {
	const s3 = connect(connection, { signal: AbortSignal.timeout(timeoutMs) });
	const { bucket } = connection;
	if (access === 'read' || access === 'write') {
		if (!bucket) {
			throw badInput(
				"'Test Access' needs a bucket",
				"Enter a bucket in 'Bucket', or turn on 'Advanced' and set 'Test Access' to 'List'.",
			);
		}
		return access === 'read' ? await testRead(s3, bucket, track) : await testWrite(s3, bucket, track);
	}
	if (!bucket) return await testBuckets(s3, track);
	await testList(s3, bucket, track);
	return success;
};

/**
 * Tests a credential with the same requests that the node makes. Returns the explained error if one fails; never
 * throws.
 */
export async function awsS3ApiTest(
	this: ICredentialTestFunctions,
	{ data = {}, type }: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const attempt: Attempt = { permissions: [] };
	const track: Track = ({ bucket, key, needs }) => Object.assign(attempt, { bucket, key, permissions: [needs] });
	try {
		const connection = connectionOf(data);
		attempt.connection = connection;
		return { status: 'OK', message: await testAccess(connection, data.testAccess ?? defaultAccess[type], track) };
	} catch (error) {
		const { message, description } = explain(error, attempt);
		return { status: 'Error', message: `${message}. ${description}`.trim() };
	}
}
