import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3 } from '../../../nodes/AwsS3/s3/client/client';
import { connect } from '../../../nodes/AwsS3/s3/client/client';
import { copy } from '../../../nodes/AwsS3/s3/copy/copyInside';
import { deleteBatch } from '../../../nodes/AwsS3/s3/delete/deleteObjects';
import { listObjects } from '../../../nodes/AwsS3/s3/list/list';
import type { Tamper } from '../../support/proxy';
import { startProxy } from '../../support/proxy';
import { credentials, makeBucket, sdk, server } from '../../support/s3';

const content = randomBytes(100_000);

/** Does work against a server that falls silent in the middle of its first answer to a request of a kind. */
const stalled = async <T>(
	is: (request: IncomingMessage) => boolean,
	work: (s3: S3, bucket: string) => Promise<T>,
): Promise<{ bucket: string; result: T }> => {
	const bucket = await makeBucket();
	for (const Key of ['a', 'b', 'c']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
	const left: Tamper[] = [{ at: 20, how: 'stall' }];
	const proxy = await startProxy(server.endpoint, (request) => (is(request) ? (left.shift() ?? 'pass') : 'pass'));
	// A socket may be silent for two minutes otherwise.
	const s3 = connect({ ...credentials, endpoint: proxy.url, socketTimeout: 3000 });
	const result = await work(s3, bucket);
	expect(left).toEqual([]);
	return { bucket, result };
};

describe('a server that falls silent in the middle of an answer is asked again', () => {
	test('list', async () => {
		const { result } = await stalled(
			({ url = '' }) => url.includes('list-type'),
			async (s3, Bucket) => {
				const keys: string[] = [];
				for await (const { Key } of listObjects(s3, { Bucket })) keys.push(Key);
				return keys;
			},
		);
		expect(result).toEqual(['a', 'b', 'c']);
	}, 60_000);

	test('copy', async () => {
		const { bucket } = await stalled(
			({ method }) => method === 'PUT',
			async (s3, own) => await copy(s3, { source: { bucket: own, key: 'a' }, input: { Bucket: own, Key: 'd' } }),
		);
		expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'd' }))).toMatchObject({
			ContentLength: content.length,
		});
	}, 60_000);

	test('delete', async () => {
		const { bucket } = await stalled(
			({ method }) => method === 'POST',
			async (s3, own) => await deleteBatch(s3, own, [{ key: 'a' }, { key: 'b' }]),
		);
		const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
		expect(Contents.map(({ Key }) => Key)).toEqual(['c']);
	}, 60_000);
});
