import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { namespaceOf } from '../../nodes/AwsS3/s3/capabilities';
import {
	isInside,
	isInsideByAccessPoint,
	isInsideByOtherAddress,
	isOneService,
	isSameBucket,
} from '../../nodes/AwsS3/s3/pairs/oneBucket';
import { overlaps } from '../../nodes/AwsS3/s3/keyPrefix';
import { startFakeS3 } from '../support/fakeS3';

const keys = { accessKeyId: 'key', secretAccessKey: 'not-secret' };
const at = (region: string, endpoint?: string): S3 => connect({ ...keys, region, endpoint });
const [frankfurt, ireland, china] = [at('eu-central-1'), at('eu-west-1'), at('cn-north-1')];
const [one, other] = [at('us-east-1', 'https://one.example'), at('us-east-1', 'https://other.example')];

test.each<[string, S3, S3, boolean]>([
	['two regions of AWS', frankfurt, ireland, true],
	['two partitions of AWS', frankfurt, china, false],
	['two servers', one, other, false],
	['one server', one, at('eu-west-1', 'https://one.example'), true],
	['AWS and a server', frankfurt, one, false],
])('whether the buckets are the same ones: %s', (_, a, b, expected) => expect(isOneService(a, b)).toBe(expected));

test('buckets have one namespace in all regions of AWS, and one for each server', () => {
	const names = [frankfurt, ireland, china, one, other].map(({ connection }) => namespaceOf(connection));
	expect(names).toEqual(['aws', 'aws', 'aws-cn', 'https://one.example', 'https://other.example']);
});

test.each<[string, string, boolean]>([
	['', '', true],
	['', 'a/', true],
	['a/', 'a/b/', true],
	['a', 'ab', true],
	['a/', 'ab/', false],
])('prefixes %j and %j overlap: %s', (a, b, expected) =>
	expect([overlaps(a, b), overlaps(b, a)]).toEqual([expected, expected]),
);

test('one side is inside of the other only in one bucket of one service', () => {
	const side = (s3: S3, bucket: string, prefix: string) => ({ s3, bucket, prefix });
	expect(isInside(side(frankfurt, 'b', 'a/'), side(ireland, 'b', 'a/c/'))).toBe(true);
	expect(isInside(side(frankfurt, 'b', 'a/'), side(frankfurt, 'c', 'a/c/'))).toBe(false);
	expect(isInside(side(one, 'b', 'a/'), side(other, 'b', 'a/c/'))).toBe(false);
	expect(isInside(side(one, 'b', 'a/'), side(one, 'b', 'c/'))).toBe(false);
});

test('an access point that leads to the same bucket is found by the first object', async () => {
	const alias = 'point-abcdefghijklmnopqrstuvwxyz0123456-s3alias';
	const fake = await startFakeS3();
	const s3 = connect(fake.connection);
	const inside = async (from: string, to: string) =>
		await isInsideByAccessPoint({ s3, bucket: 'bucket', prefix: from }, { s3, bucket: alias, prefix: to });
	expect(await inside('a/', 'a/b/')).toBe(false);
	fake.put('bucket/a/1', 'x');
	expect(await inside('a/', 'a/b/')).toBe(false);
	fake.put(`${alias}/a/1`, 'x');
	// The same content, written at another time.
	expect(await inside('a/', 'a/b/')).toBe(false);
	fake.same('bucket/a/1', `${alias}/a/1`);
	expect(await inside('a/', 'a/b/')).toBe(true);
	fake.requests.splice(0);
	expect(await inside('a/', 'c/')).toBe(false);
	expect(fake.requests).toEqual([]);
});

test('an access point whose source the keys of the destination may not read is taken for another bucket', async () => {
	const fake = await startFakeS3((line) => (/ \/bucket\/\w/.test(line) ? 403 : undefined));
	fake.put('bucket/1', 'x');
	const s3 = connect(fake.connection);
	const alias = 'point-abcdefghijklmnopqrstuvwxyz0123456-s3alias';
	const from = { s3, bucket: 'bucket', prefix: '' };
	expect(await isInsideByAccessPoint(from, { s3, bucket: alias, prefix: '' })).toBe(false);
});

const pointAlias = 'point-abcdefghijklmnopqrstuvwxyz0123456-s3alias';

test('an access point is found on either side', async () => {
	const fake = await startFakeS3();
	const s3 = connect(fake.connection);
	fake.put('bucket/1', 'x');
	fake.same('bucket/1', `${pointAlias}/1`);
	const bucket = { s3, bucket: 'bucket', prefix: '' };
	const point = { s3, bucket: pointAlias, prefix: '' };
	expect(await isInsideByAccessPoint(bucket, point)).toBe(true);
	expect(await isInsideByAccessPoint(point, bucket)).toBe(true);
});

