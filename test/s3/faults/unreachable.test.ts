import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { startProxy, refused } from '../../support/proxy';
import { makeBucket, refusal, s3, sdk, server } from '../../support/s3';

let bucket: string;
beforeAll(async () => {
	bucket = await makeBucket();
	await sdk.send(new PutObjectCommand({ Bucket: bucket, Key: 'there', Body: 'old' }));
});

const operations = (): Array<[`${string}.${string}`, object]> => [
	['object.upload', { bucket, key: 'there', source: 'text', text: 'new' }],
	['object.download', { bucket, key: 'there' }],
	['object.copy', { sourceBucket: bucket, sourceKey: 'there', destinationBucket: bucket, destinationKey: 'copied' }],
	['object.getAll', { bucket, returnAll: true }],
	['object.delete', { bucket, key: 'there' }],
];

describe.each([0, 1, 2, 3, 4])('operation %i of upload, download, copy, list and delete', (index) => {
	const run = async (endpoint: string) => {
		const [operation = 'object.get', parameters = {}] = operations()[index] ?? [];
		return await refusal(s3(operation, { ...parameters }, { connection: { endpoint } }));
	};

	test('nothing listens there', async () => {
		const { message, description } = await run('http://127.0.0.1:9');
		expect(message).toBe('http://127.0.0.1:9 cannot be reached');
		expect(description).toContain("'Service URL'");
	});

	test('the name is not known', async () => {
		const { message } = await run('http://no-such-host.invalid');
		expect(message).toContain('no-such-host.invalid');
	});

	test('the keys end in the middle', async () => {
		const proxy = await startProxy(server.endpoint, () => refused(400, 'ExpiredToken'));
		const { message } = await run(proxy.url);
		expect(message).toContain('has expired');
	});
});

test('nothing of it has changed the object', async () => {
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket: bucket }));
	expect(Contents.map(({ Key }) => Key)).toEqual(['there']);
	const { Body } = await sdk.send(new GetObjectCommand({ Bucket: bucket, Key: 'there' }));
	expect(await Body?.transformToString()).toBe('old');
});
