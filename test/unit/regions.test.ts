import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { regions } from '../../credentials/fields/regions';
import { hostSuffixes, partitionOf } from '../../nodes/AwsS3/s3/partition';

const codes = regions.map(({ value }) => value);

/** The partition and host that the SDK's own endpoint rules have for a region. */
const endpointOf = (Region: string) => {
	const { endpointProvider } = new S3Client({ region: Region, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } })
		.config;
	return endpointProvider({ Region, Bucket: 'bucket' }).url.host;
};

test.each(codes)('%s is where the rules of the SDK have it', (code) => {
	expect(endpointOf(code)).toBe(`bucket.s3.${code}.${partitionOf(code).suffix}`);
});

test('all partitions are there, each region once and named with its code', () => {
	expect(new Set(codes.map((code) => partitionOf(code).suffix))).toEqual(new Set(hostSuffixes));
	expect(new Set(codes).size).toBe(codes.length);
	for (const { name, value } of regions) expect(name.endsWith(` - ${value}`)).toBe(true);
});

test('the list is that of the SDK', () => {
	// The table is inside the SDK's code and not exported.
	const file = join(__dirname, '../../node_modules/@aws-sdk/core/dist-cjs/submodules/client/index.js');
	const known = [...readFileSync(file, 'utf8').matchAll(/"?([a-z]{2,4}(?:-[a-z]+)+-\d)"?: *\{/g)].map(
		([, code]) => code,
	);
	expect(known.length).toBeGreaterThan(30);
	expect([...codes].sort()).toEqual([...new Set(known)].sort());
});
