import { createHash, randomBytes } from 'node:crypto';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { Policy } from '../../nodes/AwsS3/operations/access/policy';
import { servers } from '../../nodes/AwsS3/s3/capabilities';
import { jsonOf } from '../support/n8n';
import { startConditions, standIns } from '../support/appendOnly';
import { allow, makeBucket, makeUser, one, refusal, s3, sdk } from '../support/s3';

/** The server counts as one with the conditions of AWS, whose place headers take: see `appendOnly.test.ts`. */
const [aws] = servers.filter(({ id }) => id === 'aws');
if (aws) servers.unshift({ ...aws, hosts: /^127\.0\.0\.1$/ });

const MiB = 1024 ** 2;

/** A user with nothing but the policy that is generated for an append-only transfer, from one bucket to another. */
const setUp = async (more: object = {}) => {
	const [bucket, destinationBucket] = [await makeBucket(), await makeBucket()];
	const { policy, sourcePolicy } = await one('access.generatePolicy', {
		...{ kind: 'appendOnlyTransfer', attachTo: 'bucket', principals: 'arn:aws:iam::111122223333:user/n8n' },
		...{ bucket: destinationBucket, prefix: 'to/', sourceBucket: bucket, sourcePrefix: 'from/', ...more },
	});
	const { name, ...keys } = await makeUser();
	const allowIn = async (place: string, { Statement }: Policy) =>
		await allow(
			place,
			name,
			standIns(Statement).map(({ Principal: _given, ...statement }) => statement),
		);
	await allowIn(destinationBucket, policy as unknown as Policy);
	await allowIn(bucket, sourcePolicy as unknown as Policy);
	const connection = { ...keys, endpoint: (await startConditions()).url };
	const places = { bucket, prefix: 'from/', destinationBucket, destinationPrefix: 'to/' };
	return {
		...{ bucket, destinationBucket, connection },
		put: async (Bucket: string, Key: string, Body: string | Buffer, other: object = {}) =>
			await sdk.send(new PutObjectCommand({ Bucket, Key, Body, ...other })),
		run: async (options: object, parameters: object = {}) => {
			const toOther = { ...places, destination: 'destinationConnection', ...parameters, options };
			return jsonOf(await s3('transfer.run', toOther, { connection, destination: connection }))[0] ?? {};
		},
		inside: async (options: object, parameters: object = {}) =>
			jsonOf(await s3('transfer.run', { ...places, ...parameters, options }, { connection }))[0] ?? {},
	};
};

const md5 = (text: string) => `"${createHash('md5').update(text).digest('hex')}"`;

/** What was written, by its ETags: the objects belong to the user, so that we may list them only. */
const etagsIn = async (Bucket: string) => {
	const { Contents = [] } = await sdk.send(new ListObjectsV2Command({ Bucket }));
	return Object.fromEntries(Contents.map(({ Key, ETag }) => [Key, ETag]));
};

test('a run with Append Only needs nothing else: it adds, and leaves what is there', async () => {
	const { put, inside, bucket, destinationBucket } = await setUp();
	for (const key of ['a', 'b/ü', 'c']) await put(bucket, `from/${key}`, key, { Metadata: { m: key.slice(0, 1) } });
	await put(destinationBucket, 'to/c', 'theirs');
	const appended = { copied: 2, failed: 0, reasons: { appendOnly: 1 } };
	expect(await inside({ appendOnly: true })).toMatchObject(appended);
	const there = { 'to/a': md5('a'), 'to/b/ü': md5('b/ü'), 'to/c': md5('theirs') };
	expect(await etagsIn(destinationBucket)).toEqual(there);
	expect(await inside({ appendOnly: true })).toMatchObject({ copied: 0, reasons: { same: 2, appendOnly: 1 } });
});

test('also with metadata maps, and streamed to another connection, in parts', async () => {
	const { put, run, bucket, destinationBucket } = await setUp();
	await put(bucket, 'from/small', 'x');
	await put(bucket, 'from/large', randomBytes(9 * MiB));
	const metadataMap = { values: [{ change: 'add', name: 'by', newValue: 'n8n' }] };
	expect(await run({ appendOnly: true, metadataMap, keepTimes: true })).toMatchObject({ done: true, copied: 2 });
	expect(await run({ appendOnly: true })).toMatchObject({ copied: 0, reasons: { same: 2 } });
	expect(await etagsIn(destinationBucket)).toMatchObject({ 'to/small': md5('x') });
});

test('the policy lets nothing be overwritten or deleted, and nothing else be read', async () => {
	const { put, inside, run, bucket, destinationBucket, connection } = await setUp();
	await put(bucket, 'from/a', 'ours');
	await put(bucket, 'beside', 'x');
	await put(destinationBucket, 'to/a', 'theirs!');
	const denied = [
		inside({}),
		run({}),
		s3('object.delete', { bucket: destinationBucket, key: 'to/a' }, { connection }),
		s3('object.download', { bucket: destinationBucket, key: 'to/a' }, { connection }),
		s3('object.download', { bucket, key: 'beside' }, { connection }),
		s3('object.upload', { bucket, key: 'from/new', source: 'text', text: 'x', onConflict: 'fail' }, { connection }),
	];
	for (const attempt of denied) expect((await refusal(attempt)).message).toContain('denied');
	expect(await etagsIn(destinationBucket)).toEqual({ 'to/a': md5('theirs!') });
});
