import {
	GetBucketVersioningCommand,
	GetObjectAclCommand,
	GetObjectTaggingCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
} from '@aws-sdk/client-s3';
import type { IncomingMessage } from 'node:http';
import { readState } from '../../nodes/AwsS3/s3/job/state';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { longestCleanup } from '../../nodes/AwsS3/s3/write/afterStop';
import type { Parameters } from '../support/n8n';
import { runNode } from '../support/n8n';
import { startProxy } from '../support/proxy';
import { bucketName, credentials, makeBucket, one, sdk, server } from '../support/s3';
import { contentsOf, keysOf } from '../support/transfers';

/**
 * Runs an operation, and stops it a moment after a request has come that `isIt` names: S3 performs it, and its answer is late.
 * Gives its error.
 */
const stopped = async (
	operation: `${string}.${string}`,
	parameters: Parameters,
	isIt: (request: IncomingMessage) => boolean,
) => {
	const stop = new AbortController();
	const { url: endpoint } = await startProxy(server.endpoint, (request) => {
		if (stop.signal.aborted || !isIt(request)) return 'pass';
		setTimeout(() => stop.abort(), 500);
		return { answerAfter: 2000 };
	});
	const [resource = '', name = ''] = operation.split('.');
	return await runNode({
		parameters: { resource, operation: name, ...parameters },
		credentials: { ...credentials, endpoint },
		cancel: stop.signal,
	}).then(
		() => undefined,
		({ message }: Error) => message,
	);
};

const isCopy = ({ headers }: IncomingMessage) => headers['x-amz-copy-source'] !== undefined;

test('the ACL stays if a run is stopped before S3 has answered that the metadata is changed', async () => {
	const bucket = await makeBucket();
	const at = { Bucket: bucket, Key: 'a' };
	await sdk.send(new PutObjectCommand({ ...at, Body: 'a', ACL: 'public-read' }));
	const grants = async () => (await sdk.send(new GetObjectAclCommand(at))).Grants;
	const before = await grants();
	const metadata = { values: [{ name: 'year', value: '2026' }] };
	await stopped('object.setMetadata', { bucket, key: 'a', metadata }, isCopy);
	expect(await one('object.get', { bucket, key: 'a' })).toMatchObject({ metadata: { year: '2026' } });
	expect(await grants()).toEqual(before);
});

test('the tags stay if a run is stopped before S3 has answered that the metadata is changed', async () => {
	const bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a', Body: 'a', Tagging: 'team=blue' }));
	const metadata = { values: [{ name: 'year', value: '2026' }] };
	await stopped('object.setMetadata', { bucket, key: 'a', metadata }, isCopy);
	expect(await one('object.get', { bucket, key: 'a' })).toMatchObject({ metadata: { year: '2026' } });
	const { TagSet } = await sdk.send(new GetObjectTaggingCommand({ Bucket: bucket, Key: 'a' }));
	expect(TagSet).toEqual([{ Key: 'team', Value: 'blue' }]);
});

test('a move that is stopped before S3 has answered its copy also deletes the original, and is not repeated', async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.txt', Body: 'new' }));
	await sdk.send(new PutObjectCommand({ Bucket: destinationBucket, Key: 'a.txt', Body: 'other' }));
	const parameters = { bucket, destinationBucket, mode: 'move', onConflict: 'rename' };
	expect(await stopped('transfer.run', parameters, isCopy)).toBe('The execution was stopped');
	expect(await contentsOf(bucket)).toEqual({});
	expect(await contentsOf(destinationBucket)).toEqual({ 'a.txt': 'other', 'a (2).txt': 'new' });
});

test('a move that is stopped before its copy does not begin it', async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'a.txt', Body: 'new' }));
	const parameters = { bucket, destinationBucket, mode: 'move', options: { keepTimes: true } };
	const isLook = ({ method, url = '' }: IncomingMessage) => method === 'HEAD' && url.includes('a.txt');
	expect(await stopped('transfer.run', parameters, isLook)).toBe('The execution was stopped');
	expect(await contentsOf(bucket)).toEqual({ 'a.txt': 'new' });
	expect(await contentsOf(destinationBucket)).toEqual({});
});

test.each(['PutObject', 'DeleteObject'])(
	'Check in a bucket with versions leaves none if it is stopped at %s',
	async (action) => {
		const bucket = await makeBucket();
		const Bucket = bucket;
		await sdk.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
		const isIt = ({ method, url = '' }: IncomingMessage) =>
			method === (action === 'PutObject' ? 'PUT' : 'DELETE') && url.includes('n8n-check');
		expect(await stopped('access.check', { bucket, tryWriting: true }, isIt)).toBe('The execution was stopped');
		const { Versions = [], DeleteMarkers = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket }));
		expect([...Versions, ...DeleteMarkers]).toEqual([]);
	},
);

test('a bucket has its versioning if a run is stopped before S3 has answered that it is created', async () => {
	const bucket = bucketName();
	const isCreation = ({ method, url = '' }: IncomingMessage) => method === 'PUT' && !url.includes('versioning');
	await stopped('bucket.create', { bucket, options: { versioning: true } }, isCreation);
	const { Status } = await sdk.send(new GetBucketVersioningCommand({ Bucket: bucket }));
	expect(Status).toBe('Enabled');
});

test('a stop does not wait for the limit of requests: a move deletes its original, and the job is not left active', async () => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	// When the first one is copied, the others wait in line for longer than the move has after a stop.
	const count = Math.ceil((1.5 * longestCleanup) / 1000);
	for (let number = 0; number < count; number++)
		await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: `${number}`, Body: 'x' }));
	const parameters = { bucket, destinationBucket, mode: 'move', jobName: 'slow', options: { maxRequestsPerSecond: 1 } };
	expect(await stopped('transfer.run', parameters, isCopy)).toBe('The execution was stopped');
	const side = { s3: connect({ ...credentials, region: server.region }), bucket: destinationBucket, prefix: '' };
	const state = await readState(side, 'slow');
	expect(state).not.toHaveProperty('running');
	expect(state).toMatchObject({ runs: { all: 1, failed: 0 }, lastRuns: [{ how: 'incomplete', isUnfinished: true }] });
	// Those that waited in line did not begin.
	expect((await keysOf(bucket)).sort()).toEqual(Array.from({ length: count - 1 }, (_, index) => `${index + 1}`).sort());
	expect(await contentsOf(destinationBucket)).toHaveProperty(['0'], 'x');
});
