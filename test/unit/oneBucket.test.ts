import type { S3 } from '../../nodes/AwsS3/s3/client/client';
import { connect } from '../../nodes/AwsS3/s3/client/client';
import { namespaceOf } from '../../nodes/AwsS3/s3/capabilities';
import { isInside, isInsideByAccessPoint, isOneService, overlaps } from '../../nodes/AwsS3/s3/pairs/oneBucket';
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
