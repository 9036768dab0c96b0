import { randomBytes } from 'node:crypto';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { awsS3ApiTest } from '../../nodes/AwsS3/core/connection/credentialTest';
import type { Policy } from '../../nodes/AwsS3/operations/access/policy';
import { learnServer } from '../../nodes/AwsS3/s3/capabilities';
import { standIns, startConditions } from '../support/appendOnly';
import { jsonOf, keepBinary } from '../support/n8n';
import { allow, credentials, makeBucket, makeUser, one, refusal, s3, sdk } from '../support/s3';
import { newBucket } from '../support/tries';

const content = async (Bucket: string, Key: string) =>
	await (await sdk.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

const large = async () => [{ json: {}, binary: { data: await keepBinary(randomBytes(9 * 1024 ** 2)) } }];

/** A user who may do what the policy says, and what is given besides. */
const appender = async (bucket: string, more: object[] = []) => {
	const { policy } = await one('access.generatePolicy', { kind: 'appendOnly', bucket, prefix: 'in/' });
	const { name, ...keys } = await makeUser();
	await allow(bucket, name, [...standIns((policy as unknown as Policy).Statement), ...more]);
	const { url: endpoint } = await startConditions();
	// Conditional writes are honoured, as on AWS, so that nothing is looked at before.
	learnServer(endpoint, { server: 'MinIO' });
	return { connection: { ...keys, endpoint } };
};

const upload = async (bucket: string, key: string, onConflict: string, by: object, items?: object) =>
	await s3(
		'object.upload',
		{ bucket, key, onConflict, ...(items ? {} : { source: 'text', text: 'new' }) },
		{
			...by,
			...items,
		},
	);

describe('a user with the generated policy for appending only', () => {
	test('adds objects, small and in parts, and overwrites none', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket, key: 'in/old', source: 'text', text: 'old' });
		const by = await appender(bucket);
		expect(jsonOf(await upload(bucket, 'in/new', 'fail', by))).toMatchObject([{ uploaded: true }]);
		const inParts = await upload(bucket, 'in/large', 'fail', by, { items: await large() });
		expect(jsonOf(inParts)).toMatchObject([{ uploaded: true, parts: 2 }]);
		expect((await refusal(upload(bucket, 'in/old', 'fail', by))).message).toBe("The object 'in/old' already exists");
		expect(jsonOf(await upload(bucket, 'in/old', 'skip', by))).toMatchObject([{ skipped: true }]);
		for (const key of ['in/old', 'in/other'])
			expect((await refusal(upload(bucket, key, 'overwrite', by))).message).toContain('denied');
		const overwriting = upload(bucket, 'in/old', 'overwrite', by, { items: await large() });
		expect((await refusal(overwriting)).message).toContain('denied');
		expect(await content(bucket, 'in/old')).toBe('old');
		expect((await sdk.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
	});

	test('can neither read, list, copy nor delete, and write nothing outside of the folder', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket, key: 'in/old', source: 'text', text: 'old' });
		const by = await appender(bucket);
		const copy = { sourceBucket: bucket, sourceKey: 'in/old', destinationBucket: bucket, destinationKey: 'in/copy' };
		const attempts = [
			s3('object.download', { bucket, key: 'in/old' }, by),
			s3('object.getAll', { bucket, prefix: 'in/' }, by),
			s3('object.copy', copy, by),
			s3('object.delete', { bucket, key: 'in/old' }, by),
			upload(bucket, 'out/new', 'fail', by),
		];
		for (const attempt of attempts) expect((await refusal(attempt)).message).toContain('denied');
		expect(await content(bucket, 'in/old')).toBe('old');
	});

	test('overwrites nothing although another policy allows to write', async () => {
		const bucket = await makeBucket();
		await s3('object.upload', { bucket, key: 'in/old', source: 'text', text: 'old' });
		const by = await appender(bucket, [{ Action: 's3:PutObject', Resource: `arn:aws:s3:::${bucket}/*` }]);
		expect((await refusal(upload(bucket, 'in/old', 'overwrite', by))).message).toContain('denied');
		expect(jsonOf(await upload(bucket, 'in/new', 'fail', by))).toMatchObject([{ uploaded: true }]);
		expect(await content(bucket, 'in/old')).toBe('old');
	});

	test('passes the connection test and Check, which leave nothing behind', async () => {
		const bucket = await newBucket([]);
		const { connection } = await appender(bucket);
		const data = { ...credentials, ...connection, bucket, prefix: 'in/', testAccess: 'write' };
		expect(await Reflect.apply(awsS3ApiTest, undefined, [{ data }])).toEqual({
			status: 'OK',
			message:
				"Connection tested successfully. These keys may only write new objects, so set 'If Exists' of uploads to 'Fail' or 'Skip'",
		});
		const checked = jsonOf(await s3('access.check', { bucket, prefix: 'in/', tryWriting: true }, { connection }));
		expect(checked.find(({ permission }) => permission === 's3:PutObject')).toMatchObject({
			allowed: true,
			advice: "You can only write new objects: set 'If Exists' to 'Fail' or 'Skip' in uploads.",
		});
		expect(checked.find(({ permission }) => permission === 's3:DeleteObject')).toMatchObject({ allowed: true });
		const { Versions = [], DeleteMarkers = [] } = await sdk.send(new ListObjectVersionsCommand({ Bucket: bucket }));
		expect([...Versions, ...DeleteMarkers]).toEqual([]);
	});
});

test('a server that does not know the conditions lets nothing be written', async () => {
	const bucket = await makeBucket();
	const { policy } = await one('access.generatePolicy', { kind: 'appendOnly', bucket });
	const { name, ...connection } = await makeUser();
	// Some refuse the policy itself.
	await allow(bucket, name, (policy as unknown as Policy).Statement).catch((error) =>
		expect(String(error)).toMatch(/condition key/i),
	);
	for (const onConflict of ['fail', 'overwrite'])
		expect((await refusal(upload(bucket, 'new', onConflict, { connection }))).message).toContain('denied');
});