test('two buckets that are named plainly are two buckets, without a look', async () => {
	const fake = await startFakeS3();
	const s3 = connect(fake.connection);
	fake.put('bucket/1', 'x');
	fake.same('bucket/1', 'other/1');
	const isFound = await isInsideByAccessPoint(
		{ s3, bucket: 'bucket', prefix: '' },
		{ s3, bucket: 'other', prefix: '' },
	);
	expect([isFound, fake.requests]).toEqual([false, []]);
});

test('whether an access point leads to the bucket is not known where the look fails', async () => {
	const fake = await startFakeS3((line) => (line.startsWith('HEAD') ? 400 : undefined));
	const s3 = connect(fake.connection);
	fake.put('bucket/1', 'x');
	const looking = isInsideByAccessPoint({ s3, bucket: 'bucket', prefix: '' }, { s3, bucket: pointAlias, prefix: '' });
	await expect(looking).rejects.toMatchObject({ status: 400 });
});

/** A server by its IP address, and by its name. */
const addressesOf = ({ connection }: Awaited<ReturnType<typeof startFakeS3>>) => ({
	byAddress: connect(connection),
	byName: connect({ ...connection, endpoint: connection.endpoint.replace('127.0.0.1', 'localhost') }),
});

test('a bucket that a name and an IP address lead to is found by the first object', async () => {
	const fake = await startFakeS3();
	const { byAddress, byName } = addressesOf(fake);
	const isFound = async () =>
		await isInsideByOtherAddress(
			{ s3: byAddress, bucket: 'bucket', prefix: 'a/' },
			{ s3: byName, bucket: 'bucket', prefix: 'a/b/' },
		);
	expect(await isFound()).toBe(false);
	fake.put('bucket/a/1', 'x');
	expect(await isFound()).toBe(true);
});

test('two servers with one name for a bucket and the same content in it are two buckets', async () => {
	const [fake, another] = [await startFakeS3(), await startFakeS3()];
	fake.put('bucket/1', 'x');
	another.put('bucket/1', 'x', undefined, new Date('2020-01-01T00:00:00Z'));
	const sideOf = ({ connection }: typeof fake) => ({ s3: connect(connection), bucket: 'bucket', prefix: '' });
	expect(await isInsideByOtherAddress(sideOf(fake), sideOf(another))).toBe(false);
	expect(another.requests.map(({ line }) => line)).toEqual(['HEAD /bucket/1']);
});

test.each<[string, 'byAddress' | 'byName', string, string]>([
	['another bucket', 'byName', 'other', ''],
	['the same address, which is known without a look', 'byAddress', 'bucket', ''],
	['prefixes side by side', 'byName', 'bucket', 'b/'],
])('no look is needed for two addresses of one server: %s', async (_, address, bucket, prefix) => {
	const fake = await startFakeS3();
	fake.put('bucket/a/1', 'x');
	const servers = addressesOf(fake);
	const from = { s3: servers.byAddress, bucket: 'bucket', prefix: 'a/' };
	expect(await isInsideByOtherAddress(from, { s3: servers[address], bucket, prefix })).toBe(false);
	expect(fake.requests).toEqual([]);
});

test.each<[number, string]>([
	[403, 'false'],
	[400, 'failed with 400'],
])('where the look at the first object is answered with %s, the result is: %s', async (status, expected) => {
	const fake = await startFakeS3((line) => (line.startsWith('HEAD') ? status : undefined));
	fake.put('bucket/1', 'x');
	const { byAddress, byName } = addressesOf(fake);
	const side = (s3: S3) => ({ s3, bucket: 'bucket', prefix: '' });
	const result = await isInsideByOtherAddress(side(byAddress), side(byName)).then(
		String,
		(error: { status?: number }) => `failed with ${error.status}`,
	);
	expect(result).toBe(expected);
});

test('two credentials that name one bucket have it on Amazon S3, and elsewhere if its first object is the same', async () => {
	const aws = { s3: frankfurt, bucket: 'b', prefix: '' };
	expect(await isSameBucket(aws, { ...aws, s3: ireland })).toBe(true);
	expect(await isSameBucket(aws, { ...aws, bucket: 'c' })).toBe(false);
	const fake = await startFakeS3();
	const side = { s3: connect(fake.connection), bucket: 'b', prefix: 'a/' };
	expect(await isSameBucket(side, side)).toBe(false);
	fake.put('b/a/1', 'x');
	expect(await isSameBucket(side, side)).toBe(true);
});
