import { createHash, randomBytes } from 'node:crypto';
import { checksumFor } from '../../nodes/AwsS3/s3/write/uploadChecksum';
import { memoryBudget } from '../../nodes/AwsS3/s3/flow/memoryBudget';
import { fitsInMemory, maxObjectSize, maxParts, maxPartSize, partSizeFor } from '../../nodes/AwsS3/s3/write/partSize';
import { verificationOf } from '../../nodes/AwsS3/s3/read/integrity';

const MiB = 1024 ** 2;
const TiB = 1024 ** 4;

const base64 = (hex: string) => Buffer.from(hex, 'hex').toString('base64');
const digest = (algorithm: string, bytes: Buffer) => createHash(algorithm).update(bytes).digest();
const check = Buffer.from('123456789');

describe('what S3 keeps of an object is what its bytes are compared with', () => {
	// The check values of https://reveng.sourceforge.io/crc-catalogue/
	test.each<[string, object]>([
		['CRC-32', { ChecksumCRC32: base64('cbf43926') }],
		['CRC-32C', { ChecksumCRC32C: base64('e3069283') }],
		['CRC-64/NVME', { ChecksumCRC64NVME: base64('ae8b14860a799888'), ChecksumType: 'FULL_OBJECT' }],
		['SHA-1', { ChecksumSHA1: digest('sha1', check).toString('base64') }],
		['SHA-256', { ChecksumSHA256: digest('sha256', check).toString('base64') }],
		['MD5 as ETag', { ETag: `"${digest('md5', check).toString('hex')}"` }],
		[
			'MD5 as ETag beside a checksum of parts',
			{ ETag: `"${digest('md5', check).toString('hex')}"`, ChecksumSHA256: 'AAAA-2', ChecksumType: 'COMPOSITE' },
		],
	])('%s', async (_, head) => {
		for (const [bytes, holds] of [
			[check, true],
			[Buffer.from('123456780'), false],
		] as const) {
			const verification = verificationOf({ ...head, $metadata: {} });
			for (const byte of bytes) verification?.update(Buffer.from([byte]));
			expect(await verification?.holds()).toBe(holds);
		}
	});

	test.each<[string, object]>([
		['parts', { ETag: '"0123456789abcdef0123456789abcdef-3"' }],
		['KMS', { ETag: `"${'0'.repeat(32)}"`, ServerSideEncryption: 'aws:kms' }],
		['a checksum of parts', { ChecksumCRC32: 'AAAAAA==', ChecksumType: 'COMPOSITE' }],
		['a checksum of parts by its form', { ChecksumSHA256: 'AAAA-2' }],
		['a checksum of many parts by its form', { ChecksumSHA256: 'AAAA-1234' }],
		['nothing', {}],
	])('nothing for %s', (_, head) => {
		expect(verificationOf({ ...head, $metadata: {} })).toBeUndefined();
	});
});

test.each<[Parameters<typeof checksumFor>[0], string | undefined, object]>([
	['CRC32', 'FULL_OBJECT', { MpuObjectSize: 9, ChecksumType: 'FULL_OBJECT', ChecksumCRC32: base64('cbf43926') }],
	['CRC32C', 'FULL_OBJECT', { MpuObjectSize: 9, ChecksumType: 'FULL_OBJECT' }],
	['CRC64NVME', 'FULL_OBJECT', { MpuObjectSize: 9, ChecksumType: 'FULL_OBJECT' }],
	['SHA256', undefined, { MpuObjectSize: 9 }],
	[undefined, undefined, {}],
])('an upload in parts with %s', async (algorithm, type, ofWhole) => {
	const checksum = checksumFor(algorithm);
	expect(checksum.ChecksumType).toBe(type);
	for (const bytes of [check.subarray(0, 4), check.subarray(4)]) checksum.update(bytes);
	expect(await checksum.ofWhole(9)).toEqual(ofWhole);
});

describe('the size of parts', () => {
	const total = (length?: number) =>
		Array.from({ length: maxParts }, (_, index) => partSizeFor(index + 1, length)).reduce((sum, size) => sum + size);

	test.each([1, 8 * MiB, 78 * 1024 * MiB, 79 * 1024 * MiB, TiB, 5 * TiB, maxObjectSize])(
		'%i bytes fit into 10,000',
		(length) => {
			expect(total(length)).toBeGreaterThanOrEqual(length);
			expect(partSizeFor(1, length)).toBe(partSizeFor(maxParts, length));
			// Little more than needed, in whole MiB, and 8 at least.
			expect(partSizeFor(1, length) % MiB).toBe(0);
			expect(partSizeFor(1, length)).toBeLessThan(Math.max(length / maxParts, 7 * MiB) + 2 * MiB);
		},
	);

	test('the largest object of S3 takes its largest parts', () => {
		expect(maxObjectSize / TiB).toBeCloseTo(48.8, 1);
		expect(partSizeFor(1, maxObjectSize)).toBe(maxPartSize);
		// A zip that may become larger than that may also become smaller.
		expect(partSizeFor(1, 2 * maxObjectSize)).toBe(maxPartSize);
	});

	test('an unknown length up to 7.8 TiB fits as well, and begins with 8 MiB', () => {
		expect(partSizeFor(1)).toBe(8 * MiB);
		expect(total() / TiB).toBeCloseTo(7.8, 1);
		expect(partSizeFor(maxParts)).toBeLessThanOrEqual(maxPartSize);
	});

	test.each([
		[8, 16, true],
		[16, 16, false],
		[32, 64, true],
		[33, 64, false],
		[1024, 16_384, true],
		[1025, 16_384, false],
	])('a part of %i MiB with a budget of %i MiB is held in memory: %s', (size, budget, fits) => {
		expect(fitsInMemory(size * MiB, memoryBudget(budget * MiB))).toBe(fits);
	});
});

test('random bytes in random pieces', async () => {
	const bytes = randomBytes(MiB);
	const head = { ChecksumSHA256: digest('sha256', bytes).toString('base64'), $metadata: {} };
	const verification = verificationOf(head);
	for (let at = 0; at < bytes.length; at += 4097) verification?.update(bytes.subarray(at, at + 4097));
	expect(await verification?.holds()).toBe(true);
});
