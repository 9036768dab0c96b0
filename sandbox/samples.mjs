// Real data for the demo and the tests of templates, from the npm package vega-datasets.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
	CreateBucketCommand,
	CreateMultipartUploadCommand,
	ListObjectVersionsCommand,
	PutBucketVersioningCommand,
	PutObjectCommand,
	S3Client,
} from '@aws-sdk/client-s3';

// The package exports its code only.
const data = join(dirname(fileURLToPath(import.meta.url)), '..', 'node_modules', 'vega-datasets', 'data');

const types = { csv: 'text/csv', json: 'application/json', png: 'image/png', jpg: 'image/jpeg' };

/** Bucket -> key -> file of the package. */
const buckets = {
	'sample-data': {
		'weather/seattle-weather.csv': 'seattle-weather.csv',
		'weather/weather.csv': 'weather.csv',
		'finance/stocks.csv': 'stocks.csv',
		'inbox/stocks.csv': 'stocks.csv',
		'finance/sp500.csv': 'sp500.csv',
		'nature/penguins.json': 'penguins.json',
		'nature/earthquakes.json': 'earthquakes.json',
		'places/airports.csv': 'airports.csv',
		'movies.json': 'movies.json',
	},
	'sample-backups': { 'archive/seattle-weather.csv': 'seattle-weather.csv' },
};

/** A bucket with old versions and an incomplete upload, for the template that cleans up. */
const versioned = 'sample-versions';

/** The same files, for what else the demo fills: their names and contents. */
export const sampleFiles = async () =>
	await Promise.all(
		Object.values(buckets['sample-data']).map(async (file) => ({ file, content: await readFile(join(data, file)) })),
	);

/** Fills the bucket with versions, unless an earlier start has. An imitation of S3 has no versions, and no need of this. */
const fillVersions = async (s3) => {
	const at = { Bucket: versioned };
	await makeBucket(s3, versioned);
	const { Versions = [] } = await s3.send(new ListObjectVersionsCommand(at));
	if (Versions.length > 0) return;
	await s3.send(new PutBucketVersioningCommand({ ...at, VersioningConfiguration: { Status: 'Enabled' } }));
	const table = await readFile(join(data, 'stocks.csv'));
	for (let version = 1; version <= 5; version++) {
		const Body = table.subarray(0, (table.length * version) / 5);
		await s3.send(new PutObjectCommand({ ...at, Key: 'reports/stocks.csv', Body, ContentType: 'text/csv' }));
	}
	await s3.send(new CreateMultipartUploadCommand({ ...at, Key: 'reports/incomplete.csv' }));
};

const makeBucket = async (s3, Bucket) =>
	await s3.send(new CreateBucketCommand({ Bucket })).catch((error) => {
		if (error.name !== 'BucketAlreadyOwnedByYou') throw error;
	});

/** Makes the sample buckets and fills them; gives the number of objects. */
export const fill = async ({ endpoint, region, accessKeyId, secretAccessKey }) => {
	const s3 = new S3Client({
		endpoint,
		region,
		credentials: { accessKeyId, secretAccessKey },
		forcePathStyle: true,
		requestChecksumCalculation: 'WHEN_REQUIRED',
	});
	let objects = 0;
	for (const [Bucket, files] of Object.entries(buckets)) {
		await makeBucket(s3, Bucket);
		for (const [Key, file] of Object.entries(files)) {
			const ContentType = types[file.split('.').at(-1)];
			await s3.send(new PutObjectCommand({ Bucket, Key, Body: await readFile(join(data, file)), ContentType }));
			objects++;
		}
	}
	await fillVersions(s3).catch(() => undefined);
	s3.destroy();
	return objects;
};
