import { transferEstimate } from '../../nodes/AwsS3/s3/analysis/estimate';
import { extensionOf, statistics } from '../../nodes/AwsS3/s3/analysis/statistics';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const now = new Date('2026-11-26T00:00:00Z');
const daysAgo = (days: number) => new Date(now.getTime() - days * 24 * 60 * 60 * 1000);

test.each([
	['a.pdf', '.pdf'],
	['a/b.tar.GZ', '.gz'],
	['a.b/c', 'none'],
	['.profile', 'none'],
	['a/.hidden', 'none'],
	['ends.', 'none'],
	['a.pdf ', '.pdf'],
	['a.v2 final', 'none'],
	['a.ÄÖ', '.äö'],
	['a.thisisnotatypeofafile', 'none'],
	[`a.${'x'.repeat(15)}`, `.${'x'.repeat(15)}`],
	[`a.${'x'.repeat(16)}`, 'none'],
])('the type of %s is %s', (key, expected) => {
	expect(extensionOf(key)).toBe(expected);
});

test('objects are counted by type, size, age, class and depth', () => {
	const counts = statistics(now);
	counts.add({ Key: 'a/b/1.pdf', Size: 2 * MiB, LastModified: daysAgo(2), StorageClass: 'STANDARD_IA' });
	counts.add({ Key: 'a/2.PDF', Size: 1023, LastModified: daysAgo(400) });
	counts.add({ Key: 'a/', Size: 0, LastModified: daysAgo(0.5) });
	counts.add({ Key: '3', Size: 1024 });
	expect(counts.result()).toEqual({
		...{ objects: 4, bytes: 2 * MiB + 2047, averageBytes: 524800, folderMarkers: 1 },
		byType: { '.pdf': { objects: 2, bytes: 2 * MiB + 1023 }, none: { objects: 1, bytes: 1024 } },
		bySize: {
			empty: { objects: 1, bytes: 0 },
			'under 1 KiB': { objects: 1, bytes: 1023 },
			'1 to 128 KiB': { objects: 1, bytes: 1024 },
			'1 to 16 MiB': { objects: 1, bytes: 2 * MiB },
		},
		byAge: {
			'under 1 day': { objects: 1, bytes: 0 },
			'1 to 7 days': { objects: 1, bytes: 2 * MiB },
			'1 to 3 years': { objects: 1, bytes: 1023 },
			unknown: { objects: 1, bytes: 1024 },
		},
		byStorageClass: { STANDARD_IA: { objects: 1, bytes: 2 * MiB }, STANDARD: { objects: 3, bytes: 2047 } },
		byDepth: {
			0: { objects: 1, bytes: 1024 },
			1: { objects: 2, bytes: 1023 },
			2: { objects: 1, bytes: 2 * MiB },
		},
		largest: [
			expect.objectContaining({ Key: 'a/b/1.pdf' }),
			expect.objectContaining({ Key: '3' }),
			expect.objectContaining({ Key: 'a/2.PDF' }),
			expect.objectContaining({ Key: 'a/' }),
		],
		oldest: expect.objectContaining({ Key: 'a/2.PDF' }),
		newest: expect.objectContaining({ Key: 'a/' }),
	});
});

test('nothing is nothing', () => {
	const { byType, largest, oldest, ...rest } = statistics(now).result();
	expect({ byType, largest, oldest }).toEqual({ byType: {}, largest: [], oldest: undefined });
	expect(rest).toMatchObject({ objects: 0, bytes: 0, averageBytes: 0 });
});

test('the tables stay small: 20 types and 10 objects, the largest, and the sum is all', () => {
	const counts = statistics(now);
	for (let index = 1; index <= 3000; index++)
		counts.add({ Key: `${'d/'.repeat(index % 30)}f.x${index}`, Size: index === 7 ? 1e9 : index });
	const { byType, largest, byDepth, bytes } = counts.result();
	expect(Object.keys(byType)).toHaveLength(21);
	expect(Object.keys(byType)[0]).toBe('.x7');
	expect(Object.keys(byType).at(-1)).toBe('other');
	expect(Object.values(byType).reduce((sum, one) => sum + one.bytes, 0)).toBe(bytes);
	expect(Object.values(byType).reduce((sum, one) => sum + one.objects, 0)).toBe(3000);
	expect(largest.map(({ Size }) => Size)).toEqual([1e9, 3000, 2999, 2998, 2997, 2996, 2995, 2994, 2993, 2992]);
	expect(Object.keys(byDepth)).toHaveLength(22);
	expect(byDepth['more than 20']).toMatchObject({ objects: 900 });
});

test('a folder that has content is an object without a type, and no marker', () => {
	const counts = statistics(now);
	counts.add({ Key: 'a/', Size: 5 });
	expect(counts.result()).toMatchObject({ folderMarkers: 0, byType: { none: { objects: 1, bytes: 5 } } });
});

test('at most 1,000 names are told apart', () => {
	const counts = statistics(now);
	for (let index = 0; index < 1500; index++) counts.add({ Key: 'a', Size: 1, StorageClass: `C${index}` as never });
	const { byStorageClass } = counts.result();
	expect(Object.keys(byStorageClass)).toHaveLength(1001);
	expect(byStorageClass.other).toEqual({ objects: 500, bytes: 500 });
});

test('a copy inside S3 costs requests, and parts above 5 GiB', () => {
	const estimate = transferEstimate('s3');
	for (let index = 0; index < 2000; index++) estimate.add({ Size: MiB });
	estimate.add({ Size: 5 * GiB });
	estimate.add({ Size: 5 * GiB + 1 });
	expect(estimate.result()).toMatchObject({
		way: 'insideS3',
		requests: { lists: 3, copies: 2001 + 11 + 2, reads: 0 },
		cost: { requests: 0.01, retrieval: 0, dataOut: 0, total: 0.01, currency: 'USD' },
		bytesOut: 0,
		hours: expect.closeTo((2002 / 100 + (10 * 1024 + 2000) / 200) / 3600, 3),
	});
});

test('what leaves S3 is read, and paid for, and cheaper classes cost more to read', () => {
	const estimate = transferEstimate('sharePoint');
	estimate.add({ Size: 50e9, StorageClass: 'STANDARD_IA' });
	estimate.add({ Size: 50e9, StorageClass: 'GLACIER_IR' });
	estimate.add({ Size: 0 });
	const { cost, requests, bytesOut, way, hours } = estimate.result();
	expect({ way, bytesOut, requests }).toEqual({
		...{ way: 'outOfS3', bytesOut: 100e9 },
		requests: { lists: 1, copies: 0, reads: 2 * Math.ceil(50e9 / (32 * MiB)) + 1 },
	});
	expect(cost).toMatchObject({ retrieval: 2, dataOut: 9, total: 11, requests: 0.0012 });
	expect(hours).toBeCloseTo((3 / 20 + 100e9 / MiB / 25) / 3600, 2);
});

test('its assumptions can be given, and are said', () => {
	const estimate = transferEstimate('s3', { pricePerGb: 0.02, objectsPerSecond: 7, mibPerSecond: 1 });
	estimate.add({ Size: 1e9 });
	const { cost, bytesOut, hours, assumptions } = estimate.result();
	expect({ dataOut: cost.dataOut, bytesOut }).toEqual({ dataOut: 0.02, bytesOut: 1e9 });
	expect(hours).toBeCloseTo((1 / 7 + 1e9 / MiB) / 3600, 2);
	expect(assumptions.join(' ')).toContain('Data transfer out of S3 costs 0.02 USD per GB.');
	expect(assumptions.join(' ')).toContain('7 objects per second plus 1 MiB per second');
});
