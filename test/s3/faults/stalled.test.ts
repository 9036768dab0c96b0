import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { jsonOf } from '../../support/n8n';
import type { Tamper } from '../../support/proxy';
import { startProxy } from '../../support/proxy';
import { makeBucket, s3, sdk, server } from '../../support/s3';

const content = randomBytes(100_000);

/** Runs an operation against a server that falls silent in the middle of its first answer to a request of a kind. */
const stalled = async (
	is: (request: IncomingMessage) => boolean,
	operation: Parameters<typeof s3>[0],
	parameters: (bucket: string) => Record<string, unknown>,
) => {
	const bucket = await makeBucket();
	for (const Key of ['a', 'b', 'c']) await sdk.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content }));
	const left: Tamper[] = [{ at: 20, how: 'stall' }];
	const proxy = await startProxy(server.endpoint, (request) => (is(request) ? (left.shift() ?? 'pass') : 'pass'));
	const ran = await s3(operation, parameters(bucket), { connection: { endpoint: proxy.url } });
	expect(left).toEqual([]);
	return { bucket, items: jsonOf(ran) };
};

const keysIn = async (bucket: string) =>
	((await sdk.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key }) => Key);

// A socket may be silent for two minutes, so they wait at the same time.
describe('a server that falls silent in the middle of an answer is asked again', () => {
	test.concurrent(
		'list',
		async () => {
			const { items } = await stalled(
				({ url = '' }) => url.includes('list-type'),
				'object.getAll',
				(bucket) => ({ bucket }),
			);
			expect(items.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
		},
		300_000,
	);

	test.concurrent(
		'copy',
		async () => {
			const { bucket } = await stalled(
				({ method }) => method === 'PUT',
				'object.copy',
				(own) => ({ sourceBucket: own, sourceKey: 'a', destinationBucket: own, destinationKey: 'd' }),
			);
			expect(await sdk.send(new HeadObjectCommand({ Bucket: bucket, Key: 'd' }))).toMatchObject({
				ContentLength: content.length,
			});
		},
		300_000,
	);

	test.concurrent(
		'delete',
		async () => {
			const { bucket } = await stalled(
				({ method }) => method === 'POST',
				'object.deleteMany',
				(own) => ({ bucket: own, source: 'keys', keys: ['a', 'b'] }),
			);
			expect(await keysIn(bucket)).toEqual(['c']);
		},
		300_000,
	);
});
