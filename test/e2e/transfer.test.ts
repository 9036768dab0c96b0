import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { chain, credentialData, s3, saveCredential, succeeded } from '../support/e2e';
import { bucketName, makeBucket, makeUser, sdk, server } from '../support/s3';

test('the report of an analysis is a file that n8n previews, and that goes on', async () => {
	const bucket = await makeBucket();
	const ran = succeeded(
		await chain(
			s3('Up', 'object.upload', { bucket, key: 'a:b.txt', source: 'text', text: 'x' }),
			s3('Analyze', 'transfer.analyze', { bucket, options: { target: 'windows', report: 'html' } }),
			s3('Keep', 'object.upload', { bucket, key: 'report.html', source: 'binary', binaryPropertyName: 'report' }),
			s3('Read', 'object.read', { bucket, key: 'report.html', format: 'text' }),
		),
	);
	const [analysis] = ran.items('Analyze');
	expect(analysis?.json).toMatchObject({ objects: 1, hazards: [{ id: 'forbiddenCharacters', count: 1 }] });
	expect(analysis?.binary?.report).toMatchObject({ fileType: 'html', mimeType: 'text/html', fileExtension: 'html' });
	expect(ran.items('Read')[0]?.json.text).toContain('1 of 1 object cannot move to Windows unchanged.');
});

test('a transfer to another connection runs and is verified with its credential', async () => {
	const keys = await makeUser();
	const theirs = new S3Client({
		...{ endpoint: server.endpoint, region: server.region, forcePathStyle: true, credentials: keys },
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	const [from, to] = [await makeBucket(), bucketName()];
	await theirs.send(new CreateBucketCommand({ Bucket: to }));
	await sdk.send(new PutObjectCommand({ Bucket: from, Key: 'a', Body: 'content' }));
	const { accessKeyId, secretAccessKey } = keys;
	const saved = await saveCredential('awsS3DestinationApi', { ...credentialData, accessKeyId, secretAccessKey });
	const sides = { destination: 'destinationConnection', bucket: from, destinationBucket: to, prefix: '' };
	const more = { credentials: { awsS3DestinationApi: saved } };
	const ran = succeeded(
		await chain(
			s3('Plan', 'transfer.plan', sides, more),
			s3('Run', 'transfer.run', sides, { ...more, executeOnce: true }),
			s3('Verify', 'transfer.verify', { ...sides, compare: 'content' }, more),
		),
	);
	expect(ran.items('Run')[0]?.json).toMatchObject({ done: true, copied: 1 });
	expect(ran.items('Verify')[0]?.json).toMatchObject({ verified: true, compared: 1 });
	const { Body } = await theirs.send(new GetObjectCommand({ Bucket: to, Key: 'a' }));
	expect(await Body?.transformToString()).toBe('content');
});

test('items of another node are one source: what has changed is copied, what is gone is deleted', async () => {
	const bucket = await makeBucket();
	const files = (names: string[]) => ({
		name: 'Files',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: {
			jsCode: `return ${JSON.stringify(names)}.map((name) => ({
				json: { name, changed: '2026-01-31T12:00:00.000Z' },
				binary: { data: { data: Buffer.from('of ' + name).toString('base64'), mimeType: 'text/plain', fileName: name } },
			}));`,
		},
	});
	const run = async (names: string[]) =>
		succeeded(
			await chain(
				files(names),
				s3('Run', 'transfer.run', {
					...{ source: 'items', keyOfItem: '={{ $json.name }}', itemModified: '={{ $json.changed }}' },
					...{ destinationBucket: bucket, destinationPrefix: 'to/', mode: 'mirror', options: { items: true } },
				}),
				s3('List', 'object.getAll', { bucket, returnAll: true }),
			),
		);
	const first = await run(['a', 'b', 'c']);
	const [summary, ...copies] = first.items('Run');
	expect(summary?.json).toMatchObject({ done: true, copied: 3, deleted: 0 });
	expect(Object.fromEntries(copies.map(({ json, pairedItem }) => [json.key, pairedItem]))).toEqual({
		...{ 'to/a': { item: 0 }, 'to/b': { item: 1 }, 'to/c': { item: 2 } },
	});
	const second = await run(['a', 'b', 'd']);
	expect(second.items('Run')[0]?.json).toMatchObject({ done: true, copied: 1, deleted: 1, reasons: { same: 2 } });
	expect(second.items('List').map(({ json }) => json.key)).toContain('to/d');
});
